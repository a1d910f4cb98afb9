"""Reads what ``run`` is given: circuits with observables, parameter values, shots or precision."""

from .._math.array import nested
from ..circuit.parameter import ParameterVector
from ..circuit.quantumcircuit import QuantumCircuit
from ..quantum_info import Operator, Pauli, SparsePauliOp
from .shapes import at, shape_of


class Bindings:
    """Parameter values of a circuit, as an array of bindings."""

    def __init__(self, circuit, values):
        self._circuit = circuit
        self._parameters = list(circuit.parameters)
        if values is None:
            values = []
        if hasattr(values, "items"):
            self._read_mapping(values)
        else:
            self._read_rows(nested(values))

    def _read_rows(self, rows):
        count = len(self._parameters)
        if not isinstance(rows, list):
            rows = [rows]
        shape = shape_of(rows, lambda value: not isinstance(value, list))
        if count and (not shape or shape[-1] != count) and not (count == 1 and shape):
            raise ValueError(f"The circuit has {count} parameters, but the values have shape {shape}; "
                              f"the last axis must be {count}.")
        if count == 1 and shape[-1] != 1:
            rows, shape = _wrapped(rows), (*shape, 1)
        if not count and shape not in ((0,), ()):
            raise ValueError(f"The circuit has no parameters, but values of shape {shape} were given.")
        self.shape = shape[:-1] if count else ()
        self._rows = rows

        def read(index):
            row = at(self._rows, index, self.shape) if self.shape else self._rows
            return dict(zip(self._parameters, row))

        self._read = read

    def _read_mapping(self, mapping):
        by_name = {parameter.name: parameter for parameter in self._parameters}
        columns, self.shape = {}, ()
        for key, value in mapping.items():
            group = key if isinstance(key, (tuple, list, ParameterVector)) else [key]
            value = nested(value)
            shape = shape_of(value, lambda entry: not isinstance(entry, list))
            many = isinstance(key, (tuple, list, ParameterVector))
            if many and (not shape or shape[-1] != len(group)):
                raise ValueError(f"{len(group)} parameters were given values of shape {shape}.")
            shape = shape[:-1] if many else shape
            if len(shape) > len(self.shape):
                self.shape = shape
            for position, parameter in enumerate(group):
                columns[by_name.get(parameter, parameter)] = (value, shape, position if many else None)
        missing = [parameter.name for parameter in self._parameters if parameter not in columns]
        if missing:
            raise ValueError(f"No value was given for the parameter(s) {', '.join(missing)}.")

        def read(index):
            found = {}
            for parameter, (value, shape, position) in columns.items():
                entry = at(value, index, shape)
                found[parameter] = entry if position is None else entry[position]
            return found

        self._read = read

    def bound(self, index):
        """Returns the circuit with the values at an index of a shape that this one is broadcast to."""
        if not self._parameters:
            return self._circuit
        return self._circuit.assign_parameters(self._read(index))


def split(pub):
    """Returns the parts of a pub as a list that starts with the circuit."""
    parts = [pub] if isinstance(pub, QuantumCircuit) else list(pub)
    if not parts or not isinstance(parts[0], QuantumCircuit):
        raise ValueError("A pub is a circuit or a tuple that starts with one; pass a list of pubs to run, "
                          "as in run([(circuit, observables, parameter_values)]).")
    return parts


def observables_of(given):
    """Returns observables as nested lists of sums of Paulis, and their shape."""
    if hasattr(given, "tolist") and not isinstance(given, (SparsePauliOp, Operator)):
        given = given.tolist()
    shape = shape_of(given, _is_observable)
    return _converted(given), shape


def _is_observable(value):
    return isinstance(value, (str, Pauli, SparsePauliOp, Operator, dict))


def _converted(value):
    if not _is_observable(value):
        return [_converted(entry) for entry in value]
    if isinstance(value, dict):
        return SparsePauliOp.from_list([(str(label), factor) for label, factor in value.items()])
    return value if isinstance(value, SparsePauliOp) else SparsePauliOp.from_operator(value) if isinstance(value, Operator) \
        else SparsePauliOp(value)


def _wrapped(rows):
    return [_wrapped(row) if isinstance(row, list) else [row] for row in rows]
