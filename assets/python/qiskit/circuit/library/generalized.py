"""Gates given by data: a unitary matrix, a diagonal, a permutation, a Pauli text, a phase, a state to prepare."""

import cmath
import math

from ..._engine.kernel import offsets
from ..._math import matrix as dense
from ..._math.array import nested
from ...exceptions import CircuitError, QiskitError
from ..instruction import Gate, Instruction, phase_step
from .one_qubit import IGate, XGate, YGate, ZGate


class UnitaryGate(Gate):
    """A gate given by its unitary matrix."""

    def __init__(self, data, label=None, check_input=True, *, num_qubits=None):
        if hasattr(data, "rows"):
            data = data.rows()
        rows = [[complex(value) for value in row] for row in nested(getattr(data, "data", data))]
        size = len(rows)
        count = size.bit_length() - 1
        if size != 1 << count or size < 2 or check_input and not dense.is_unitary(rows, 1e-8):
            raise CircuitError("A UnitaryGate needs a unitary matrix with a power of two of rows.")
        super().__init__("unitary", count, [], label)
        self._rows = rows
        from ..._math.array import array

        self.params = [array((value for row in rows for value in row), (size, size))]

    def _matrix(self):
        return self._rows

    def inverse(self, annotated=False):
        """Returns the conjugate transpose."""
        return UnitaryGate(dense.dagger(self._rows), check_input=False)

    adjoint = inverse

    def conjugate(self):
        """Returns the complex conjugate."""
        return UnitaryGate([[value.conjugate() for value in row] for row in self._rows], check_input=False)

    def transpose(self):
        """Returns the transpose."""
        return UnitaryGate([list(column) for column in zip(*self._rows)], check_input=False)

    def __eq__(self, other):
        return isinstance(other, UnitaryGate) and dense.close(self._rows, other._rows)

    __hash__ = Gate.__hash__


class GlobalPhaseGate(Gate):
    """Multiplies the whole state by ``exp(i phase)``; acts on no qubit."""

    def __init__(self, phase, label=None):
        super().__init__("global_phase", 0, [phase], label)

    def steps(self):
        """Returns the one phase."""
        return [phase_step(self.params[0])]

    def inverse(self, annotated=False):
        """Returns the opposite phase."""
        return GlobalPhaseGate(-self.params[0])


class DiagonalGate(Gate):
    """A diagonal matrix, given by its entries of modulus 1."""

    def __init__(self, diag):
        entries = [complex(value) for value in nested(diag)]
        count = len(entries).bit_length() - 1
        if len(entries) != 1 << count:
            raise CircuitError("The number of diagonal entries is not a power of two.")
        if any(abs(abs(value) - 1) > 1e-10 for value in entries):
            raise CircuitError("A diagonal element does not have absolute value one.")
        super().__init__("diagonal", count, entries)

    def steps(self):
        """Returns the diagonal."""
        return [("diagonal", self.params, tuple(range(self.num_qubits)), ())]

    def inverse(self, annotated=False):
        """Returns the conjugate."""
        return DiagonalGate([value.conjugate() for value in self.params])


class PermutationGate(Gate):
    """Rearranges qubits: the qubit at place ``pattern[i]`` moves to place i."""

    def __init__(self, pattern):
        pattern = [int(place) for place in pattern]
        if sorted(pattern) != list(range(len(pattern))):
            raise CircuitError(f"Permutation pattern {pattern} must hold each of 0 to {len(pattern) - 1} once.")
        super().__init__("permutation", len(pattern), [pattern])

    @property
    def pattern(self):
        """Where the qubit at each place comes from."""
        return self.params[0]

    def _matrix(self):
        size = 1 << self.num_qubits
        rows = [[0j] * size for _ in range(size)]
        for source, target in zip(offsets(tuple(self.pattern)), range(size)):
            rows[target][source] = 1 + 0j
        return rows

    def inverse(self, annotated=False):
        """Returns the permutation that moves everything back."""
        return PermutationGate([self.pattern.index(place) for place in range(self.num_qubits)])


class PauliGate(Gate):
    """A text of I, X, Y and Z, the last letter for qubit 0."""

    def __init__(self, label):
        super().__init__("pauli", len(label), [label])

    def steps(self):
        """Returns one gate per letter."""
        kinds = {"I": IGate, "X": XGate, "Y": YGate, "Z": ZGate}
        return [("matrix", kinds[letter].constant, (index,), ())
                for index, letter in enumerate(reversed(self.params[0])) if letter != "I"]

    def inverse(self, annotated=False):
        """Returns itself."""
        return PauliGate(self.params[0])


