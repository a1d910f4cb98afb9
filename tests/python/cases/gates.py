"""Every gate: its matrix, its inverse, its control, its power; random circuits over all of them."""

import random
from math import pi

from qiskit import QuantumCircuit
from qiskit.circuit.library import (CCXGate, CUGate, CXGate, DiagonalGate, GlobalPhaseGate, HGate, MCPhaseGate, MCXGate,
                                    PauliGate, PermutationGate, PhaseGate, RCCXGate, RXGate, RYGate, RZGate, RZXGate, RZZGate, SGate,
                                    SwapGate, SXGate, TGate, U2Gate, UGate, UnitaryGate, XGate, XXMinusYYGate, XXPlusYYGate,
                                    YGate, ZGate, iSwapGate)
from qiskit.quantum_info import Operator, Statevector

# name: (number of angles, number of qubits)
GATES = {
    "h": (0, 1), "x": (0, 1), "y": (0, 1), "z": (0, 1), "s": (0, 1), "sdg": (0, 1), "t": (0, 1), "tdg": (0, 1), "sx": (0, 1),
    "sxdg": (0, 1), "id": (0, 1), "p": (1, 1), "u": (3, 1), "r": (2, 1), "rx": (1, 1), "ry": (1, 1), "rz": (1, 1),
    "cx": (0, 2), "cy": (0, 2), "cz": (0, 2), "ch": (0, 2), "cs": (0, 2), "csdg": (0, 2), "csx": (0, 2), "cp": (1, 2),
    "crx": (1, 2), "cry": (1, 2), "crz": (1, 2), "cu": (4, 2), "swap": (0, 2), "iswap": (0, 2), "ecr": (0, 2), "dcx": (0, 2),
    "rxx": (1, 2), "ryy": (1, 2), "rzz": (1, 2), "rzx": (1, 2), "ccx": (0, 3), "ccz": (0, 3), "cswap": (0, 3), "rccx": (0, 3),
}
CONTROLLED = {"cx", "cy", "cz", "ch", "cs", "csdg", "csx", "cp", "crx", "cry", "crz", "cu", "ccx", "ccz", "cswap"}
ANGLES = (0.3, -1.1, 2.4, 0.7)


def random_circuit(qubits, length, seed):
    rng = random.Random(seed)
    circuit = QuantumCircuit(qubits, global_phase=rng.uniform(0, 6))
    for _ in range(length):
        name = rng.choice([name for name, (_, count) in GATES.items() if count <= qubits])
        angles, count = GATES[name]
        chosen = rng.sample(range(qubits), count)
        options = {}
        if name in CONTROLLED and rng.random() < 0.3:
            options["ctrl_state"] = 0
        getattr(circuit, name)(*[rng.uniform(-7, 7) for _ in range(angles)], *chosen, **options)
    return circuit


def each_gate(answer):
    found = {}
    for name, (angles, count) in GATES.items():
        circuit = QuantumCircuit(count)
        getattr(circuit, name)(*ANGLES[:angles], *range(count))
        found[name] = answer(circuit)
    return found


def case_matrix_of_each_gate():
    return each_gate(lambda circuit: Operator(circuit))


def case_to_matrix_of_each_gate():
    return each_gate(lambda circuit: circuit.data[0].operation.to_matrix())


def case_inverse_of_each_gate():
    return each_gate(lambda circuit: Operator(circuit.inverse()))


def case_names_and_parameters():
    return each_gate(lambda circuit: [circuit.data[0].operation.name, list(circuit.data[0].operation.params),
                                      circuit.data[0].operation.num_qubits])


def case_control_of_each_gate():
    return each_gate(lambda circuit: Operator(circuit.data[0].operation.control(1)))


def case_control_on_zero():
    return [Operator(gate.control(2, ctrl_state=state)) for gate in (XGate(), RYGate(0.4), SwapGate(), UGate(1, 2, 3))
            for state in (0, 1, "10", 3)]


def case_names_of_controlled_gates():
    gates = [XGate(), YGate(), ZGate(), HGate(), SGate(), RXGate(0.1), PhaseGate(0.2), SwapGate(), UGate(1, 2, 3), SXGate()]
    return [gate.control(1).name for gate in gates] + [XGate().control(2).name, XGate().control(3).name, HGate().control(2).name]


