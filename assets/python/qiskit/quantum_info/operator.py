"""Operator: a matrix on qubits, kept as one row-major list, which the engine sees as a vector of twice as many bits."""

from .._engine import kernel
from .._engine.lowering import identity_operator, run_steps, unitary_steps
from .._math import matrix as dense
from .._math.array import array, from_nested, nested
from .._math.printing import format_array
from .._subset import SubsetObject
from ..exceptions import QiskitError

_H = 0.5 ** 0.5
_LETTERS = {
    "I": [[1, 0], [0, 1]], "X": [[0, 1], [1, 0]], "Y": [[0, -1j], [1j, 0]], "Z": [[1, 0], [0, -1]], "H": [[_H, _H], [_H, -_H]],
    "S": [[1, 0], [0, 1j]], "T": [[1, 0], [0, _H + 1j * _H]], "0": [[1, 0], [0, 0]], "1": [[0, 0], [0, 1]],
    "+": [[0.5, 0.5], [0.5, 0.5]], "-": [[0.5, -0.5], [-0.5, 0.5]], "r": [[0.5, -0.5j], [0.5j, 0.5]], "l": [[0.5, 0.5j], [-0.5j, 0.5]],
}


class Operator(SubsetObject):
    """A linear map between states of qubits, from a matrix, a circuit, a gate or a sum of Paulis."""

    def __init__(self, data, input_dims=None, output_dims=None):
        if isinstance(data, Operator):
            self._flat, self._inputs, self._outputs = list(data._flat), data._inputs, data._outputs
        elif hasattr(data, "qregs") or hasattr(data, "num_clbits"):
            other = Operator.from_circuit(data)
            self._flat, self._inputs, self._outputs = other._flat, other._inputs, other._outputs
        elif hasattr(data, "to_operator"):
            self.__init__(data.to_operator())
        else:
            source = data.to_matrix() if hasattr(data, "to_matrix") else data
            rows = nested(source)
            if rows and not isinstance(rows[0], list):
                raise QiskitError("An Operator needs a matrix: a list of rows.")
            self._outputs, self._inputs = _bits_of(len(rows)), _bits_of(len(rows[0]))
            if any(len(row) != len(rows[0]) for row in rows):
                raise QiskitError("The rows of the matrix have different lengths.")
            self._flat = [complex(value) for row in rows for value in row]

    @classmethod
    def _of(cls, flat, outputs, inputs):
        """Makes an operator from a flat list and the numbers of qubits it leads to and from."""
        operator = cls.__new__(cls)
        operator._flat, operator._outputs, operator._inputs = flat, outputs, inputs
        return operator

    @classmethod
    def from_circuit(cls, circuit, ignore_set_layout=False, layout=None, final_layout=None):
        """Returns the unitary of a circuit or gate."""
        count = circuit.num_qubits
        if getattr(circuit, "qregs", None) is None:
            if circuit.steps is None and circuit.definition is None:
                raise QiskitError(f"Cannot apply Instruction: {circuit.name}")
            steps = circuit.steps() if circuit.steps is not None else unitary_steps(circuit.definition)
        else:
            steps = unitary_steps(circuit)
        flat = identity_operator(count)
        run_steps(flat, 2 * count, steps, shift=count)
        return cls._of(flat, count, count)

    @classmethod
    def from_label(cls, label):
        """Returns the tensor product of the letters ``I X Y Z H S T 0 1 + - r l``, the last for qubit 0."""
        rows = [[1 + 0j]]
        for letter in label:
            if letter not in _LETTERS:
                raise QiskitError(f"Label contains invalid character '{letter}'; it may hold {' '.join(_LETTERS)}.")
            rows = dense.kron(rows, [[complex(value) for value in row] for row in _LETTERS[letter]])
        return cls(rows)

    # Parts

    @property
    def data(self):
        """The matrix."""
        return array(self._flat, self.dim)

    @property
    def dim(self):
        """The input and output dimension."""
        return (1 << self._outputs, 1 << self._inputs)

    @property
    def num_qubits(self):
        """How many qubits a square operator acts on; None for others."""
        return self._inputs if self._inputs == self._outputs else None

    def input_dims(self, qargs=None):
        """Returns the dimensions of the input qubits: all 2."""
        return (2,) * (self._inputs if qargs is None else len(qargs))

    def output_dims(self, qargs=None):
        """Returns the dimensions of the output qubits: all 2."""
        return (2,) * (self._outputs if qargs is None else len(qargs))

    def rows(self):
        """Returns the matrix as a list of rows."""
        width = 1 << self._inputs
        return [self._flat[start:start + width] for start in range(0, len(self._flat), width)]

    def to_preview(self):
        """Returns the matrix as the workbench carries it."""
        return from_nested(self.rows()).to_preview()

    def to_matrix(self):
        """Returns the matrix."""
        return self.data

    def to_operator(self):
        """Returns itself."""
        return self

    def to_instruction(self):
        """Returns the operator as a unitary gate."""
        from ..circuit.library.generalized import UnitaryGate

        return UnitaryGate(self.rows())

    # Algebra

    def compose(self, other, qargs=None, front=False):
        """Returns ``other`` after this operator (before it if `front`), on the qubits `qargs`."""
        qargs = getattr(other, "qargs", None) or qargs
        other = _operator(other)
        qubits = tuple(range(self._inputs if front else self._outputs) if qargs is None else qargs)
        if (other._outputs if front else other._inputs) != len(qubits) or other.num_qubits is None and qargs is not None:
            raise QiskitError(f"An operator of shape {other.dim} cannot be composed on {len(qubits)} qubits with one of {self.dim}.")
        if other.num_qubits is None:
            product = dense.multiply(*((self.rows(), other.rows()) if front else (other.rows(), self.rows())))
            return Operator(product)
        flat = list(self._flat)
        total = self._inputs + self._outputs
        if front:
            kernel.apply_matrix(flat, total, [list(column) for column in zip(*other.rows())], qubits)
        else:
            kernel.apply_matrix(flat, total, other.rows(), tuple(qubit + self._inputs for qubit in qubits))
        return Operator._of(flat, self._outputs, self._inputs)

    def dot(self, other, qargs=None):
        """Returns the matrix product ``self other``."""
        return self.compose(other, qargs, front=True)

    def tensor(self, other):
        """Returns ``self ⊗ other``; `other` keeps the lower qubits."""
        return Operator(dense.kron(self.rows(), _operator(other).rows()))

    def expand(self, other):
        """Returns ``other ⊗ self``."""
        return _operator(other).tensor(self)

    def adjoint(self):
        """Returns the conjugate transpose."""
        return Operator(dense.dagger(self.rows()))

    def conjugate(self):
        """Returns the complex conjugate."""
        return Operator._of([value.conjugate() for value in self._flat], self._outputs, self._inputs)

    def transpose(self):
        """Returns the transpose."""
        return Operator([list(column) for column in zip(*self.rows())])

    def power(self, n, branch_cut_rotation=0.0, assume_unitary=False):
        """Returns a whole power, or any real power of a unitary operator."""
        if n == int(n) and (n >= 0 or not self.is_unitary()):
            if n < 0:
                raise QiskitError("Negative powers are available for unitary operators only.")
            result, base, left = dense.identity(self.dim[0]), self.rows(), int(n)
            while left:
                result = dense.multiply(base, result) if left & 1 else result
                base, left = dense.multiply(base, base), left >> 1
            return Operator(result)
        if not self.is_unitary():
            raise QiskitError("Fractional powers are available for unitary operators only.")
        return Operator(dense.power_of_unitary(self.rows(), n))

    def is_unitary(self, atol=None, rtol=None):
        """Says whether the operator is unitary."""
        return self._inputs == self._outputs and dense.is_unitary(self.rows(), 1e-8 if atol is None else atol)

    def equiv(self, other, rtol=None, atol=None):
        """Says whether the two agree up to a global phase."""
        try:
            other = _operator(other)
        except QiskitError:
            return False
        if self.dim != other.dim:
            return False
        largest = max(range(len(self._flat)), key=lambda index: abs(self._flat[index]))
        mine, its = self._flat[largest], other._flat[largest]
        if abs(its) < 1e-12 or abs(mine) < 1e-12:
            return self == other
        phase = (mine / abs(mine)) / (its / abs(its))
        return dense.close([self._flat], [[phase * value for value in other._flat]], 1e-8 if atol is None else atol)

    def reverse_qargs(self):
        """Returns the operator with the order of its qubits turned round."""
        from ..circuit.library.generalized import PermutationGate

        turn = _operator(PermutationGate(list(reversed(range(self._inputs)))))
        return self.compose(turn).compose(turn, front=True)

    def trace(self):
        """Returns the trace."""
        return dense.trace(self.rows())

    def __add__(self, other):
        other = _operator(other)
        if self.dim != other.dim:
            raise QiskitError(f"Operators of shapes {self.dim} and {other.dim} cannot be added.")
        return Operator._of([x + y for x, y in zip(self._flat, other._flat)], self._outputs, self._inputs)

    def __sub__(self, other):
        return self + -_operator(other)

    def __mul__(self, other):
        return Operator._of([value * complex(other) for value in self._flat], self._outputs, self._inputs)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self * (1 / other)

    def __neg__(self):
        return self * -1

    def __matmul__(self, other):
        return self.dot(other)

    def __and__(self, other):
        return self.compose(other)

    def __xor__(self, other):
        return self.tensor(other)

    def __pow__(self, n):
        return self.power(n)

    def __eq__(self, other):
        return isinstance(other, Operator) and self.dim == other.dim and dense.close([self._flat], [other._flat])

    __hash__ = None

    def __call__(self, *qargs):
        """Returns the operator bound to qubits, for composition: ``a & b([1])``."""
        bound = Operator(self)
        bound.qargs = list(qargs[0]) if len(qargs) == 1 and isinstance(qargs[0], (list, tuple, range)) else list(qargs)
        return bound

    qargs = None

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self._flat, dtype=dtype).reshape(self.dim)

    def __repr__(self):
        return (f"Operator({format_array(self.rows(), 9)},\n         input_dims={self.input_dims()}, "
                f"output_dims={self.output_dims()})")

    def draw(self, output=None, **options):
        """Returns the matrix as text."""
        return repr(self)


def _operator(value):
    return value if isinstance(value, Operator) else Operator(value)


def _bits_of(size):
    count = max(size, 1).bit_length() - 1
    if size != 1 << count:
        raise QiskitError(f"The workbench's subset of Qiskit knows qubits only: a dimension of {size} is no power of two.")
    return count
