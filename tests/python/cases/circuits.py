"""How circuits are put together and what they say about themselves."""

from math import pi

from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, transpile
from qiskit.circuit import AncillaRegister, Clbit, Qubit
from qiskit.circuit.library import CXGate, HGate, XGate
from qiskit.quantum_info import Operator, Statevector


def sample():
    circuit = QuantumCircuit(3, 2, name="sample")
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.barrier()
    circuit.ry(0.5, 2)
    circuit.ccx(0, 1, 2)
    circuit.measure([0, 2], [0, 1])
    return circuit


def lines(circuit):
    return [[line.operation.name, [circuit.find_bit(bit).index for bit in line.qubits],
             [circuit.find_bit(bit).index for bit in line.clbits], list(line.operation.params)] for line in circuit.data]


def case_sizes():
    circuit = sample()
    return [circuit.depth(), circuit.size(), circuit.width(), circuit.num_qubits, circuit.num_clbits, dict(circuit.count_ops()),
            circuit.num_nonlocal_gates(), circuit.num_connected_components(), len(circuit), circuit.name,
            circuit.depth(lambda line: len(line.qubits) > 1)]


def case_data():
    return lines(sample())


def case_registers():
    a, b = QuantumRegister(2, "a"), QuantumRegister(1, "b")
    c, d = ClassicalRegister(1, "c"), ClassicalRegister(2, "d")
    circuit = QuantumCircuit(a, b, c, d)
    circuit.h(a)
    circuit.cx(a[1], b)
    circuit.measure(b, c)
    circuit.measure(a, d)
    place = circuit.find_bit(d[1])
    return [lines(circuit), [register.name for register in circuit.qregs + circuit.cregs], place.index,
            [[register.name, index] for register, index in place.registers], a[0] == QuantumRegister(2, "a")[0], len(a), b.size]


def case_loose_bits():
    circuit = QuantumCircuit([Qubit(), Qubit()], [Clbit()])
    circuit.h(circuit.qubits[0])
    circuit.measure(1, 0)
    circuit.add_register(AncillaRegister(1, "anc"))
    circuit.add_bits([Qubit()])
    return [lines(circuit), circuit.num_qubits, len(circuit.ancillas)]


def case_ways_to_name_qubits():
    circuit = QuantumCircuit(4)
    circuit.h(range(2))
    circuit.x([2, 3])
    circuit.y(circuit.qubits[1])
    circuit.z(slice(1, 3))
    circuit.cx([0, 1], [2, 3])
    circuit.cx(0, [1, 2])
    circuit.swap([0, 1], 3)
    circuit.h(circuit.qregs[0])
    circuit.x(-1)
    circuit.append(CXGate(), [[0, 1], [2, 3]])
    circuit.append(HGate(), [[0, 1]])
    circuit.ccx([0, 1], [2, 2], [3, 3])
    return lines(circuit)


def case_measure_all():
    circuit = QuantumCircuit(2, 1)
    circuit.h(0)
    other = circuit.measure_all(inplace=False)
    again = other.measure_all(inplace=False)
    own = QuantumCircuit(2, 2)
    own.measure_all(add_bits=False)
    return [lines(other), [register.name for register in other.cregs], [register.name for register in again.cregs], lines(own)]


def case_measure_active():
    circuit = QuantumCircuit(3)
    circuit.h(1)
    circuit.measure_active()
    return [lines(circuit), [[register.name, register.size] for register in circuit.cregs]]


def case_remove_final_measurements():
    circuit = sample()
    circuit.measure_all()
    circuit.remove_final_measurements()
    return [lines(circuit), circuit.num_clbits, [register.name for register in circuit.cregs]]


def case_compose():
    inner = QuantumCircuit(2, 1, global_phase=0.3)
    inner.h(0)
    inner.cx(0, 1)
    inner.measure(0, 0)
    outer = QuantumCircuit(3, 2)
    outer.x(0)
    first = outer.compose(inner, [2, 0], [1])
    second = outer.compose(inner, front=True)
    outer.compose(XGate(), [1], inplace=True)
    third = outer.compose(inner, [outer.qubits[1], outer.qubits[2]], [outer.clbits[0]])
    return [lines(first), lines(second), lines(outer), lines(third), first.global_phase]


def case_append_operator():
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.append(Operator([[0, -1j], [1j, 0]]), [0])
    return Statevector(circuit)


