"""Parameters, expressions in them and their values."""

from math import pi

from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.quantum_info import Operator, Statevector


def case_expressions():
    a, b = Parameter("a"), Parameter("b")
    values = {a: 0.3, b: 0.7}
    expressions = [a + b, a - b, 2 * a * b, a / b, a ** 2, -a, 1 - a, 1 / b, (a + 1) * (b - 2), a.sin(), b.cos(), a.tan(), a.exp(),
                   b.log(), a.arcsin(), a.arccos(), b.arctan(), abs(-a), 2 ** a, (a * b).sin() + a, +a, a.conjugate()]
    return [float(expression.bind({key: value for key, value in values.items() if key in expression.parameters}))
            for expression in expressions]


def case_gradient():
    a, b = Parameter("a"), Parameter("b")
    found = []
    for expression in (2 * a * b, a ** 3, a.sin() * b, (a * b).exp(), a / b, a.cos() - b.log()):
        gradient = expression.gradient(a)
        found.append(float(gradient.bind({key: {a: 0.4, b: 0.9}[key] for key in gradient.parameters})
                           if hasattr(gradient, "bind") else gradient))
    return found


def case_names():
    theta, vector = Parameter("θ"), ParameterVector("v", 3)
    return [theta.name, str(theta), [str(entry) for entry in vector], len(vector), vector.name, vector[1].name, str(2 * theta),
            str(theta / 2), str(-theta), sorted(entry.name for entry in (theta + vector[0]).parameters)]


def case_identity():
    a = Parameter("a")
    return [a == Parameter("a"), a == a, a + 1 == a + 1, a + 1 == a + 2, len({a, a})]


def ansatz():
    vector, b = ParameterVector("v", 12), Parameter("b")
    circuit = QuantumCircuit(2)
    for index, entry in enumerate(vector):
        circuit.ry(entry, index % 2)
        circuit.rz(2 * entry - b, (index + 1) % 2)
        circuit.cx(0, 1)
    return circuit, vector, b


def case_order():
    circuit, _, _ = ansatz()
    return [parameter.name for parameter in circuit.parameters]


def case_list_of_values():
    circuit, _, _ = ansatz()
    return Statevector(circuit.assign_parameters([0.1 * index for index in range(circuit.num_parameters)]))


def case_dict_of_values():
    circuit, vector, b = ansatz()
    partly = circuit.assign_parameters({vector: [0.2] * 12})
    return [partly.num_parameters, Statevector(partly.assign_parameters({b: 0.5})),
            Statevector(partly.assign_parameters({"b": 0.5}))]


def case_in_place():
    circuit, _, _ = ansatz()
    circuit.assign_parameters([1.0] * 13, inplace=True)
    return [circuit.num_parameters, Statevector(circuit)]


def case_expression_for_parameter():
    a, b = Parameter("a"), Parameter("b")
    circuit = QuantumCircuit(1)
    circuit.rx(2 * a, 0)
    circuit.p(a + 1, 0)
    replaced = circuit.assign_parameters({a: b / 2 + 1})
    return [[parameter.name for parameter in replaced.parameters], Statevector(replaced.assign_parameters({b: 0.6}))]


def case_inside_gates():
    a = Parameter("a")
    inner = QuantumCircuit(1, name="inner")
    inner.rx(a, 0)
    inner.p(pi * a, 0)
    circuit = QuantumCircuit(2, global_phase=a / 2)
    circuit.h(0)
    circuit.append(inner.to_gate(), [1])
    circuit.append(inner.to_gate().control(), [0, 1])
    circuit.cry(a, 1, 0)
    circuit.append(inner.inverse().to_gate(), [0])
    return [[parameter.name for parameter in circuit.parameters], Operator(circuit.assign_parameters({a: 0.8}))]


def case_substituted_definition():
    a, b = Parameter("a"), Parameter("b")
    inner = QuantumCircuit(1)
    inner.ry(a, 0)
    circuit = QuantumCircuit(1)
    circuit.append(inner.to_gate({a: b}), [0])
    return Statevector(circuit.assign_parameters({b: 1.2}))


def case_unknown_parameter():
    circuit, _, _ = ansatz()
    circuit.assign_parameters({Parameter("other"): 1.0})


def case_wrong_number_of_values():
    circuit, _, _ = ansatz()
    circuit.assign_parameters([1.0, 2.0])


def case_same_name_twice():
    circuit = QuantumCircuit(1)
    circuit.rx(Parameter("a"), 0)
    circuit.ry(Parameter("a"), 0)


def case_number_of_unbound():
    float(Parameter("a") + 1)


def case_state_of_unbound():
    try:
        Statevector(ansatz()[0])
    except Exception:
        return "refused"
