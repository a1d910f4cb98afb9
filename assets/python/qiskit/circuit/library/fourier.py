"""The quantum Fourier transform and phase estimation."""

from math import pi

from ..bits import QuantumRegister
from ..instruction import Gate
from ..quantumcircuit import QuantumCircuit


def _transform(num_qubits, approximation_degree=0, do_swaps=True, inverse=False, insert_barriers=False, name="QFT"):
    circuit = QuantumCircuit(num_qubits, name=name)
    for target in reversed(range(num_qubits)):
        circuit.h(target)
        for source in reversed(range(max(0, approximation_degree - (num_qubits - target - 1)), target)):
            circuit.cp(pi / 2 ** (target - source), target, source)
        if insert_barriers:
            circuit.barrier()
    if do_swaps:
        for qubit in range(num_qubits // 2):
            circuit.swap(qubit, num_qubits - qubit - 1)
    return circuit.inverse() if inverse else circuit


class QFT(QuantumCircuit):
    """The quantum Fourier transform as a circuit of Hadamards, controlled phases and swaps."""

    def __init__(self, num_qubits=None, approximation_degree=0, do_swaps=True, inverse=False, insert_barriers=False, name=None):
        super().__init__(num_qubits, name=name or ("IQFT" if inverse else "QFT"))
        self._settings = (num_qubits, approximation_degree, do_swaps, insert_barriers)
        self._inverted = inverse
        self.compose(_transform(num_qubits, approximation_degree, do_swaps, inverse, insert_barriers), inplace=True)

    def inverse(self, annotated=False):
        """Returns the inverse transform."""
        count, degree, swaps, barriers = self._settings
        return QFT(count, degree, swaps, not self._inverted, barriers)


class QFTGate(Gate):
    """The quantum Fourier transform as one gate."""

    def __init__(self, num_qubits):
        super().__init__("qft", num_qubits, definition=_transform(num_qubits))


def phase_estimation(num_evaluation_qubits, unitary, name="QPE"):
    """Returns the circuit that writes the phase of a unitary's eigenvalue into the evaluation qubits, which come first."""
    evaluation = QuantumRegister(num_evaluation_qubits, "eval")
    target = QuantumRegister(unitary.num_qubits, "q")
    circuit = QuantumCircuit(evaluation, target, name=name)
    gate = unitary if isinstance(unitary, Gate) else unitary.to_gate()
    circuit.h(evaluation)
    for index in range(num_evaluation_qubits):
        circuit.append(gate.power(2 ** index).control(), [evaluation[index], *target])
    inverse = QFT(num_evaluation_qubits, inverse=True, do_swaps=False).reverse_bits()
    circuit.compose(inverse, evaluation, inplace=True)
    return circuit


class PhaseEstimation(QuantumCircuit):
    """The class form of :func:`phase_estimation`."""

    def __init__(self, num_evaluation_qubits, unitary, iqft=None, name="QPE"):
        circuit = phase_estimation(num_evaluation_qubits, unitary, name)
        super().__init__(*circuit.qregs, name=name)
        self.compose(circuit, inplace=True)
