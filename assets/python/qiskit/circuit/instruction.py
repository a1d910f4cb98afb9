"""What a circuit is made of: instructions, gates, controlled gates.

A gate says what it does in one of two ways: by a matrix (:meth:`Gate._matrix`) or by a circuit (``definition``). From either,
:meth:`Gate.steps` makes the steps the engine runs: tuples ``(kind, data, targets, controls)`` over the gate's own qubits 0, 1, …;
kind is ``"matrix"``, ``"diagonal"`` or ``"reflection"``, and controls are ``(qubit, value)`` pairs.
"""

import cmath
import copy as copying
from itertools import chain

from .._math import matrix as dense
from .._math.array import array
from .._subset import SubsetObject
from ..exceptions import CircuitError, QiskitError
from .parameter import ParameterExpression


class Instruction(SubsetObject):
    """Anything that can be appended to a circuit.

    Some kinds answer further questions, which are None for all others: ``steps()`` of gates, ``run_on()`` and ``with_bits()`` of
    conditions and loops, ``save()`` of instructions that keep a result aside while a simulator runs.
    """

    _directive = False
    condition_bits = ()
    steps = run_on = with_bits = save = None

    def __init__(self, name, num_qubits, num_clbits, params, label=None, definition=None):
        self._name = name
        self._num_qubits, self._num_clbits = num_qubits, num_clbits
        self.params = list(params)
        self._label = label
        self._definition = definition

    @property
    def name(self):
        """The short name that drawings and counts show."""
        return self._name

    @name.setter
    def name(self, name):
        self._name = name

    @property
    def num_qubits(self):
        """How many qubits it acts on."""
        return self._num_qubits

    @property
    def num_clbits(self):
        """How many classical bits it acts on."""
        return self._num_clbits

    @property
    def label(self):
        """A text that drawings show instead of the name."""
        return self._label

    @label.setter
    def label(self, label):
        self._label = label

    @property
    def definition(self):
        """The circuit this instruction stands for, or None for one that is elementary here."""
        return self._definition

    @definition.setter
    def definition(self, circuit):
        self._definition = circuit

    @property
    def base_class(self):
        """The class that says which operation this is."""
        return type(self)

    def copy(self, name=None):
        """Returns a copy, renamed if a name is given."""
        twin = copying.copy(self)
        twin.params = list(self.params)
        if name:
            twin._name = name
        return twin

    to_mutable = copy

    def is_parameterized(self):
        """Says whether some parameter has no value yet."""
        return any(isinstance(value, ParameterExpression) and value.parameters for value in self.params)

    def inverse(self, annotated=False):
        """Returns the instruction that undoes this one."""
        if self.definition is None:
            raise CircuitError(f"inverse() is not possible for '{self.name}'.")
        circuit = self.definition.inverse()
        name = self.name[:-3] if self.name.endswith("_dg") else self.name + "_dg"
        twin = self._like(name, circuit)
        return twin

    def _like(self, name, circuit):
        kind = Gate if isinstance(self, Gate) else Instruction
        arguments = (name, self.num_qubits) if kind is Gate else (name, self.num_qubits, self.num_clbits)
        return kind(*arguments, list(self.params), definition=circuit)

    def reverse_ops(self):
        """Returns the instruction whose definition runs backwards, each part as it was."""
        if self.definition is None:
            return self.copy()
        return self._like(self.name + "_reverse", self.definition.reverse_ops())

    def repeat(self, n):
        """Returns this instruction n times in a row as one instruction."""
        from .quantumcircuit import QuantumCircuit

        circuit = QuantumCircuit(self.num_qubits, self.num_clbits)
        for _ in range(int(n)):
            circuit.append(self, range(self.num_qubits), range(self.num_clbits))
        return self._like(f"{self.name}**{n}", circuit)

    def bound(self, mapping):
        """Returns a copy with parameters replaced by values."""
        twin = self.copy()
        for index, value in enumerate(twin.params):
            if isinstance(value, ParameterExpression):
                twin.params[index] = bound_value(value, mapping)
        if self._definition is not None:
            known = {parameter: value for parameter, value in mapping.items() if parameter in self._definition.parameters}
            twin._definition = self._definition.assign_parameters(known) if known else self._definition
        return twin

    def free_parameters(self):
        """Returns the set of parameters without value."""
        return set().union(*(value.parameters for value in self.params if isinstance(value, ParameterExpression)))

    def broadcast_arguments(self, qargs, cargs):
        """Yields the ``(qubits, clbits)`` of each instruction that one append of lists of bits means."""
        flat = list(chain.from_iterable(qargs))
        if len(flat) != self.num_qubits:
            raise CircuitError(f"The amount of qubit arguments {len(flat)} does not match "
                               f"the instruction expectation ({self.num_qubits}) of '{self.name}'.")
        yield flat, list(chain.from_iterable(cargs))

    def __eq__(self, other):
        return (isinstance(other, Instruction) and self.name == other.name and self.num_qubits == other.num_qubits
                and self.num_clbits == other.num_clbits and len(self.params) == len(other.params)
                and all(_same(mine, its) for mine, its in zip(self.params, other.params))
                and self._definition == other._definition)

    def __hash__(self):
        return hash((self.name, self.num_qubits, self.num_clbits))

    def __repr__(self):
        return (f"{type(self).__name__}(name='{self.name}', num_qubits={self.num_qubits}, num_clbits={self.num_clbits}, "
                f"params={self.params})")


