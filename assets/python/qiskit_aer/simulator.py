"""AerSimulator: runs circuits with shots and a seed, and keeps states that ``save_statevector`` asks for."""

from qiskit.circuit import Instruction, QuantumCircuit
from qiskit.exceptions import QiskitError
from qiskit.providers.simulator import Simulator


class SaveStatevector(Instruction):
    """Keeps the state at its place in the circuit."""

    def __init__(self, num_qubits, label="statevector"):
        super().__init__("save_statevector", num_qubits, 0, [], label)
        self.kept = None

    def save(self, branches, bit_count):
        """Copies the state of the first branch."""
        self.kept = list(branches[0].vector) if branches else None


def save_statevector(circuit, label="statevector", pershot=False, conditional=False):
    """Appends an instruction that keeps the state; the result answers ``get_statevector()``."""
    return circuit.append(SaveStatevector(circuit.num_qubits, label), circuit.qubits, [], copy=False)


QuantumCircuit.save_statevector = save_statevector


class AerSimulator(Simulator):
    """An ideal simulator: ``AerSimulator().run(circuit, shots=1024, seed_simulator=1).result().get_counts()``."""

    name = "aer_simulator"

    def __init__(self, method="automatic", seed_simulator=None, shots=1024, **options):
        if options.get("noise_model") is not None:
            raise QiskitError("The workbench's subset of qiskit-aer has no noise models.")
        if method not in ("automatic", "statevector"):
            raise QiskitError(f"The workbench's subset of qiskit-aer simulates by 'statevector', not by '{method}'.")
        super().__init__(seed_simulator, shots)


class StatevectorSimulator(AerSimulator):
    """The older name; results always answer ``get_statevector()``."""

    name = "statevector_simulator"

    def run(self, circuits, **options):
        """Runs circuits, keeping the state at the end of each."""
        circuits = circuits if isinstance(circuits, (list, tuple)) else [circuits]
        saved = [circuit.copy() for circuit in circuits]
        for circuit in saved:
            save_statevector(circuit)
        return super().run(saved, **options)


class Aer:
    """Finds simulators by name."""

    @staticmethod
    def get_backend(name):
        """Returns ``aer_simulator``, ``qasm_simulator`` or ``statevector_simulator``."""
        kinds = {"aer_simulator": AerSimulator, "qasm_simulator": AerSimulator, "statevector_simulator": StatevectorSimulator}
        if name not in kinds:
            raise QiskitError(f"There is no simulator '{name}' here; there is: {', '.join(kinds)}.")
        return kinds[name]()