def case_powers():
    return [Operator(gate.power(exponent)) for gate in (RXGate(0.3), RZGate(0.7), TGate(), SXGate(), iSwapGate(), HGate())
            for exponent in (2, 0.5, -1)]


def case_repeat():
    return Operator(SXGate().repeat(3))


def case_many_controls():
    circuit = QuantumCircuit(6)
    circuit.h(range(6))
    circuit.mcx([0, 1, 2], 3)
    circuit.mcx([5, 4, 2, 1], 0)
    circuit.mcp(0.7, [0, 2, 4], 5)
    circuit.mcrx(0.4, [0, 1], 2)
    circuit.mcry(0.9, [3, 1], 2)
    circuit.mcrz(-0.8, [4, 1, 0], 5)
    circuit.append(MCXGate(2), [0, 1, 5])
    circuit.append(MCPhaseGate(0.3, 2), [0, 3, 5])
    return Statevector(circuit)


def case_gates_from_data():
    circuit = QuantumCircuit(4, global_phase=0.2)
    circuit.h(range(4))
    circuit.unitary([[0, 1j], [1j, 0]], 2)
    circuit.unitary([[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1j, 0], [0, 1, 0, 0]], [3, 1])
    circuit.append(DiagonalGate([1, -1, 1j, -1j]), [2, 0])
    circuit.append(PermutationGate([2, 0, 1]), [0, 1, 3])
    circuit.append(PauliGate("XZY"), [0, 3, 2])
    circuit.pauli("YX", [1, 2])
    circuit.append(GlobalPhaseGate(0.5), [])
    circuit.append(UnitaryGate([[0, 1], [1, 0]]).control(2), [3, 1, 0])
    circuit.append(U2Gate(0.1, 0.2), [1])
    circuit.append(XXMinusYYGate(0.3, 0.4), [0, 1])
    circuit.append(XXPlusYYGate(0.5, -0.6), [2, 1])
    circuit.append(RCCXGate(), [0, 1, 2])
    return Statevector(circuit)


def case_older_names():
    from qiskit.circuit.library import CU1Gate, CU3Gate, U1Gate, U3Gate
    circuit = QuantumCircuit(2)
    for gate, qubits in ((U1Gate(0.1), [0]), (U3Gate(1, 2, 3), [1]), (CU1Gate(0.4), [0, 1]), (CU3Gate(3, 2, 1), [1, 0])):
        circuit.append(gate, qubits)
    return Operator(circuit)


def case_gate_equality():
    return [RXGate(0.1) == RXGate(0.1), RXGate(0.1) == RXGate(0.2), XGate() == YGate(), CXGate() == XGate().control(1),
            CCXGate() == CXGate().control(1), CUGate(1, 2, 3, 4) == CUGate(1, 2, 3, 4), RZZGate(0.2) == RZXGate(0.2)]


def case_random_circuits():
    return [Statevector(random_circuit(qubits, 60, seed)) for qubits in range(1, 7) for seed in range(6)]


def case_random_operators():
    return [Operator(random_circuit(qubits, 25, 100 + seed)) for qubits in range(1, 5) for seed in range(3)]


def case_random_inverse():
    return [Operator(random_circuit(3, 20, 200 + seed).inverse()) for seed in range(4)]


def case_random_composites():
    found = []
    for seed in range(4):
        rng = random.Random(seed)
        inner = random_circuit(2, 6, 300 + seed)
        circuit = random_circuit(4, 10, 400 + seed)
        gate = inner.to_gate()
        circuit.append(gate, rng.sample(range(4), 2))
        circuit.append(gate.control(1, ctrl_state=seed % 2), rng.sample(range(4), 3))
        circuit.append(gate.inverse(), rng.sample(range(4), 2))
        circuit.append(inner.power(3).to_gate(), rng.sample(range(4), 2))
        circuit.append(inner.control(2), rng.sample(range(4), 4))
        circuit.append(gate.power(0.5), rng.sample(range(4), 2))
        found.append(Statevector(circuit))
    return found


def case_angles_as_multiples_of_pi():
    circuit = QuantumCircuit(1)
    for factor in range(-8, 9):
        circuit.rx(factor * pi / 4, 0)
        circuit.u(factor * pi / 8, factor, -factor, 0)
    return Statevector(circuit)
