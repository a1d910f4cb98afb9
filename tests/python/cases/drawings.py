"""Text drawings, character by character."""

from math import pi

from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister


def bell():
    circuit = QuantumCircuit(2, 2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.measure([0, 1], [0, 1])
    return circuit


def case_bell():
    return [str(bell().draw("text")), str(bell().draw(cregbundle=False))]


def case_gates():
    circuit = QuantumCircuit(3)
    circuit.h(0)
    circuit.cp(pi / 2, 0, 2)
    circuit.rzz(0.5, 0, 1)
    circuit.swap(0, 2)
    circuit.cswap(0, 1, 2)
    circuit.ccx(0, 2, 1)
    circuit.sdg(2)
    circuit.barrier()
    circuit.ccz(0, 1, 2)
    circuit.rxx(0.3, 0, 2)
    circuit.u(0.1, pi, -pi / 3, 1)
    circuit.cx(0, 1, ctrl_state=0)
    circuit.reset(1)
    circuit.measure_all()
    return [str(circuit.draw("text", fold=-1)), str(circuit.draw("text", fold=60))]


def case_blocks():
    block = QuantumCircuit(2, name="block")
    block.h(0)
    circuit = QuantumCircuit(4, global_phase=pi / 3)
    circuit.append(block.to_gate(), [0, 1])
    circuit.append(block.to_gate(), [2, 0])
    circuit.append(block.to_gate().control(), [3, 1, 2])
    circuit.append(block.to_gate(label="named"), [0, 3])
    return str(circuit.draw("text", fold=-1))


def case_registers():
    a, b, c = QuantumRegister(1, "alice"), QuantumRegister(2, "b"), ClassicalRegister(1, "m")
    circuit = QuantumCircuit(a, b, c)
    circuit.h(a)
    circuit.cx(a[0], b[1])
    circuit.measure(b[0], c[0])
    return str(circuit.draw("text"))


def case_empty():
    return [str(QuantumCircuit(2).draw("text")), str(QuantumCircuit(1, 1).draw("text"))]
