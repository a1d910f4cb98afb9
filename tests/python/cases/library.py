"""Ready-made circuits: the same parameters and the same operators."""

from qiskit import QuantumCircuit
from qiskit.circuit.library import (QFT, EfficientSU2, GroverOperator, HamiltonianGate, PauliEvolutionGate, PauliFeatureMap,
                                    PhaseOracleGate, QAOAAnsatz, QFTGate, RealAmplitudes, TwoLocal, ZFeatureMap, ZZFeatureMap,
                                    efficient_su2, grover_operator, n_local, pauli_feature_map, phase_estimation, real_amplitudes,
                                    zz_feature_map)
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector
from qiskit.synthesis import LieTrotter, SuzukiTrotter


def answer(circuit):
    values = [0.1 + 0.37 * index for index in range(circuit.num_parameters)]
    return [[parameter.name for parameter in circuit.parameters], Statevector(circuit.assign_parameters(values))]


def case_real_amplitudes():
    return [answer(RealAmplitudes(3, reps=2)), answer(RealAmplitudes(3, entanglement="full", reps=1, skip_final_rotation_layer=True)),
            answer(real_amplitudes(4, entanglement="circular")), answer(RealAmplitudes(4, "pairwise", 2)), answer(real_amplitudes(1))]


def case_efficient_su2():
    return [answer(EfficientSU2(3, reps=1)), answer(efficient_su2(2, su2_gates=["rx", "y"], entanglement="linear", reps=2)),
            answer(efficient_su2(4, entanglement="sca", reps=3)), answer(EfficientSU2(3, parameter_prefix="w", insert_barriers=True))]


def case_two_local():
    return [answer(TwoLocal(3, "ry", "cz", "linear", reps=2)), answer(TwoLocal(3, ["ry", "rz"], "crx", reps=1)),
            answer(TwoLocal(2, ["h", "rx"], ["cx", "rzz"], reps=2)), answer(n_local(3, "rx", "cz", [[0, 2], [1, 2]], reps=1))]


def case_feature_maps():
    return [answer(ZZFeatureMap(3)), answer(ZFeatureMap(2, reps=1)), answer(ZZFeatureMap(3, reps=1, entanglement="linear")),
            answer(PauliFeatureMap(2, reps=1, paulis=["Z", "XX", "Y"])), answer(zz_feature_map(2)),
            answer(pauli_feature_map(3, reps=1, paulis=["ZZ", "XYZ"]))]


def case_fourier():
    return [Operator(QFT(3)), Operator(QFT(3, do_swaps=False)), Operator(QFT(4, inverse=True)), Operator(QFTGate(3)),
            Operator(QFT(4, approximation_degree=2)), Operator(QFT(3).inverse()), Operator(QFTGate(2).inverse())]


def case_phase_estimation():
    unitary = QuantumCircuit(1)
    unitary.p(2 * 3.141592653589793 * 0.375, 0)
    circuit = QuantumCircuit(4)
    circuit.x(3)
    circuit.compose(phase_estimation(3, unitary), inplace=True)
    return Statevector(circuit).probabilities([0, 1, 2])


def case_grover():
    oracle = QuantumCircuit(3)
    oracle.ccz(0, 1, 2)
    prepared = QuantumCircuit(3)
    prepared.ry(0.4, range(3))
    return [Operator(grover_operator(oracle)), Operator(GroverOperator(oracle)), Operator(GroverOperator(oracle, prepared)),
            Operator(grover_operator(oracle, reflection_qubits=[0, 1]))]


def case_phase_oracle():
    return [Operator(PhaseOracleGate("(a & b) | ~c")), Operator(PhaseOracleGate("x ^ y"))]


def case_evolution():
    hamiltonian = SparsePauliOp(["ZZI", "XIX", "IYZ", "III"], [0.5, -1.2, 0.3, 0.7])
    commuting = SparsePauliOp(["ZZ", "XX"], [0.5, 0.4])
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.append(PauliEvolutionGate(commuting, 0.3), [0, 1])
    return [PauliEvolutionGate(hamiltonian, 0.7).to_matrix(), Statevector(circuit), Operator(HamiltonianGate([[1, 0.5], [0.5, -1]], 0.4))]


def case_product_formulas():
    hamiltonian = SparsePauliOp(["ZZ", "XI", "IX"], [0.5, 0.4, 0.3])
    formulas = LieTrotter(reps=2), SuzukiTrotter(order=2, reps=1), SuzukiTrotter(order=4, reps=2)
    return [Operator(formula.synthesize(PauliEvolutionGate(hamiltonian, 0.9))) for formula in formulas]


def case_qaoa():
    cost = SparsePauliOp(["ZZI", "IZZ", "ZIZ"], [1, 0.5, 0.25])
    return answer(QAOAAnsatz(cost, reps=2))
