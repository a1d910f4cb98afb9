"""What Statevector and DensityMatrix have in common: probabilities, sampling and measurement."""

from .._engine import kernel
from .._engine.shots import sample, seeded
from .._math.array import array, from_nested
from .._subset import SubsetObject
from ..result.counts import Counts


class QuantumState(SubsetObject):
    """A state of qubits; its parts know their own numbers and what `_weights`, the probabilities of all outcomes, are."""

    _generator = None

    @property
    def dim(self):
        """The number of basis states."""
        return 1 << self.num_qubits

    def dims(self, qargs=None):
        """Returns the dimensions of the qubits: all 2."""
        return (2,) * (self.num_qubits if qargs is None else len(qargs))

    def seed(self, value=None):
        """Sets the seed of measurements and samples."""
        self._generator = seeded(value)

    def _random(self):
        if self._generator is None:
            self._generator = seeded(None)
        return self._generator

    def _marginal(self, qargs):
        qubits = tuple(range(self.num_qubits)) if qargs is None else tuple(qargs)
        return kernel.marginal(self._weights(), self.num_qubits, qubits)

    def probabilities(self, qargs=None, decimals=None):
        """Returns the probabilities of the outcomes of measuring some qubits, all by default; the first is the lowest bit."""
        values = [max(value, 0.0) for value in self._marginal(qargs)]
        return array(values if decimals is None else [round(value, decimals) for value in values])

    def probabilities_dict(self, qargs=None, decimals=None):
        """Returns the outcomes with nonzero probability, as texts of 0 and 1."""
        values = self._marginal(qargs)
        width = len(values).bit_length() - 1
        if decimals is not None:
            values = [round(value, decimals) for value in values]
        return {_key(index, width): value for index, value in enumerate(values) if value > 0}

    def sample_counts(self, shots, qargs=None):
        """Returns the Counts of so many measurements; :meth:`seed` makes them repeatable."""
        values = self._marginal(qargs)
        width = len(values).bit_length() - 1
        drawn = sample(values, shots, self._random())
        return Counts({_key(index, width): drawn[index] for index in sorted(drawn)})

    def sample_memory(self, shots, qargs=None):
        """Returns the outcome of each of so many measurements, as texts."""
        values = self._marginal(qargs)
        width = len(values).bit_length() - 1
        outcomes = self._random().choices(range(len(values)), weights=[max(value, 0.0) for value in values], k=shots)
        return array([_key(index, width) for index in outcomes])

    def measure(self, qargs=None):
        """Measures some qubits, all by default; returns the outcome as text and the state afterwards."""
        qubits = list(range(self.num_qubits)) if qargs is None else list(qargs)
        values = self._marginal(qubits)
        (index,) = sample(values, 1, self._random())
        state = self
        for place, qubit in enumerate(qubits):
            state = state._projected(qubit, index >> place & 1)
        return _key(index, len(qubits)), state

    def to_preview(self):
        """Returns the numbers of the state as the workbench carries them."""
        return from_nested(self.data.tolist()).to_preview()

    def __and__(self, other):
        return self.evolve(other)

    def __xor__(self, other):
        return self.tensor(other)

    def __neg__(self):
        return self * -1

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * (1 / other)

    def __sub__(self, other):
        return self + -other


def _key(index, width):
    return format(index, f"0{width}b") if width else ""