def case_wrapped():
    inner = QuantumCircuit(2, name="inner")
    inner.h(0)
    inner.cz(0, 1)
    outer = QuantumCircuit(3)
    outer.compose(inner, [1, 2], inplace=True, wrap=True)
    outer.append(inner.to_instruction(), [0, 2])
    outer.append(inner, [2, 1])
    return [lines(outer), dict(outer.decompose().count_ops()), Statevector(outer), Statevector(outer.decompose())]


def case_tensor():
    low = QuantumCircuit(1, 1)
    low.x(0)
    low.measure(0, 0)
    high = QuantumCircuit(2)
    high.h(0)
    high.cx(0, 1)
    joined = high.tensor(low)
    return [lines(joined), joined.num_qubits, joined.num_clbits]


def case_inverse_and_order():
    circuit = QuantumCircuit(2, global_phase=0.4)
    circuit.s(0)
    circuit.cu(0.1, 0.2, 0.3, 0.4, 0, 1)
    circuit.rzx(0.5, 1, 0)
    circuit.u(1, 2, 3, 0)
    return [lines(circuit.inverse()), circuit.inverse().global_phase, lines(circuit.reverse_ops()), lines(circuit.reverse_bits())]


def case_repeat_and_power():
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.rz(0.3, 1)
    return [Operator(circuit.repeat(3)), Operator(circuit.power(2)), Operator(circuit.power(-2)), Operator(circuit.power(0.5)),
            circuit.repeat(3).size()]


def case_control():
    circuit = QuantumCircuit(2, global_phase=0.7)
    circuit.h(0)
    circuit.cx(0, 1)
    controlled = circuit.control(2, ctrl_state="01")
    return [Operator(controlled), controlled.num_qubits]


def case_prepared_states():
    found = []
    for state in ([0.6, 0.8j], [0.5, 0.5, -0.5, 0.5j], "0+", "rl1", 2, [1, 0], [0, 1j]):
        circuit = QuantumCircuit(3 if state in ("rl1", 2) else 2 if state == "0+" or len(state) == 4 else 1)
        circuit.prepare_state(state)
        found.append(Statevector(circuit))
    return found


def case_initialize():
    circuit = QuantumCircuit(3)
    circuit.h(2)
    circuit.initialize([0.6, 0, 0, 0.8], [0, 1])
    circuit.cx(2, 0)
    other = QuantumCircuit(2)
    other.x(0)
    other.initialize("1", 0)
    other.initialize([3, 4], 1, normalize=True)
    whole = QuantumCircuit(2)
    whole.initialize(3)
    return [Statevector(circuit), Statevector(other), Statevector(whole)]


def case_global_phase():
    circuit = QuantumCircuit(1, global_phase=-pi / 2)
    circuit.global_phase += 0.1
    return [circuit.global_phase, Statevector(circuit)]


def case_equality():
    first, second = QuantumCircuit(3), QuantumCircuit(3)
    first.h(0)
    first.x(1)
    second.x(1)
    second.h(0)
    third = second.copy()
    third.z(2)
    return [first == second, first == third, first == QuantumCircuit(3), QuantumCircuit(2) == QuantumCircuit(3)]


def case_transpile_keeps_the_state():
    circuit = QuantumCircuit(3)
    circuit.h(0)
    inner = QuantumCircuit(2)
    inner.h(1)
    inner.cry(0.3, 0, 1)
    circuit.append(inner.to_gate(), [2, 0])
    return Operator(transpile(circuit)).equiv(Operator(circuit))


def case_copies_are_apart():
    circuit = QuantumCircuit(2)
    circuit.h(0)
    twin = circuit.copy()
    twin.x(1)
    empty = circuit.copy_empty_like()
    return [circuit.size(), twin.size(), empty.size(), empty.num_qubits]


def case_wrong_index():
    QuantumCircuit(2).h(2)


def case_same_qubit_twice():
    QuantumCircuit(2).cx(1, 1)


def case_wrong_number_of_qubits():
    QuantumCircuit(2).append(CXGate(), [0])


def case_measurement_is_no_gate():
    sample().to_gate()


def case_same_register_twice():
    QuantumCircuit(QuantumRegister(1, "a"), QuantumRegister(1, "a"))


def case_too_large_to_compose():
    QuantumCircuit(1).compose(QuantumCircuit(2))


def case_state_of_measured_circuit():
    Statevector(sample())