class Gate(Instruction):
    """A unitary operation."""

    def __init__(self, name, num_qubits, params=(), label=None, definition=None):
        super().__init__(name, num_qubits, 0, params, label, definition)

    def _matrix(self):
        """Returns the matrix as rows of complex numbers, or None if the definition says what the gate does."""
        return None

    def steps(self):
        """Returns what the engine has to do for this gate."""
        matrix = self._matrix()
        if matrix is not None:
            return [("matrix", matrix, tuple(range(self.num_qubits)), ())]
        if self.definition is None:
            raise QiskitError(f"The gate '{self.name}' has neither a matrix nor a definition.")
        from .._engine.lowering import unitary_steps

        return unitary_steps(self.definition)

    def rows(self):
        """Returns the matrix as rows of complex numbers, computed from the steps if need be."""
        matrix = self._matrix()
        if matrix is not None:
            return matrix
        from .._engine.lowering import identity_operator, run_steps

        count = self.num_qubits
        flat = identity_operator(count)
        run_steps(flat, 2 * count, self.steps(), shift=count)
        return [flat[start:start + (1 << count)] for start in range(0, len(flat), 1 << count)]

    def to_matrix(self):
        """Returns the gate's unitary matrix."""
        rows = self.rows()
        return array(map(complex, chain.from_iterable(rows)), (len(rows), len(rows)))

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self.rows(), dtype=dtype)

    def control(self, num_ctrl_qubits=1, label=None, ctrl_state=None, annotated=None):
        """Returns the gate that acts only where the control qubits, which come first, are in `ctrl_state` (all ones)."""
        from .library.registry import controlled

        return controlled(self, num_ctrl_qubits, label, ctrl_state)

    def power(self, exponent, annotated=False):
        """Returns the gate to the power of a number; fractions take each eigenphase in (-pi, pi]."""
        from .library.generalized import UnitaryGate

        if exponent == int(exponent) and 0 <= exponent <= 16:
            result = dense.identity(1 << self.num_qubits)
            for _ in range(int(exponent)):
                result = dense.multiply(self.rows(), result)
        else:
            result = dense.power_of_unitary(self.rows(), exponent)
        return UnitaryGate(result, label=f"{self.name}^{exponent}", check_input=False)

    __pow__ = power

    def broadcast_arguments(self, qargs, cargs):
        """Yields the qubits of each gate: one list is one gate per qubit, two lists pair up, more go side by side."""
        if len(qargs) != self.num_qubits:
            raise CircuitError(f"The amount of qubit arguments ({len(qargs)}) does not match "
                               f"the gate expectation ({self.num_qubits}) of '{self.name}'.")
        lengths = {len(group) for group in qargs}
        if not qargs:
            yield [], []
        elif len(qargs) == 1:
            yield from (([qubit], []) for qubit in qargs[0])
        elif len(lengths) == 1:
            yield from ((list(group), []) for group in zip(*qargs))
        elif len(qargs) == 2 and 1 in lengths:
            longest = max(lengths)
            first, second = (group * longest if len(group) == 1 else group for group in map(list, qargs))
            yield from (([a, b], []) for a, b in zip(first, second))
        else:
            raise CircuitError(f"Not sure how to combine these qubit arguments of '{self.name}': {qargs}")


