"""Operator, Pauli, PauliList and SparsePauliOp."""

import random

from qiskit import QuantumCircuit
from qiskit.circuit.library import CXGate, HGate, SGate
from qiskit.quantum_info import (Operator, Pauli, PauliList, SparsePauliOp, anti_commutator, average_gate_fidelity, commutator,
                                 process_fidelity)


def circuit():
    built = QuantumCircuit(2)
    built.h(0)
    built.crz(0.7, 0, 1)
    built.sx(1)
    return built


def random_sum(qubits, terms, seed):
    rng = random.Random(seed)
    labels = ["".join(rng.choice("IXYZ") for _ in range(qubits)) for _ in range(terms)]
    return SparsePauliOp(labels, [complex(rng.uniform(-1, 1), rng.uniform(-1, 1)) for _ in range(terms)])


def case_labels():
    return [Operator.from_label(label) for label in ("X", "IZ", "HY", "S0", "1+", "-T", "rl")]


def case_products():
    a, b = Operator(circuit()), Operator.from_label("XS")
    return [a.compose(b), a.dot(b), a @ b, a & b, a.tensor(Operator.from_label("Y")), a.expand(Operator.from_label("Y")),
            a ^ Operator.from_label("H"), a + b, a - b, 2 * a, a / 2j, -a, a.adjoint(), a.conjugate(), a.transpose(), a ** 3,
            a.power(0.5), a.power(-1), a.reverse_qargs()]


def case_on_some_qubits():
    a, b = Operator(circuit()).tensor(Operator.from_label("H")), Operator(CXGate())
    return [a.compose(b, [0, 2]), a.compose(b, [2, 1], front=True), a.compose(Operator(SGate()), qargs=[1]), a.dot(Operator(HGate()), [2]),
            a & b([1, 0])]


def case_questions():
    a = Operator(circuit())
    return [a.is_unitary(), (a + a).is_unitary(), a.equiv(1j * a), a == 1j * a, a == Operator(circuit()), list(a.dim), a.num_qubits,
            list(a.input_dims()), list(a.output_dims()), process_fidelity(a, Operator.from_label("XS")),
            average_gate_fidelity(a, Operator.from_label("II"))]


def case_from_other_things():
    return [Operator(Pauli("-iXY")), Operator(SparsePauliOp(["XX", "ZI"], [1, 2])), Operator(CXGate()), Operator([[1, 2], [3, 4j]]),
            Operator(circuit().to_gate()), Operator(Operator.from_label("Z"))]


def case_data():
    data = Operator(circuit()).data
    return [data.shape, data[0, 1], data[2][3], data[1], data[:, 2], abs(data), data.T, data.conj().T @ data, data.tolist(), len(data)]


def case_paulis():
    found = []
    for one in ("XYZ", "-iZZX", "iIYX", "-YII"):
        for other in ("ZZZ", "-XYI", "iYXY"):
            a, b = Pauli(one), Pauli(other)
            found.append([str(a @ b), str(a.compose(b)), str(a.tensor(b)), a.commutes(b), a.anticommutes(b), a.equiv(b), a == b])
        found.append([Pauli(one).to_matrix(), str(-Pauli(one)), str(Pauli(one).adjoint()), str(Pauli(one).conjugate()),
                      str(Pauli(one).transpose()), list(map(bool, Pauli(one).x)), list(map(bool, Pauli(one).z)),
                      int(Pauli(one).phase), Pauli(one).num_qubits, str(Pauli(one)[0]), str(Pauli(one)[1:]), len(Pauli(one)), repr(Pauli(one))])
    return found


def case_pauli_lists():
    paulis = PauliList(["XX", "YZ", "II"])
    return [paulis.to_labels(), len(paulis), paulis.num_qubits, [str(pauli) for pauli in paulis], str(paulis[1]),
            [[bool(value) for value in row] for row in paulis.x.tolist()]]


def case_made():
    return [SparsePauliOp.from_list([("XX", 1), ("ZI", 2.5j)]), SparsePauliOp.from_sparse_list([("XZ", [0, 3], 2), ("Y", [1], 1)], 4),
            SparsePauliOp("XYZ"), SparsePauliOp(["X", "Z"]), SparsePauliOp(Pauli("-iXY")), SparsePauliOp(PauliList(["XI", "ZZ"]), [2, 3]),
            SparsePauliOp.from_operator(Operator(circuit())), SparsePauliOp.from_list([("II", 0)])]


def case_order_is_kept():
    total = SparsePauliOp(["ZZ", "XX", "ZZ", "IY"], [1, 2, 3, 4])
    return [[[label, value] for label, value in total.to_list()], [[label, value] for label, value in total.simplify().to_list()],
            [[label, value] for label, value in total.sort().to_list()], len(total), total.num_qubits,
            [[letters, list(qubits), value] for letters, qubits, value in total.to_sparse_list()], total.paulis.to_labels(), total.coeffs]


def case_algebra():
    found = []
    for seed in range(4):
        a, b = random_sum(3, 5, seed), random_sum(3, 4, 50 + seed)
        found += [a + b, a - b, a @ b, a.compose(b), a.dot(b), a.tensor(random_sum(1, 2, seed)), a ^ b, 2j * a, a * 0.5, a / 3, -a,
                  a.adjoint(), a.conjugate(), a.transpose(), a.power(2), commutator(a, b), anti_commutator(a, b), a.to_matrix(),
                  a[1], a[1:3], SparsePauliOp.sum([a, b, a])]
    return found


def case_questions_of_sums():
    a, b = random_sum(2, 3, 1), random_sum(2, 3, 2)
    return [a == a, a == b, a.equiv(a + b - b), (a - a).simplify(), SparsePauliOp(["XX"]).is_unitary(), a.is_unitary(),
            SparsePauliOp(["XX", "YY"], [1e-20, 1]).simplify(), SparsePauliOp(["XX", "YY"], [1e-20 + 1j, 1]).chop(), a.size]


def case_layouts():
    return [SparsePauliOp(["XYZ", "IIX"], [1, 2]).apply_layout([2, 0, 1]), SparsePauliOp(["XY"]).apply_layout(None),
            SparsePauliOp(["XY"]).apply_layout([3, 1], 4)]


def case_printed():
    return [repr(SparsePauliOp(["XX", "ZZ"], [1, 0.5])), repr(PauliList(["XX"])), repr(Pauli("iXZ"))]


def case_bad_label():
    SparsePauliOp.from_list([("XA", 1)])


def case_mixed_sizes():
    SparsePauliOp(["XX"]) + SparsePauliOp(["X"])
