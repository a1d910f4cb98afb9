"""Statevector, DensityMatrix and the numbers about them."""

from qiskit import QuantumCircuit
from qiskit.circuit.library import CXGate, HGate
from qiskit.quantum_info import (DensityMatrix, Operator, Pauli, SparsePauliOp, Statevector, concurrence, entanglement_of_formation,
                                 entropy, hellinger_fidelity, mutual_information, negativity, partial_trace, purity,
                                 shannon_entropy, state_fidelity)


def state():
    circuit = QuantumCircuit(3)
    circuit.u(0.3, 0.4, 0.5, 0)
    circuit.h(1)
    circuit.cx(1, 2)
    circuit.crx(0.9, 0, 1)
    circuit.t(2)
    return Statevector(circuit)


def mixed():
    return 0.6 * DensityMatrix(state()) + 0.4 * DensityMatrix.from_label("0+1")


def case_labels():
    return [Statevector.from_label(label) for label in ("0", "1", "+", "-", "r", "l", "01", "+r0", "l-1")]


def case_from_int():
    return [Statevector.from_int(2, 4), Statevector.from_int(5, (2, 2, 2))]


def case_parts():
    psi = state()
    return [psi.num_qubits, psi.dim, list(psi.dims()), psi.is_valid(), psi.purity(), psi[3], psi["011"], len(psi), psi.trace()]


def case_probabilities():
    psi = state()
    return [psi.probabilities(), psi.probabilities([0]), psi.probabilities([2, 0]), psi.probabilities([0, 2]),
            psi.probabilities_dict(), psi.probabilities_dict([1, 0]), psi.probabilities_dict(decimals=3), psi.probabilities(decimals=2)]


def case_expectations():
    psi = state()
    hamiltonian = SparsePauliOp(["ZZI", "XIX", "IYZ"], [0.5, -1.2, 0.3])
    return [psi.expectation_value(hamiltonian), psi.expectation_value(Pauli("XYZ")), psi.expectation_value(Operator.from_label("ZHX")),
            psi.expectation_value(Pauli("Z"), [1]), psi.expectation_value(Pauli("XZ"), [2, 0]),
            psi.expectation_value(Operator.from_label("XH"), [0, 2]), psi.expectation_value(Pauli("-iXYZ"))]


def case_products():
    psi, phi = state(), Statevector.from_label("+0r")
    return [psi.inner(phi), psi.tensor(Statevector.from_label("1")), psi.expand(Statevector.from_label("+")),
            psi ^ Statevector.from_label("-"), psi + phi, psi - phi, 2j * psi, psi / 2, -psi, psi.conjugate(), psi.reverse_qargs()]


def case_equivalence():
    psi = state()
    return [psi.equiv(1j * psi), psi == 1j * psi, psi == state(), psi.equiv(Statevector.from_label("000"))]


def case_evolution():
    psi = state()
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    return [psi.evolve(circuit, [2, 0]), psi.evolve(Operator(CXGate()), [1, 2]), psi.evolve(HGate(), [1]), psi.evolve(Pauli("XYZ")),
            psi & Operator.from_label("HXZ"), psi.evolve(SparsePauliOp(["XXI", "IZZ"], [1, 2]))]


def case_as_operator():
    return [state().to_operator(), state().to_dict(), state().to_dict(decimals=3)]


def case_array_use():
    data = state().data
    return [data[0], data[-1], data[1:3], len(data), data.shape, list(data), abs(data), abs(data) ** 2, data.real, data.imag,
            data.conj(), data * 2, 1 - data, (abs(data) ** 2).sum(), data @ data.conj(), data.reshape(2, 4)[1], data.reshape(2, 4).T,
            sum(abs(value) ** 2 for value in data)]


def case_density_matrix():
    rho = mixed()
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cp(0.3, 0, 1)
    return [rho, rho.trace(), rho.purity(), rho.probabilities(), rho.probabilities_dict([2, 1]), rho.is_valid(),
            rho.expectation_value(SparsePauliOp(["ZZX", "YII"], [1, 0.5])), rho.expectation_value(Pauli("X"), [1]),
            rho.evolve(circuit, [2, 1]), rho.evolve(Operator.from_label("XHY")), rho.tensor(DensityMatrix.from_label("1")),
            DensityMatrix(state()).to_statevector().equiv(state()), rho.reset([1]), rho.conjugate()]


def case_density_of_circuit():
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.reset(0)
    circuit.ry(0.3, 1)
    return DensityMatrix(circuit)


def case_partial_traces():
    return [partial_trace(state(), [0]), partial_trace(state(), [2, 0]), partial_trace(mixed(), [1]), partial_trace(mixed(), [0, 1])]


def case_measures():
    psi, phi, rho = state(), Statevector.from_label("+0r"), mixed()
    pair = partial_trace(rho, [0])
    return [state_fidelity(psi, phi), state_fidelity(psi, rho), state_fidelity(rho, psi),
            round(state_fidelity(rho, DensityMatrix.from_label("0+1") * 0.5 + 0.5 * DensityMatrix(psi)), 6), purity(rho), entropy(rho),
            entropy(psi), entropy(partial_trace(psi, [0])), round(concurrence(pair), 7), round(entanglement_of_formation(pair), 6),
            mutual_information(pair), negativity(pair, [0]), shannon_entropy([0.5, 0.25, 0.25]),
            concurrence(Statevector([0.6, 0, 0, 0.8])), hellinger_fidelity({"0": 10, "1": 30}, {"0": 20, "1": 20})]


def case_measuring_a_basis_state():
    outcome, after = Statevector.from_label("101").measure()
    partly, rest = Statevector.from_label("1+0").measure([2, 0])
    return [outcome, after, partly, rest, dict(Statevector.from_label("101").sample_counts(7)),
            list(Statevector.from_label("10").sample_memory(3))]


def case_printed():
    return [repr(Statevector([0.6, 0.8j])), str(Statevector([0.5, 0.5, 0.5j, 0.5])), repr(DensityMatrix.from_label("+")),
            repr(Operator.from_label("Y"))]


def case_wrong_label():
    Statevector.from_label("0x")


def case_wrong_size():
    Statevector([1, 0]).evolve(Operator(CXGate()))
