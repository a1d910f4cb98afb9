"""StatevectorSampler: measured bits of circuits, by exact simulation and seeded sampling.

Unlike Qiskit's class of that name, measurements, resets and conditions in the middle of a circuit are simulated too.
"""

from .._engine.shots import run_shots, seeded
from .._subset import SubsetObject
from ..exceptions import QiskitError
from .containers import BitArray, DataBin, PrimitiveResult, SamplerPubResult
from .job import PrimitiveJob
from .pubs import Bindings, split
from .shapes import indices


class StatevectorSampler(SubsetObject):
    """Runs pubs ``(circuit, parameter_values, shots)``; the same seed gives the same bits."""

    def __init__(self, *, default_shots=1024, seed=None):
        self.default_shots, self.seed = default_shots, seed

    def run(self, pubs, *, shots=None):
        """Returns a job whose result holds, for each pub, the bits of each classical register."""
        pubs = [split(pub) for pub in ([pubs] if hasattr(pubs, "qregs") else pubs)]
        generator = seeded(self.seed)
        metadata = {"version": 2}
        return PrimitiveJob(lambda: PrimitiveResult([self._run(pub, shots or self.default_shots, generator) for pub in pubs], metadata))

    def _run(self, pub, shots, generator):
        circuit, values, own_shots = (*pub, None, None)[:3]
        shots = shots if own_shots is None else own_shots
        if not circuit.cregs or not any(_measures(line.operation) for line in circuit.data):
            raise QiskitError("The circuit measures nothing: add measure_all() or a classical register with measure().")
        bindings = Bindings(circuit, values)
        found = {register.name: {} for register in circuit.cregs}
        for index in indices(bindings.shape):
            counts = run_shots(bindings.bound(index), shots, generator)
            outcomes = [value for value, times in sorted(counts.items()) for _ in range(times)]
            generator.shuffle(outcomes)
            for register in circuit.cregs:
                places = [circuit._places[bit] for bit in register]
                found[register.name][index] = [_picked(value, places) for value in outcomes]
        fields = {register.name: BitArray(found[register.name], register.size, bindings.shape) for register in circuit.cregs}
        return SamplerPubResult(DataBin(shape=bindings.shape, **fields),
                                {"shots": shots, "circuit_metadata": circuit.metadata})


def _measures(operation):
    if operation.run_on is not None:
        return any(_measures(line.operation) for block in operation.blocks for line in block.data)
    return operation.name == "measure" or operation.num_clbits > 0


def _picked(value, places):
    """Returns the bits at some places of a number as a number."""
    return sum((value >> place & 1) << index for index, place in enumerate(places))