class ControlledGate(Gate):
    """A gate with control qubits in front; `ctrl_state` holds the control values that let it act, control 0 lowest."""

    def __init__(self, name, base_gate, num_ctrl_qubits=1, label=None, ctrl_state=None):
        self.base_gate = base_gate
        self.num_ctrl_qubits = num_ctrl_qubits
        self.ctrl_state = parse_control_state(ctrl_state, num_ctrl_qubits)
        super().__init__(name, num_ctrl_qubits + base_gate.num_qubits, base_gate.params, label)

    @property
    def name(self):
        """The name; control states other than all ones are appended as in ``cx_o0``."""
        full = (1 << self.num_ctrl_qubits) - 1
        return self._name if self.ctrl_state == full else f"{self._name}_o{self.ctrl_state}"

    def controls(self):
        """Returns the control qubits with their values."""
        return tuple((index, self.ctrl_state >> index & 1) for index in range(self.num_ctrl_qubits))

    def _bound_base(self):
        """Returns the base gate with this gate's parameters."""
        if self.base_gate.params != self.params:
            base = self.base_gate.copy()
            base.params = list(self.params)
            return base
        return self.base_gate

    def steps(self):
        """Returns the base gate's steps, each under this gate's controls as well."""
        shift, mine = self.num_ctrl_qubits, self.controls()
        return [(kind, data, tuple(bit + shift for bit in targets), mine + tuple((bit + shift, value) for bit, value in controls))
                for kind, data, targets, controls in self._bound_base().steps()]

    def inverse(self, annotated=False):
        """Returns the controlled inverse of the base gate."""
        from .library.registry import controlled

        return controlled(self._bound_base().inverse(), self.num_ctrl_qubits, None, self.ctrl_state)

    def bound(self, mapping):
        """Returns a copy with parameters replaced by values."""
        twin = super().bound(mapping)
        twin.base_gate = self.base_gate.bound(mapping)
        if not twin.params:
            twin.params = list(twin.base_gate.params)
        return twin

    def free_parameters(self):
        """Returns the set of parameters without value."""
        return super().free_parameters() | self.base_gate.free_parameters()

    def __eq__(self, other):
        return (isinstance(other, ControlledGate) and self.ctrl_state == other.ctrl_state
                and self.num_ctrl_qubits == other.num_ctrl_qubits and self._bound_base() == other._bound_base())

    __hash__ = Gate.__hash__


def bound_value(value, mapping):
    """Replaces parameters in one parameter of a gate; a formula without free parameters becomes a number."""
    result = value._replace(mapping)
    if isinstance(result, complex) and abs(result.imag) < 1e-14:
        return result.real
    return result


def parse_control_state(state, count):
    """Reads a control state given as a number, as a text of 0 and 1 (control 0 last) or as None for all ones."""
    full = (1 << count) - 1
    if state is None:
        return full
    number = int(state, 2) if isinstance(state, str) else int(state)
    if not 0 <= number <= full or isinstance(state, str) and len(state) != count:
        raise CircuitError(f"invalid control state: {state!r} does not fit {count} control qubit(s)")
    return number


def phase_step(angle):
    """Returns the step that multiplies everything by ``exp(i angle)``."""
    return ("matrix", [[cmath.exp(1j * float(angle))]], (), ())


def _same(mine, its):
    numeric = (int, float, complex)
    if isinstance(mine, numeric) and isinstance(its, numeric):
        return abs(mine - its) <= 1e-10
    return type(mine) is type(its) and mine == its or mine is its
