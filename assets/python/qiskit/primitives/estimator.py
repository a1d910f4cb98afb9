"""StatevectorEstimator: expectation values of observables, exact unless a precision is asked for."""

from .._engine.shots import seeded
from .._math.array import array, scalar
from .._subset import SubsetObject
from ..quantum_info import Statevector
from .containers import DataBin, PrimitiveResult, PubResult
from .job import PrimitiveJob
from .pubs import Bindings, observables_of, split
from .shapes import at, broadcast, indices


class StatevectorEstimator(SubsetObject):
    """Runs pubs ``(circuit, observables, parameter_values, precision)``; a precision adds seeded normal noise of that width."""

    def __init__(self, *, default_precision=0.0, seed=None):
        self.default_precision, self.seed = default_precision, seed

    def run(self, pubs, *, precision=None):
        """Returns a job whose result holds, for each pub, ``data.evs`` and ``data.stds``."""
        pubs = [split(pub) for pub in pubs]
        generator = seeded(self.seed)
        width = self.default_precision if precision is None else precision
        metadata = {"version": 2}
        return PrimitiveJob(lambda: PrimitiveResult([self._run(pub, width, generator) for pub in pubs], metadata))

    def _run(self, pub, precision, generator):
        if len(pub) < 2:
            raise ValueError("An estimator's pub needs observables: (circuit, observables) or (circuit, observables, values).")
        circuit, observables, values, own_precision = (*pub, None, None)[:4]
        precision = precision if own_precision is None else own_precision
        found, observable_shape = observables_of(observables)
        bindings = Bindings(circuit, values)
        shape = broadcast(observable_shape, bindings.shape)
        states, results = {}, []
        for index in indices(shape):
            where = tuple(position if length != 1 else 0
                          for position, length in zip(index[len(index) - len(bindings.shape):], bindings.shape))
            if where not in states:
                states[where] = Statevector(bindings.bound(where))
            observable = at(found, index, observable_shape)
            if observable.num_qubits != circuit.num_qubits:
                raise ValueError(f"The number of qubits of the circuit ({circuit.num_qubits}) does not match the number of "
                                  f"qubits of the observable ({observable.num_qubits}).")
            value = complex(states[where].expectation_value(observable)).real
            results.append(generator.gauss(value, precision) if precision else value)
        deviations = [float(precision)] * len(results)
        data = DataBin(evs=_shaped(results, shape), stds=_shaped(deviations, shape), shape=shape)
        return PubResult(data, {"target_precision": precision, "circuit_metadata": circuit.metadata})


def _shaped(values, shape):
    return array(values, shape) if shape else scalar(values[0])
