"""Product formulas for :class:`~qiskit.circuit.library.PauliEvolutionGate`, under the names of ``qiskit.synthesis``."""

from ._subset import module_getattr


class LieTrotter:
    """The first-order product formula, `reps` times in a row."""

    def __init__(self, reps=1, insert_barriers=False, cx_structure="chain", **options):
        self.reps = reps

    def plan(self, terms):
        """Returns ``(term, share of the time)`` in order."""
        return [(term, 1 / self.reps) for _ in range(self.reps) for term in terms]

    def synthesize(self, evolution):
        """Returns the circuit of evolutions under one term each that stands for an evolution gate."""
        from .circuit import QuantumCircuit
        from .circuit.library import PauliEvolutionGate
        from .quantum_info import SparsePauliOp

        operator = evolution.operator
        circuit = QuantumCircuit(operator.num_qubits)
        for term, share in self.plan(operator.terms()):
            single = SparsePauliOp._from_terms(operator.num_qubits, [term])
            circuit.append(PauliEvolutionGate(single, evolution.time * share), range(operator.num_qubits))
        return circuit


class SuzukiTrotter(LieTrotter):
    """The product formula of second or another even order."""

    def __init__(self, order=2, reps=1, insert_barriers=False, cx_structure="chain", **options):
        super().__init__(reps)
        if order != 1 and order % 2:
            raise ValueError("Suzuki product formulae are symmetric and therefore only defined for even orders (or order 1).")
        self.order = order

    def plan(self, terms):
        """Returns ``(term, share of the time)`` in order."""
        return [step for _ in range(self.reps) for step in _recursive(terms, self.order, 1 / self.reps)]


def _recursive(terms, order, share):
    if order == 1:
        return [(term, share) for term in terms]
    if order == 2:
        head = [(term, share / 2) for term in terms[:-1]]
        return [*head, (terms[-1], share), *reversed(head)]
    weight = 1 / (4 - 4 ** (1 / (order - 1)))
    outer = _recursive(terms, order - 2, weight * share)
    return [*outer, *outer, *_recursive(terms, order - 2, (1 - 4 * weight) * share), *outer, *outer]


__all__ = ["LieTrotter", "SuzukiTrotter"]

__getattr__ = module_getattr(__name__, __all__)
