"""DensityMatrix: a mixed state of qubits, kept as one row-major list; the row's bits are the upper half of the index."""

from .._engine import kernel
from .._engine.lowering import moved, run_steps, zero_state
from .._math import matrix as dense
from .._math.array import array
from .._math.printing import format_array
from ..exceptions import QiskitError
from . import pauli_algebra as algebra
from .lines import lines_of
from .operator import Operator, _operator
from .quantum_state import QuantumState
from .statevector import Statevector


class DensityMatrix(QuantumState):
    """A mixed state, from a matrix, a state vector or a circuit that starts at |0…0>."""

    def __init__(self, data, dims=None):
        if isinstance(data, DensityMatrix):
            self._flat, self.num_qubits = list(data._flat), data.num_qubits
            return
        if hasattr(data, "qregs") or hasattr(data, "num_clbits"):
            other = DensityMatrix.from_instruction(data)
            self._flat, self.num_qubits = other._flat, other.num_qubits
            return
        if not isinstance(data, (Statevector, Operator)):
            try:
                data = Operator(data)
            except QiskitError:
                data = Statevector(data)
        if isinstance(data, Operator) and data.dim[1] == 1:
            data = Statevector(data)
        operator = data.to_operator()
        if operator.num_qubits is None:
            raise QiskitError("A density matrix is square.")
        self._flat, self.num_qubits = operator._flat, operator.num_qubits

    @classmethod
    def _of(cls, flat, num_qubits):
        state = cls.__new__(cls)
        state._flat, state.num_qubits = flat, num_qubits
        return state

    @classmethod
    def from_instruction(cls, instruction):
        """Returns what a circuit or gate makes of |0…0>."""
        count = instruction.num_qubits
        return cls._of(zero_state(2 * count), count).evolve(instruction)

    @classmethod
    def from_label(cls, label):
        """Returns the product state of the letters ``0 1 + - r l``, the last for qubit 0."""
        return cls(Statevector.from_label(label))

    @property
    def data(self):
        """The matrix."""
        return array(self._flat, (self.dim, self.dim))

    def rows(self):
        """Returns the matrix as a list of rows."""
        return [self._flat[start:start + self.dim] for start in range(0, len(self._flat), self.dim)]

    def to_operator(self):
        """Returns the matrix as an Operator."""
        return Operator._of(list(self._flat), self.num_qubits, self.num_qubits)

    def _weights(self):
        return [value.real for value in self._flat[::self.dim + 1]]

    def trace(self):
        """Returns the trace."""
        return sum(self._flat[::self.dim + 1])

    def purity(self):
        """Returns the trace of the square: 1 for pure states."""
        return sum(value.real * value.real + value.imag * value.imag for value in self._flat)

    def is_valid(self, atol=None, rtol=None):
        """Says whether the matrix is Hermitian, of trace 1 and without negative eigenvalues."""
        rows = self.rows()
        return (abs(self.trace() - 1) <= 1e-8 and dense.close(rows, dense.dagger(rows))
                and dense.eigen_hermitian(rows)[0][0] >= -1e-8)

    def evolve(self, other, qargs=None):
        """Returns the state after a circuit, gate or operator on some qubits, all by default."""
        count, flat = self.num_qubits, list(self._flat)
        qubits = list(range(count)) if qargs is None else list(qargs)
        if hasattr(other, "qregs") or hasattr(other, "num_clbits"):
            if other.num_qubits != len(qubits):
                raise QiskitError(f"A circuit of {other.num_qubits} qubits cannot act on {len(qubits)} qubits of this state.")
            for line in (other.data if hasattr(other, "qregs") else ()):
                if line.name == "reset":
                    return self._evolved_with_resets(other, qubits)
            for kind, content in lines_of(other):
                if kind == "initialize":
                    steps, places = content
                    places = [qubits[place] for place in places]
                    flat = DensityMatrix._of(flat, count).reset(places)._flat
                    content = steps
                else:
                    places = qubits
                steps = moved(content, places)
                run_steps(flat, 2 * count, steps, shift=count)
                run_steps(flat, 2 * count, steps, conjugate=True)
            return DensityMatrix._of(flat, count)
        operator = _operator(other)
        if operator.num_qubits != len(qubits):
            raise QiskitError(f"An operator of shape {operator.dim} cannot act on {len(qubits)} qubits of this state.")
        steps = [("matrix", operator.rows(), tuple(qubits), ())]
        run_steps(flat, 2 * count, steps, shift=count)
        run_steps(flat, 2 * count, steps, conjugate=True)
        return DensityMatrix._of(flat, count)

    def _evolved_with_resets(self, circuit, qubits):
        state, part = self, circuit.copy_empty_like()
        for line in circuit.data:
            if line.name == "reset":
                state = state.evolve(part, qubits).reset([qubits[circuit._places[line.qubits[0]]]])
                part = circuit.copy_empty_like()
                part.global_phase = 0
            else:
                part._append(line)
        return state.evolve(part, qubits)

    def reset(self, qargs=None):
        """Returns the state with some qubits, all by default, put into |0>."""
        qubits = list(range(self.num_qubits)) if qargs is None else list(qargs)
        count, flat = self.num_qubits, list(self._flat)
        for qubit in qubits:
            pair = (qubit, qubit + count)
            bases, span, step = kernel.subspace(2 * count, pair, ())
            shifts = kernel.offsets(pair)
            for base in bases:
                cuts = [slice(base + shift, base + shift + span, step) for shift in shifts]
                flat[cuts[0]] = [x + y for x, y in zip(flat[cuts[0]], flat[cuts[3]])]
                for cut in cuts[1:]:
                    flat[cut] = [0j] * len(range(*cut.indices(len(flat))))
        return DensityMatrix._of(flat, count)

    def _projected(self, qubit, value):
        weight = self._marginal([qubit])[value]
        half = kernel.projected(self._flat, 2 * self.num_qubits, qubit, value, weight ** 2)
        return DensityMatrix._of(kernel.projected(half, 2 * self.num_qubits, qubit + self.num_qubits, value, 1.0), self.num_qubits)

    def expectation_value(self, oper, qargs=None):
        """Returns ``trace(oper state)``."""
        if hasattr(oper, "terms") and qargs is None:
            value = algebra.density_expectation(self._flat, self.num_qubits, oper.terms())
        else:
            operator = _operator(oper)
            qubits = tuple(range(self.num_qubits)) if qargs is None else tuple(qargs)
            flat = list(self._flat)
            kernel.apply_matrix(flat, 2 * self.num_qubits, operator.rows(), tuple(qubit + self.num_qubits for qubit in qubits))
            value = sum(flat[::self.dim + 1])
        return value.real if abs(value.imag) < 1e-14 else value

    def tensor(self, other):
        """Returns ``self ⊗ other``; `other` keeps the lower qubits."""
        other = other if isinstance(other, DensityMatrix) else DensityMatrix(other)
        return DensityMatrix(dense.kron(self.rows(), other.rows()))

    def expand(self, other):
        """Returns ``other ⊗ self``."""
        return (other if isinstance(other, DensityMatrix) else DensityMatrix(other)).tensor(self)

    def conjugate(self):
        """Returns the complex conjugate."""
        return DensityMatrix._of([value.conjugate() for value in self._flat], self.num_qubits)

    def partial_transpose(self, qargs):
        """Returns the matrix transposed over some of the qubits."""
        count = self.num_qubits
        lower = sum(1 << qubit for qubit in qargs)
        kept = ~(lower | lower << count)
        flat = [self._flat[index & kept | (index & lower) << count | index >> count & lower] for index in range(len(self._flat))]
        return DensityMatrix._of(flat, count)

    def to_statevector(self, atol=None, rtol=None):
        """Returns the state vector of a pure state."""
        values, columns = dense.eigen_hermitian(self.rows())
        if abs(values[-1] - 1) > 1e-8:
            raise QiskitError("Density matrix is not a pure state")
        vector = columns[-1]
        largest = max(vector, key=abs)
        phase = largest.conjugate() / abs(largest)
        return Statevector._of([phase * value for value in vector])

    def draw(self, output=None, **options):
        """Returns the matrix as text."""
        return repr(self)

    def __add__(self, other):
        other = other if isinstance(other, DensityMatrix) else DensityMatrix(other)
        return DensityMatrix._of([x + y for x, y in zip(self._flat, other._flat)], self.num_qubits)

    def __mul__(self, other):
        return DensityMatrix._of([value * complex(other) for value in self._flat], self.num_qubits)

    def __eq__(self, other):
        return isinstance(other, DensityMatrix) and self.dim == other.dim and dense.close([self._flat], [other._flat])

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self._flat, dtype=dtype).reshape(self.dim, self.dim)

    def __repr__(self):
        return f"DensityMatrix({format_array(self.rows(), 14)},\n              dims={self.dims()})"
