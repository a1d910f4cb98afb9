"""The ideal simulator behind ``BasicSimulator`` and ``AerSimulator``: counts, and the states that circuits ask to keep."""

from .._engine.shots import run_shots, seeded
from .._subset import SubsetObject
from ..exceptions import QiskitError
from ..quantum_info import Statevector
from ..result.counts import counts_of


class Simulator(SubsetObject):
    """Runs circuits with shots and a seed."""

    name = "simulator"

    def __init__(self, seed_simulator=None, shots=1024):
        self._seed, self._shots = seed_simulator, shots

    def run(self, circuits, shots=None, seed_simulator=None, memory=False, **options):
        """Runs one circuit or a list of them."""
        circuits = circuits if isinstance(circuits, (list, tuple)) else [circuits]
        generator = seeded(self._seed if seed_simulator is None else seed_simulator)
        return SimulatorJob([_run(circuit, shots or self._shots, generator) for circuit in circuits])


class SimulatorJob(SubsetObject):
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