class StatePreparation(Gate):
    """Takes |0…0> to a given state by one reflection.

    What it does to states other than |0…0> is this package's choice, and not what Qiskit's synthesis happens to do.
    """

    def __init__(self, params, num_qubits=None, inverse=False, label=None, normalize=False):
        self._inverse = inverse
        self._source = params
        self._amplitudes = amplitudes_of(params, num_qubits, normalize)
        shown = list(params) if isinstance(params, str) else [params] if isinstance(params, int) else list(self._amplitudes)
        count = len(self._amplitudes).bit_length() - 1
        super().__init__("state_preparation_dg" if inverse else "state_preparation", count, shown, label)

    def steps(self):
        """Returns the reflection along ``state - |0…0>``, and the phase that makes the overlap of the two real."""
        first = self._amplitudes[0]
        phase = first / abs(first) if abs(first) > 1e-300 else 1 + 0j
        axis = [value / phase for value in self._amplitudes]
        axis[0] = complex(axis[0].real - 1)
        weight = sum(abs(value) ** 2 for value in axis)
        targets = tuple(range(self.num_qubits))
        if weight < 1e-30:
            found = []
        else:
            found = [("reflection", (axis, -2 / weight), targets, ())]
        found.append(phase_step(cmath.phase(phase) * (-1 if self._inverse else 1)))
        return found

    def inverse(self, annotated=False):
        """Returns the gate that takes the state back to |0…0>."""
        return StatePreparation(self._source, self.num_qubits if isinstance(self._source, int) else None,
                                inverse=not self._inverse, normalize=True)


class Initialize(Instruction):
    """Resets qubits and prepares a state on them."""

    def __init__(self, params, num_qubits=None, normalize=False):
        self._preparation = StatePreparation(params, num_qubits, normalize=normalize)
        super().__init__("initialize", self._preparation.num_qubits, 0, self._preparation.params)

    def gates_to_uncompute(self):
        """Returns the circuit that takes the state back to |0…0>."""
        from ..quantumcircuit import QuantumCircuit

        circuit = QuantumCircuit(self.num_qubits)
        circuit.append(self._preparation.inverse(), range(self.num_qubits))
        return circuit

    def broadcast_arguments(self, qargs, cargs):
        """Yields all qubits as one group; a text of one letter goes to each qubit."""
        flat = [qubit for group in qargs for qubit in group]
        if self.num_qubits == 1 and len(flat) > 1:
            yield from (([qubit], []) for qubit in flat)
        elif len(flat) != self.num_qubits:
            raise QiskitError(f"Initialize parameter vector has {1 << self.num_qubits} elements, therefore expects "
                              f"{self.num_qubits} qubits. However, {len(flat)} were provided.")
        else:
            yield flat, []


_LETTERS = {
    "0": (1, 0), "1": (0, 1), "+": (math.sqrt(0.5), math.sqrt(0.5)), "-": (math.sqrt(0.5), -math.sqrt(0.5)),
    "r": (math.sqrt(0.5), 1j * math.sqrt(0.5)), "l": (math.sqrt(0.5), -1j * math.sqrt(0.5)),
}


def amplitudes_of(params, num_qubits=None, normalize=False):
    """Reads a state given as amplitudes, as a text of ``0 1 + - r l`` (qubit 0 last) or as a number."""
    if isinstance(params, str):
        amplitudes = [1 + 0j]
        for letter in params:
            if letter not in _LETTERS:
                raise QiskitError(f"'{letter}' is not one of 0 1 + - r l, in the state '{params}'.")
            amplitudes = [value * factor for value in amplitudes for factor in _LETTERS[letter]]
        return [complex(value) for value in amplitudes]
    if isinstance(params, int):
        count = max(params.bit_length(), 1) if num_qubits is None else num_qubits
        if params >> count:
            raise QiskitError(f"{params} does not fit into {count} qubits.")
        return [1 + 0j if index == params else 0j for index in range(1 << count)]
    amplitudes = [complex(value) for value in nested(getattr(params, "data", params))]
    count = len(amplitudes).bit_length() - 1
    if len(amplitudes) != 1 << count or not count:
        raise QiskitError("Desired statevector length not a positive power of 2.")
    norm = math.sqrt(sum(abs(value) ** 2 for value in amplitudes))
    if not normalize and abs(norm - 1) > 1e-8:
        raise QiskitError("Sum of amplitudes-squared is not 1, but %s; pass normalize=True to scale them." % (norm * norm))
    return [value / norm for value in amplitudes]
