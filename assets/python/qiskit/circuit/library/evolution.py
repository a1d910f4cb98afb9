"""Evolution in time under Hamiltonians: exact gates, Trotter's products, QAOA."""

import cmath
from math import pi

from ..._math import matrix as dense
from ...exceptions import QiskitError
from ..instruction import Gate
from ..parameter import ParameterVector
from ..quantumcircuit import QuantumCircuit
from .one_qubit import HGate, RXGate, RZGate, XGate


class PauliEvolutionGate(Gate):
    """``exp(-i time H)`` for a sum of Paulis H: exact, or by the product formula given as `synthesis`."""

    def __init__(self, operator, time=1.0, label=None, synthesis=None):
        from ...quantum_info import SparsePauliOp

        if isinstance(operator, (list, tuple)):
            operator = SparsePauliOp.sum([SparsePauliOp(part) for part in operator])
        self.operator = operator if isinstance(operator, SparsePauliOp) else SparsePauliOp(operator)
        self.synthesis = synthesis
        super().__init__("PauliEvolution", self.operator.num_qubits, [time], label)

    @property
    def time(self):
        """How long it evolves."""
        return self.params[0]

    def steps(self):
        """Returns products of Pauli rotations where these are exact or asked for, else the exact matrix."""
        terms = self.operator.terms()
        time = float(self.time)
        if self.synthesis is not None:
            return [step for term, share in self.synthesis.plan(terms) for step in rotation_steps(term, time * share)]
        from ...quantum_info import pauli_algebra

        if all(pauli_algebra.commute(one[:2], other[:2]) for index, one in enumerate(terms) for other in terms[:index]):
            return [step for term in terms for step in rotation_steps(term, time)]
        return [("matrix", self._exact(time), tuple(range(self.num_qubits)), ())]

    def _exact(self, time):
        if self.num_qubits > 6:
            raise QiskitError("The exact evolution of more than 6 qubits under terms that do not commute is out of reach here; "
                              "give synthesis=LieTrotter(reps=...) from qiskit.synthesis.")
        rows = self.operator.to_operator().rows()
        return dense.function_of_hermitian(rows, lambda energy: cmath.exp(-1j * time * energy))

    def inverse(self, annotated=False):
        """Returns the evolution back."""
        return PauliEvolutionGate(self.operator, -self.time, synthesis=self.synthesis)


def rotation_steps(term, time):
    """Returns the steps of ``exp(-i time c P)`` for one term ``(x, z, c)``."""
    x, z, factor = term
    if abs(factor.imag) > 1e-12:
        raise QiskitError("Only Hamiltonians with real coefficients evolve unitarily.")
    angle = 2 * factor.real * time
    qubits = [qubit for qubit in range((x | z).bit_length()) if (x | z) >> qubit & 1]
    if not qubits:
        return [("matrix", [[cmath.exp(-0.5j * angle)]], (), ())]
    turns = []
    for qubit in qubits:
        if x >> qubit & 1:
            both = z >> qubit & 1
            turns.append((RXGate.matrix_for(pi / 2) if both else HGate.constant,
                          RXGate.matrix_for(-pi / 2) if both else HGate.constant, qubit))
    last = qubits[-1]
    ladder = [("matrix", XGate.constant, (last,), ((qubit, 1),)) for qubit in qubits[:-1]]
    return [*(("matrix", there, (qubit,), ()) for there, _, qubit in turns), *ladder,
            ("matrix", RZGate.matrix_for(angle), (last,), ()), *reversed(ladder),
            *(("matrix", back, (qubit,), ()) for _, back, qubit in turns)]


class HamiltonianGate(Gate):
    """``exp(-i time H)`` for a Hermitian matrix H."""

    def __init__(self, data, time, label=None):
        from ...quantum_info import Operator

        operator = Operator(data)
        self._rows = operator.rows()
        if not dense.close(self._rows, dense.dagger(self._rows)):
            raise QiskitError("A HamiltonianGate needs a Hermitian matrix.")
        super().__init__("hamiltonian", operator.num_qubits, [time], label)

    def _matrix(self):
        time = float(self.params[0])
        return dense.function_of_hermitian(self._rows, lambda energy: cmath.exp(-1j * time * energy))

    def inverse(self, annotated=False):
        """Returns the evolution back."""
        return HamiltonianGate(self._rows, -self.params[0])


def qaoa_ansatz(cost_operator, reps=1, initial_state=None, mixer_operator=None, insert_barriers=False, name="QAOA"):
    """Returns QAOA's circuit; its parameters are β (mixer) and γ (cost), in this order."""
    count = cost_operator.num_qubits
    circuit = QuantumCircuit(count, name=name)
    betas, gammas = ParameterVector("β", reps), ParameterVector("γ", reps)
    if initial_state is None:
        circuit.h(range(count))
    else:
        circuit.compose(initial_state, inplace=True)
    for beta, gamma in zip(betas, gammas):
        if insert_barriers:
            circuit.barrier()
        circuit.append(PauliEvolutionGate(cost_operator, gamma), range(count))
        if mixer_operator is None:
            circuit.rx(2 * beta, range(count))
        elif hasattr(mixer_operator, "qregs"):
            circuit.compose(mixer_operator.assign_parameters(dict.fromkeys(mixer_operator.parameters, beta)), inplace=True)
        else:
            circuit.append(PauliEvolutionGate(mixer_operator, beta), range(count))
    return circuit


class QAOAAnsatz(QuantumCircuit):
    """The class form of :func:`qaoa_ansatz`."""

    def __init__(self, cost_operator, reps=1, initial_state=None, mixer_operator=None, name="QAOA", flatten=None):
        super().__init__(cost_operator.num_qubits, name=name)
        self.compose(qaoa_ansatz(cost_operator, reps, initial_state, mixer_operator), inplace=True)
