"""Circuits that encode numbers into states: the Pauli feature maps."""

from math import pi

from ..parameter import ParameterVector
from ..quantumcircuit import QuantumCircuit
from .ansatz import connections


def _default_map(x):
    """Returns x for one number, the product of (pi - x) for several."""
    if len(x) == 1:
        return x[0]
    product = 1
    for value in x:
        product = product * (pi - value)
    return product


def pauli_feature_map(feature_dimension, reps=2, entanglement="full", alpha=2.0, paulis=None, data_map_func=None,
                      parameter_prefix="x", insert_barriers=False, name="PauliFeatureMap"):
    """Returns Hadamards and evolutions under products of Paulis whose angles are functions of the numbers."""
    paulis = list(paulis or ["Z", "ZZ"])
    data_map = data_map_func or _default_map
    circuit = QuantumCircuit(feature_dimension, name=name)
    x = ParameterVector(parameter_prefix, feature_dimension)
    for rep in range(reps):
        if rep and insert_barriers:
            circuit.barrier()
        circuit.h(range(feature_dimension))
        if insert_barriers:
            circuit.barrier()
        for index, pauli in enumerate(paulis):
            for group in connections(feature_dimension, len(pauli), entanglement, rep):
                angle = alpha * data_map([x[qubit] for qubit in group])
                _evolve(circuit, pauli[::-1], group, angle)
            if insert_barriers and index < len(paulis) - 1:
                circuit.barrier()
    return circuit


def z_feature_map(feature_dimension, reps=2, entanglement="full", alpha=2.0, data_map_func=None, parameter_prefix="x",
                  insert_barriers=False, name="ZFeatureMap"):
    """Returns the map with one phase per number."""
    return pauli_feature_map(feature_dimension, reps, entanglement, alpha, ["Z"], data_map_func, parameter_prefix, insert_barriers, name)


def zz_feature_map(feature_dimension, reps=2, entanglement="full", alpha=2.0, data_map_func=None, parameter_prefix="x",
                   insert_barriers=False, name="ZZFeatureMap"):
    """Returns the map with phases for numbers and pairs of numbers."""
    return pauli_feature_map(feature_dimension, reps, entanglement, alpha, ["Z", "ZZ"], data_map_func, parameter_prefix,
                             insert_barriers, name)


class PauliFeatureMap(QuantumCircuit):
    """The class form of :func:`pauli_feature_map`."""

    def __init__(self, feature_dimension=2, reps=2, entanglement="full", alpha=2.0, paulis=None, data_map_func=None,
                 parameter_prefix="x", insert_barriers=False, name="PauliFeatureMap"):
        super().__init__(feature_dimension, name=name)
        self.feature_dimension = feature_dimension
        self.compose(pauli_feature_map(feature_dimension, reps, entanglement, alpha, paulis, data_map_func, parameter_prefix,
                                       insert_barriers), inplace=True)


class ZFeatureMap(PauliFeatureMap):
    """The map with one phase per number."""

    def __init__(self, feature_dimension, reps=2, data_map_func=None, parameter_prefix="x", insert_barriers=False, name="ZFeatureMap"):
        super().__init__(feature_dimension, reps, paulis=["Z"], data_map_func=data_map_func, parameter_prefix=parameter_prefix,
                         insert_barriers=insert_barriers, name=name)


class ZZFeatureMap(PauliFeatureMap):
    """The map with phases for numbers and pairs of numbers."""

    def __init__(self, feature_dimension, reps=2, entanglement="full", data_map_func=None, parameter_prefix="x",
                 insert_barriers=False, name="ZZFeatureMap"):
        super().__init__(feature_dimension, reps, entanglement, paulis=["Z", "ZZ"], data_map_func=data_map_func,
                         parameter_prefix=parameter_prefix, insert_barriers=insert_barriers, name=name)


def _evolve(circuit, pauli, group, angle):
    """Appends the evolution under a product of Paulis, `pauli[k]` acting on ``group[k]``."""
    active = [(letter, qubit) for letter, qubit in zip(pauli, group) if letter != "I"]
    if not active:
        return
    for letter, qubit in active:
        if letter == "X":
            circuit.h(qubit)
        elif letter == "Y":
            circuit.rx(pi / 2, qubit)
    qubits = [qubit for _, qubit in active]
    for source, target in zip(qubits, qubits[1:]):
        circuit.cx(source, target)
    circuit.p(angle, qubits[-1])
    for source, target in reversed(list(zip(qubits, qubits[1:]))):
        circuit.cx(source, target)
    for letter, qubit in active:
        if letter == "X":
            circuit.h(qubit)
        elif letter == "Y":
            circuit.rx(-pi / 2, qubit)
