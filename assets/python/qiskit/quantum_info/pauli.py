"""Pauli: a tensor product of I, X, Y, Z with a phase; PauliList: a row of them."""

from .._math.array import Array, array
from .._subset import SubsetObject
from ..exceptions import QiskitError
from . import pauli_algebra as algebra

_PREFIXES = {"": 0, "+": 0, "-i": 1, "-1j": 1, "-j": 1, "-": 2, "-1": 2, "i": 3, "1j": 3, "+i": 3, "j": 3}
_SHOWN = ("", "-i", "-", "i")


class Pauli(SubsetObject):
    """A Pauli such as ``Pauli("-iXYZ")``; the last letter is for qubit 0, the phase is ``(-i)**phase``."""

    def __init__(self, data):
        if isinstance(data, Pauli):
            self.num_qubits, self._x, self._z, self.phase = data.num_qubits, data._x, data._z, data.phase
        elif isinstance(data, str):
            letters = data.lstrip("+-ij1")
            if data[:len(data) - len(letters)] not in _PREFIXES:
                raise QiskitError(f"Pauli string label is not valid: '{data}'")
            self.phase = _PREFIXES[data[:len(data) - len(letters)]]
            self.num_qubits = len(letters)
            self._x, self._z = algebra.masks_of(letters)
        elif isinstance(data, tuple) and len(data) in (2, 3):
            z, x = (list(map(bool, row)) for row in data[:2])
            self.num_qubits = len(z)
            self._x, self._z = (sum(bit << place for place, bit in enumerate(row)) for row in (x, z))
            self.phase = data[2] % 4 if len(data) == 3 else 0
        elif hasattr(data, "name") and data.name == "pauli":
            self.__init__(data.params[0])
        else:
            raise QiskitError(f"Pauli takes a text such as 'XYZ' or a tuple (z, x), not {type(data).__name__}.")

    @classmethod
    def from_masks(cls, num_qubits, x, z, phase=0):
        """Makes a Pauli from bit masks."""
        pauli = cls.__new__(cls)
        pauli.num_qubits, pauli._x, pauli._z, pauli.phase = num_qubits, x, z, phase % 4
        return pauli

    @property
    def x(self):
        """For each qubit, whether X is in it."""
        return array([bool(self._x >> bit & 1) for bit in range(self.num_qubits)])

    @property
    def z(self):
        """For each qubit, whether Z is in it."""
        return array([bool(self._z >> bit & 1) for bit in range(self.num_qubits)])

    @property
    def dim(self):
        """The shape of its matrix."""
        return (1 << self.num_qubits,) * 2

    def terms(self):
        """Returns the Pauli as a sum of one term, ``(x, z, coefficient)``."""
        return [(self._x, self._z, algebra.I_POWERS[-self.phase % 4])]

    def to_label(self):
        """Returns the text of this Pauli."""
        return _SHOWN[self.phase] + algebra.label_of(self._x, self._z, self.num_qubits)

    def to_matrix(self, sparse=False):
        """Returns the matrix."""
        return array(algebra.matrix_of(self.num_qubits, self.terms()), self.dim)

    def to_instruction(self):
        """Returns the Pauli as a gate."""
        from ..circuit.library.generalized import PauliGate
        from ..circuit.quantumcircuit import QuantumCircuit

        gate = PauliGate(algebra.label_of(self._x, self._z, self.num_qubits))
        if not self.phase:
            return gate
        circuit = QuantumCircuit(self.num_qubits, global_phase=-self.phase * 3.141592653589793 / 2, name=self.to_label())
        circuit.append(gate, range(self.num_qubits))
        return circuit.to_gate()

    def compose(self, other, qargs=None, front=False, inplace=False):
        """Returns the product ``other self``, or ``self other`` if `front`."""
        other = Pauli(other)
        if qargs is not None:
            x = sum((other._x >> place & 1) << qubit for place, qubit in enumerate(qargs))
            z = sum((other._z >> place & 1) << qubit for place, qubit in enumerate(qargs))
            other = Pauli.from_masks(self.num_qubits, x, z, other.phase)
        if other.num_qubits != self.num_qubits:
            raise QiskitError(f"Paulis of {self.num_qubits} and {other.num_qubits} qubits cannot be multiplied.")
        left, right = (self, other) if front else (other, self)
        x, z, exponent = algebra.product((left._x, left._z), (right._x, right._z))
        return Pauli.from_masks(self.num_qubits, x, z, self.phase + other.phase - exponent)

    def dot(self, other, qargs=None, inplace=False):
        """Returns the product ``self other``."""
        return self.compose(other, qargs, front=True)

    def tensor(self, other):
        """Returns ``self ⊗ other``; `other` keeps the lower qubits."""
        other = Pauli(other)
        shift = other.num_qubits
        return Pauli.from_masks(self.num_qubits + shift, self._x << shift | other._x, self._z << shift | other._z,
                                self.phase + other.phase)

    def expand(self, other):
        """Returns ``other ⊗ self``."""
        return Pauli(other).tensor(self)

    def commutes(self, other, qargs=None):
        """Says whether the two commute."""
        other = Pauli(other)
        return algebra.commute((self._x, self._z), (other._x, other._z))

    def anticommutes(self, other, qargs=None):
        """Says whether the two anticommute."""
        return not self.commutes(other)

    def adjoint(self):
        """Returns the conjugate transpose."""
        return Pauli.from_masks(self.num_qubits, self._x, self._z, -self.phase)

    inverse = adjoint

    def conjugate(self):
        """Returns the complex conjugate."""
        return Pauli.from_masks(self.num_qubits, self._x, self._z, -self.phase + 2 * (self._x & self._z).bit_count())

    def transpose(self):
        """Returns the transpose."""
        return Pauli.from_masks(self.num_qubits, self._x, self._z, self.phase + 2 * (self._x & self._z).bit_count())

    def equiv(self, other):
        """Says whether the two agree up to phase."""
        other = Pauli(other)
        return (self.num_qubits, self._x, self._z) == (other.num_qubits, other._x, other._z)

    def __matmul__(self, other):
        return self.dot(other)

    def __and__(self, other):
        return self.compose(other)

    def __xor__(self, other):
        return self.tensor(other)

    def __neg__(self):
        return Pauli.from_masks(self.num_qubits, self._x, self._z, self.phase + 2)

    def __len__(self):
        return self.num_qubits

    def __getitem__(self, qubits):
        places = range(self.num_qubits)[qubits] if isinstance(qubits, slice) else qubits
        places = [places % self.num_qubits] if isinstance(places, int) else list(places)
        x = sum((self._x >> qubit & 1) << place for place, qubit in enumerate(places))
        z = sum((self._z >> qubit & 1) << place for place, qubit in enumerate(places))
        return Pauli.from_masks(len(places), x, z)

    def __eq__(self, other):
        return isinstance(other, Pauli) and self.phase == other.phase and self.equiv(other)

    def __hash__(self):
        return hash((self.num_qubits, self._x, self._z, self.phase))

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(algebra.matrix_of(self.num_qubits, self.terms()), dtype=dtype).reshape(self.dim)

    def __str__(self):
        return self.to_label()

    def __repr__(self):
        return f"Pauli('{self.to_label()}')"


