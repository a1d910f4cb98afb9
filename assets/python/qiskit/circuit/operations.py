"""Instructions that are no gates: measurement, reset, barrier, delay."""

from ..exceptions import CircuitError
from .instruction import Instruction


class Measure(Instruction):
    """Measures a qubit in the Z basis into a classical bit."""

    def __init__(self, label=None):
        super().__init__("measure", 1, 1, [], label)

    def broadcast_arguments(self, qargs, cargs):
        """Pairs qubits with classical bits."""
        (qubits,), (clbits,) = qargs, cargs
        if len(qubits) != len(clbits) and len(qubits) != 1:
            raise CircuitError(f"measure: {len(qubits)} qubit(s) cannot be paired with {len(clbits)} classical bit(s).")
        qubits = qubits * len(clbits) if len(qubits) == 1 else qubits
        yield from (([qubit], [clbit]) for qubit, clbit in zip(qubits, clbits))


class Reset(Instruction):
    """Puts a qubit into |0>."""

    def __init__(self, label=None):
        super().__init__("reset", 1, 0, [], label)

    def broadcast_arguments(self, qargs, cargs):
        """Yields each qubit."""
        yield from (([qubit], []) for group in qargs for qubit in group)


class Barrier(Instruction):
    """Keeps what is left of it apart from what is right of it in drawings; does nothing."""

    _directive = True

    def __init__(self, num_qubits, label=None):
        super().__init__("barrier", num_qubits, 0, [], label)

    def inverse(self, annotated=False):
        """Returns a barrier."""
        return Barrier(self.num_qubits)


class Delay(Instruction):
    """Waits; the state does not change."""

    def __init__(self, duration, unit="dt"):
        super().__init__("delay", 1, 0, [duration])
        self.unit = unit

    @property
    def duration(self):
        """How long it waits, in its unit."""
        return self.params[0]

    def inverse(self, annotated=False):
        """Returns the same delay."""
        return Delay(self.duration, self.unit)

    broadcast_arguments = Reset.broadcast_arguments
