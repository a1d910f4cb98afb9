"""AerSimulator: runs circuits with shots and a seed, and keeps states that ``save_statevector`` asks for."""

from qiskit._engine.shots import run_shots, seeded
from qiskit._subset import SubsetObject
from qiskit.circuit import Instruction, QuantumCircuit
from qiskit.exceptions import QiskitError
from qiskit.quantum_info import Statevector
from qiskit.result.counts import counts_of


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


class AerSimulator(SubsetObject):
    """An ideal simulator: ``AerSimulator().run(circuit, shots=1024, seed_simulator=1).result().get_counts()``."""

    name = "aer_simulator"

    def __init__(self, method="automatic", seed_simulator=None, shots=1024, **options):
        if options.get("noise_model") is not None:
            raise QiskitError("The workbench's subset of qiskit-aer has no noise models.")
        if method not in ("automatic", "statevector"):
            raise QiskitError(f"The workbench's subset of qiskit-aer simulates by 'statevector', not by '{method}'.")
        self._seed, self._shots = seed_simulator, shots

    def run(self, circuits, shots=None, seed_simulator=None, memory=False, **options):
        """Runs one circuit or a list of them."""
        circuits = circuits if isinstance(circuits, (list, tuple)) else [circuits]
        generator = seeded(self._seed if seed_simulator is None else seed_simulator)
        return AerJob([_run(circuit, shots or self._shots, generator) for circuit in circuits])


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


class AerJob(SubsetObject):
    """A job, which is done when it exists."""

    def __init__(self, outcomes):
        self._result = Result(outcomes)

    def result(self):
        """Returns the result."""
        return self._result

    def status(self):
        """Returns DONE."""
        return "DONE"


class Result(SubsetObject):
    """Counts and kept states of the circuits of one run."""

    success = True
    status = "COMPLETED"

    def __init__(self, outcomes):
        self._outcomes = outcomes

    def _chosen(self, experiment):
        for index, (circuit, _, _) in enumerate(self._outcomes):
            if experiment in (index, circuit.name) or experiment is circuit:
                return self._outcomes[index]
        if experiment is None:
            return self._outcomes[0]
        raise QiskitError(f"This result has no data for {experiment!r}.")

    def get_counts(self, experiment=None):
        """Returns the Counts of a circuit, or the list of them if several ran."""
        if experiment is None and len(self._outcomes) > 1:
            return [self.get_counts(index) for index in range(len(self._outcomes))]
        circuit, counts, _ = self._chosen(experiment)
        if not counts:
            raise QiskitError(f'No counts for experiment "{circuit.name}": the circuit measures nothing.')
        return counts

    def get_statevector(self, experiment=None, decimals=None):
        """Returns the kept state."""
        circuit, _, state = self._chosen(experiment)
        if state is None:
            raise QiskitError(f"No statevector for '{circuit.name}': call save_statevector() on the circuit first.")
        return state

    def data(self, experiment=None):
        """Returns counts and kept state as a dict."""
        _, counts, state = self._chosen(experiment)
        return {"counts": counts} | ({"statevector": state} if state is not None else {})


def _run(circuit, shots, generator):
    values = run_shots(circuit, shots, generator)
    kept = [line.operation.kept for line in circuit.data if line.name == "save_statevector"]
    counts = counts_of(values, circuit) if circuit.num_clbits else {}
    return circuit, counts, Statevector(kept[-1]) if kept and kept[-1] is not None else None