class PauliList(SubsetObject):
    """A row of Paulis of one size."""

    def __init__(self, data):
        self._paulis = [Pauli(entry) for entry in ([data] if isinstance(data, (str, Pauli)) else data)]
        if len({pauli.num_qubits for pauli in self._paulis}) > 1:
            raise QiskitError("The Paulis of a list must act on the same number of qubits.")

    @property
    def num_qubits(self):
        """How many qubits each acts on."""
        return self._paulis[0].num_qubits

    @property
    def size(self):
        """How many Paulis there are."""
        return len(self._paulis)

    @property
    def x(self):
        """For each Pauli and qubit, whether X is in it."""
        return self._bits("_x")

    @property
    def z(self):
        """For each Pauli and qubit, whether Z is in it."""
        return self._bits("_z")

    @property
    def phase(self):
        """The phase exponent of each Pauli."""
        return array([pauli.phase for pauli in self._paulis])

    def _bits(self, mask):
        return array([bool(getattr(pauli, mask) >> bit & 1) for pauli in self._paulis for bit in range(self.num_qubits)],
                     (self.size, self.num_qubits))

    def to_labels(self, array=False):
        """Returns the texts."""
        return [pauli.to_label() for pauli in self._paulis]

    def commutes(self, other):
        """Returns for each Pauli whether it commutes with another."""
        return Array([pauli.commutes(other) for pauli in self._paulis])

    def __len__(self):
        return len(self._paulis)

    def __iter__(self):
        return iter(self._paulis)

    def __getitem__(self, index):
        return PauliList(self._paulis[index]) if isinstance(index, slice) else self._paulis[index]

    def __eq__(self, other):
        return isinstance(other, PauliList) and self._paulis == other._paulis

    __hash__ = None

    def __repr__(self):
        return f"PauliList({self.to_labels()})"
