"""Sampler and estimator: shapes, exact values, deterministic counts."""

from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import ParameterVector
from qiskit.primitives import StatevectorEstimator, StatevectorSampler
from qiskit.quantum_info import Pauli, SparsePauliOp


def ansatz():
    angles = ParameterVector("a", 3)
    circuit = QuantumCircuit(2)
    circuit.ry(angles[0], 0)
    circuit.rx(angles[1], 1)
    circuit.cx(0, 1)
    circuit.rz(angles[2], 1)
    circuit.h(1)
    return circuit


def estimate(*pubs):
    return [result.data.evs for result in StatevectorEstimator().run(list(pubs)).result()]


def case_single_value():
    value = estimate((ansatz(), SparsePauliOp(["ZZ", "XI"], [1, 0.5]), [0.1, 0.2, 0.3]))[0]
    return [float(value), float(StatevectorEstimator().run([(ansatz(), "ZZ", [1, 2, 3])]).result()[0].data.stds)]


def case_kinds_of_observables():
    return estimate(*((ansatz(), observable, [0.4, 0.5, 0.6]) for observable in
                      ("XY", Pauli("ZI"), {"ZZ": 2, "IX": 1}, SparsePauliOp("YY"))))


def case_shapes():
    rows = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]
    return estimate((ansatz(), ["ZZ", "XX", "IY"], rows), (ansatz(), [["ZZ"], ["XX"]], rows), (ansatz(), "ZI", rows),
                    (ansatz(), ["ZZ", "XX"], rows[0]), (ansatz(), [["ZZ", "XX", "YY"]], rows))


def case_values_by_name():
    circuit = ansatz()
    vector = list(circuit.parameters)
    return estimate((circuit, "ZZ", {vector[0]: [0.1, 0.2], vector[1]: [0.3, 0.4], vector[2]: [0.5, 0.6]}),
                    (circuit, "ZZ", {tuple(vector): [0.1, 0.2, 0.3]}))


def case_without_parameters():
    circuit = QuantumCircuit(1)
    circuit.h(0)
    return estimate((circuit, "X"), (circuit, ["X", "Z"]))


def case_deterministic_counts():
    circuit = QuantumCircuit(3)
    circuit.x([0, 2])
    circuit.measure_all()
    bits = StatevectorSampler().run([circuit], shots=9).result()[0].data.meas
    return [dict(bits.get_counts()), dict(bits.get_int_counts()), list(bits.get_bitstrings()), bits.num_shots, bits.num_bits, bits.array,
            bits.bitcount(), dict(bits.slice_bits([0, 1]).get_counts())]


def case_named_registers():
    q, low, high = QuantumRegister(3, "q"), ClassicalRegister(1, "low"), ClassicalRegister(2, "high")
    circuit = QuantumCircuit(q, low, high)
    circuit.x(q[1])
    circuit.x(q[2])
    circuit.measure(q[0], low[0])
    circuit.measure([q[1], q[2]], high)
    result = StatevectorSampler().run([(circuit, None, 5)]).result()[0]
    return [list(result.data.keys()), dict(result.data.low.get_counts()), dict(result.data["high"].get_counts()),
            dict(result.join_data().get_counts()), dict(result.join_data(["high", "low"]).get_counts())]


def case_sampled_bindings():
    vector = ParameterVector("t", 2)
    circuit = QuantumCircuit(2)
    circuit.rx(vector[0], 0)
    circuit.rx(vector[1], 1)
    circuit.measure_all()
    pi = 3.141592653589793
    bits = StatevectorSampler().run([(circuit, [[0, 0], [pi, 0], [pi, pi]])], shots=4).result()[0].data.meas
    return [list(bits.shape), dict(bits.get_counts(0)), dict(bits.get_counts(1)), dict(bits.get_counts(2)), dict(bits.get_counts())]


def case_results():
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    result = StatevectorSampler().run([circuit, circuit], shots=3).result()
    return [len(result), [dict(one.data.c.get_counts()) for one in result]]


def case_wrong_observable():
    estimate((ansatz(), "Z", [1, 2, 3]))


def case_wrong_number_of_values():
    estimate((ansatz(), "ZZ", [1, 2]))
