"""Statevector: the amplitudes of a pure state of qubits."""

from .._engine import kernel
from .._engine.lowering import moved, run_steps, zero_state
from .._math import matrix as dense
from .._math.array import array, nested
from .._math.printing import format_array
from ..circuit.library.generalized import amplitudes_of
from ..exceptions import QiskitError
from . import pauli_algebra as algebra
from .lines import lines_of
from .operator import Operator, _bits_of, _operator
from .quantum_state import QuantumState


class Statevector(QuantumState):
    """A pure state, from amplitudes or from a circuit that starts at |0…0>; qubit 0 is the lowest bit of the index."""

    def __init__(self, data, dims=None):
        if isinstance(data, Statevector):
            self._vector = list(data._vector)
        elif hasattr(data, "qregs") or hasattr(data, "num_clbits"):
            self._vector = Statevector.from_instruction(data)._vector
        else:
            source = data._flat if isinstance(data, Operator) else nested(data)
            if not isinstance(source, list):
                raise QiskitError(f"A Statevector needs a list of amplitudes or a circuit, not {type(data).__name__}.")
            if source and isinstance(source[0], list):
                source = [value for row in source for value in row]
            self._vector = [complex(value) for value in source]
        self.num_qubits = _bits_of(len(self._vector))

    @classmethod
    def _of(cls, vector):
        state = cls.__new__(cls)
        state._vector, state.num_qubits = vector, len(vector).bit_length() - 1
        return state

    @classmethod
    def from_instruction(cls, instruction):
        """Returns what a circuit or gate makes of |0…0>."""
        return cls._of(zero_state(instruction.num_qubits)).evolve(instruction)

    @classmethod
    def from_label(cls, label):
        """Returns the product state of the letters ``0 1 + - r l``, the last for qubit 0."""
        return cls._of(amplitudes_of(label))

    @classmethod
    def from_int(cls, i, dims):
        """Returns the basis state of index i; `dims` is the dimension or the tuple of the qubits' dimensions."""
        size = 1
        for dimension in (dims if isinstance(dims, (tuple, list)) else [dims]):
            size *= dimension
        _bits_of(size)
        return cls._of([1 + 0j if index == i else 0j for index in range(size)])

    # Parts

    @property
    def data(self):
        """The amplitudes."""
        return array(self._vector)

    def _weights(self):
        return [value.real * value.real + value.imag * value.imag for value in self._vector]

    def is_valid(self, atol=None, rtol=None):
        """Says whether the norm is 1."""
        return abs(sum(self._weights()) - 1) <= 1e-8

    def trace(self):
        """Returns the squared norm."""
        return sum(self._weights())

    def purity(self):
        """Returns 1 for a normalised state."""
        return sum(self._weights()) ** 2

    def to_operator(self):
        """Returns the projector on the state."""
        flat = [mine * its.conjugate() for mine in self._vector for its in self._vector]
        return Operator._of(flat, self.num_qubits, self.num_qubits)

    def to_dict(self, decimals=None):
        """Returns the nonzero amplitudes by basis state."""
        values = self._vector
        if decimals is not None:
            values = [complex(round(value.real, decimals), round(value.imag, decimals)) for value in values]
        return {format(index, f"0{self.num_qubits}b"): value for index, value in enumerate(values) if value != 0}

    # What can be done with it

    def evolve(self, other, qargs=None):
        """Returns the state after a circuit, gate or operator on some qubits, all by default."""
        vector, count = list(self._vector), self.num_qubits
        if hasattr(other, "qregs") or hasattr(other, "num_clbits"):
            size = other.num_qubits
            qubits = list(range(count)) if qargs is None else list(qargs)
            if size != len(qubits):
                raise QiskitError(f"A circuit of {size} qubits cannot act on {len(qubits)} qubits of this state.")
            steps = []
            for kind, content in lines_of(other):
                if kind == "steps":
                    steps += moved(content, qubits)
                    continue
                run_steps(vector, count, steps)
                steps = []
                vector = self._initialized(vector, content, qubits)
            run_steps(vector, count, steps)
            return Statevector._of(vector)
        operator = _operator(other)
        qubits = tuple(range(count)) if qargs is None else tuple(qargs)
        if operator._inputs != len(qubits):
            raise QiskitError(f"An operator on {operator._inputs} qubits cannot act on {len(qubits)} qubits of this state.")
        if operator.num_qubits is None:
            return Statevector._of(dense.apply_to(operator.rows(), vector))
        kernel.apply_matrix(vector, count, operator.rows(), qubits)
        return Statevector._of(vector)

    def _initialized(self, vector, found, qubits):
        """Resets qubits (at random where they are entangled) and prepares a state on them."""
        steps, places = found
        state = Statevector._of(vector)
        state._generator = self._generator
        state = state.reset([qubits[place] for place in places])
        run_steps(state._vector, self.num_qubits, moved(steps, [qubits[place] for place in places]))
        return state._vector

    def reset(self, qargs=None):
        """Returns the state with some qubits put into |0>, after measuring them."""
        qubits = list(range(self.num_qubits)) if qargs is None else list(qargs)
        state = self
        for qubit in qubits:
            chance = kernel.probability_of_one(state._vector, self.num_qubits, qubit)
            if chance > 1e-15:
                one = self._random().random() < chance
                state = state._projected(qubit, int(one))
                if one:
                    kernel.apply_matrix(state._vector, self.num_qubits, [[0j, 1 + 0j], [1 + 0j, 0j]], (qubit,))
        return Statevector(state)

    def _projected(self, qubit, value):
        one = kernel.probability_of_one(self._vector, self.num_qubits, qubit)
        weight = one if value else sum(self._weights()) - one
        return Statevector._of(kernel.projected(self._vector, self.num_qubits, qubit, value, weight))

    def expectation_value(self, oper, qargs=None):
        """Returns ``<state|oper|state>`` of an operator, Pauli or sum of Paulis."""
        if hasattr(oper, "terms"):
            qubits = range(oper.num_qubits) if qargs is None else qargs
            if oper.num_qubits > self.num_qubits or qargs is None and oper.num_qubits != self.num_qubits:
                raise QiskitError(f"The observable has {oper.num_qubits} qubits, the state {self.num_qubits}.")
            terms = [tuple(sum((mask >> bit & 1) << place for bit, place in enumerate(qubits)) for mask in term[:2]) + term[2:]
                     for term in oper.terms()] if qargs is not None else oper.terms()
            value = algebra.expectation(self._vector, self.num_qubits, terms)
        else:
            value = self.inner(self.evolve(oper, qargs))
        return value.real if abs(value.imag) < 1e-14 * max(1.0, abs(value)) and _is_hermitian(oper) else value

    def inner(self, other):
        """Returns ``<self|other>``."""
        other = other if isinstance(other, Statevector) else Statevector(other)
        if self.dim != other.dim:
            raise QiskitError(f"States of {self.num_qubits} and {other.num_qubits} qubits have no inner product.")
        return sum((mine.conjugate() * its for mine, its in zip(self._vector, other._vector)), 0j)

    def equiv(self, other, rtol=None, atol=None):
        """Says whether the two are the same state up to a global phase."""
        if not isinstance(other, Statevector):
            try:
                other = Statevector(other)
            except QiskitError:
                return False
        if self.dim != other.dim:
            return False
        overlap = self.inner(other)
        phase = overlap / abs(overlap) if abs(overlap) > 1e-12 else 1
        return dense.close([[phase * value for value in self._vector]], [other._vector], 1e-8 if atol is None else atol)

    def tensor(self, other):
        """Returns ``self ⊗ other``; `other` keeps the lower qubits."""
        other = other if isinstance(other, Statevector) else Statevector(other)
        return Statevector._of([mine * its for mine in self._vector for its in other._vector])

    def expand(self, other):
        """Returns ``other ⊗ self``."""
        return (other if isinstance(other, Statevector) else Statevector(other)).tensor(self)

    def conjugate(self):
        """Returns the complex conjugate."""
        return Statevector._of([value.conjugate() for value in self._vector])

    def reverse_qargs(self):
        """Returns the state with the order of its qubits turned round."""
        order = kernel.offsets(tuple(reversed(range(self.num_qubits))))
        return Statevector._of([self._vector[index] for index in order])

    def draw(self, output=None, **options):
        """Returns the state as text: ``repr`` and ``text`` list amplitudes, ``latex`` and ``latex_source`` give LaTeX's source."""
        if output in ("latex", "latex_source"):
            from .latex import ket_latex

            return ket_latex(self._vector, self.num_qubits)
        return format_array(self._vector, 0, ",") if output == "text" else repr(self)

    def __add__(self, other):
        other = other if isinstance(other, Statevector) else Statevector(other)
        if self.dim != other.dim:
            raise QiskitError(f"States of {self.num_qubits} and {other.num_qubits} qubits cannot be added.")
        return Statevector._of([mine + its for mine, its in zip(self._vector, other._vector)])

    def __mul__(self, other):
        return Statevector._of([value * complex(other) for value in self._vector])

    def __len__(self):
        return len(self._vector)

    def __iter__(self):
        return iter(self._vector)

    def __getitem__(self, key):
        if isinstance(key, str):
            if len(key) != self.num_qubits:
                raise QiskitError(f"Key '{key}' does not have {self.num_qubits} digits.")
            key = int(key, 2)
        return self._vector[key] if not isinstance(key, slice) else array(self._vector[key])

    def __eq__(self, other):
        return isinstance(other, Statevector) and self.dim == other.dim and dense.close([self._vector], [other._vector])

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self._vector, dtype=dtype)

    def __repr__(self):
        return f"Statevector({format_array(self._vector, 12)},\n            dims={self.dims()})"


def _is_hermitian(operator):
    if hasattr(operator, "terms"):
        return all(abs(value.imag) < 1e-14 for _, _, value in operator.terms())
    return False
