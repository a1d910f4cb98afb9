"""QuantumCircuit: bits, registers and the list of instructions on them.

The many gate methods are in :mod:`.gate_methods`, what makes new circuits from old ones in :mod:`.transformations`, questions
and drawings in :mod:`.inspection`.
"""

import copy as copying
import itertools
from collections import namedtuple

from .._subset import SubsetObject
from ..exceptions import CircuitError
from .bits import AncillaRegister, Bit, ClassicalRegister, Clbit, QuantumRegister, Qubit, Register
from .controlflow import ControlFlow
from .gate_methods import GateMethods
from .inspection import Inspection
from .instruction import Instruction, bound_value
from .line import CircuitInstruction
from .parameter import ParameterExpression, ParameterVector, sorted_parameters
from .transformations import Transformations

BitLocations = namedtuple("BitLocations", ("index", "registers"))


class QuantumCircuit(GateMethods, ControlFlow, Transformations, Inspection, SubsetObject):
    """A quantum circuit: ``QuantumCircuit(2)``, ``QuantumCircuit(2, 2)`` or from registers and bits."""

    _counter = itertools.count()

    def __init__(self, *regs, name=None, global_phase=0, metadata=None):
        self.name = f"circuit-{next(QuantumCircuit._counter)}" if name is None else str(name)
        self.metadata = metadata or {}
        self.qubits, self.clbits = [], []
        self.qregs, self.cregs = [], []
        self._places = {}
        self._parameters = {}
        self._open_blocks = []
        self.data = []
        self.global_phase = global_phase
        if regs and all(isinstance(size, int) or hasattr(size, "__index__") for size in regs):
            if len(regs) > 2:
                raise CircuitError("QuantumCircuit takes numbers for qubits and for classical bits, not more.")
            if any(size < 0 for size in regs):
                raise CircuitError(f"A circuit cannot have a negative number of bits: {regs}")
            regs = [kind(int(size), name) for kind, size, name in zip((QuantumRegister, ClassicalRegister), regs, "qc") if size]
        self.add_register(*regs)

    # Bits

    def add_register(self, *regs):
        """Adds registers (or lists of bits) to the circuit."""
        for register in regs:
            if isinstance(register, Register):
                if any(register.name == other.name for other in self.qregs + self.cregs):
                    raise CircuitError(f'register name "{register.name}" already exists')
                (self.qregs if isinstance(register, QuantumRegister) else self.cregs).append(register)
                self._add_new(register)
            elif isinstance(register, (list, tuple)):
                self.add_bits(register)
            else:
                raise CircuitError(f"expected a register, but {register!r} was given")

    def add_bits(self, bits):
        """Adds loose bits to the circuit."""
        bits = list(bits)
        if any(bit in self._places for bit in bits):
            raise CircuitError("Attempted to add bits found already in circuit.")
        self._add_new(bits)

    def _add_new(self, bits):
        for bit in bits:
            if not isinstance(bit, Bit):
                raise CircuitError(f"expected a qubit or classical bit, but {bit!r} was given")
            if bit not in self._places:
                row = self.qubits if isinstance(bit, Qubit) else self.clbits
                self._places[bit] = len(row)
                row.append(bit)

    @property
    def ancillas(self):
        """The qubits of ancilla registers."""
        return [qubit for register in self.qregs if isinstance(register, AncillaRegister) for qubit in register]

    def find_bit(self, bit):
        """Returns the index of a bit in the circuit, and the registers it is in."""
        if bit not in self._places:
            raise CircuitError(f"Could not locate provided bit: {bit!r}. Has it been added to the QuantumCircuit?")
        registers = [(register, register.index(bit)) for register in self.qregs + self.cregs if bit in register]
        return BitLocations(self._places[bit], registers)

    def _resolve(self, specifier, row, kind):
        """Returns the list of bits that a number, slice, range, register, bit or list of these means."""
        if isinstance(specifier, kind):
            if specifier not in self._places:
                raise CircuitError(f"Bit '{specifier!r}' is not in the circuit.")
            return [specifier]
        if hasattr(specifier, "__index__") and not getattr(specifier, "shape", ()):
            try:
                return [row[specifier.__index__()]]
            except IndexError:
                word = "qubits" if kind is Qubit else "classical bits"
                raise CircuitError(f"Index {specifier} out of range for size {len(row)}: "
                                   f"the circuit has {len(row)} {word}.") from None
        if isinstance(specifier, slice):
            return row[specifier]
        try:
            members = list(specifier)
        except TypeError:
            raise CircuitError(f"Invalid bit index: '{specifier}' of type '{type(specifier)}'") from None
        return [bit for member in members for bit in self._resolve(member, row, kind)]

    def qbit_argument_conversion(self, qubit_representation):
        """Returns the list of qubits that an argument means."""
        return self._resolve(qubit_representation, self.qubits, Qubit)

    def cbit_argument_conversion(self, clbit_representation):
        """Returns the list of classical bits that an argument means."""
        return self._resolve(clbit_representation, self.clbits, Clbit)

    # Instructions

    def append(self, instruction, qargs=None, cargs=None, *, copy=True):
        """Appends an instruction, gate, operator or circuit to the given bits, one per group if lists of bits are given."""
        if isinstance(instruction, CircuitInstruction):
            instruction, qargs, cargs = instruction.operation, instruction.qubits, instruction.clbits
        if not isinstance(instruction, Instruction):
            if not hasattr(instruction, "to_instruction"):
                raise CircuitError(f"object to append must be an Operation, but {type(instruction).__name__} was given; "
                                   "call a gate's class to make one, as in XGate().")
            instruction = instruction.to_instruction()
        groups = [self._resolve(argument, self.qubits, Qubit) for argument in ([] if qargs is None else qargs)]
        clbits = [self._resolve(argument, self.clbits, Clbit) for argument in ([] if cargs is None else cargs)]
        if copy and instruction.params:
            instruction = instruction.copy()
        added = []
        for qubits, bits in instruction.broadcast_arguments(groups, clbits):
            added.append(self._append(CircuitInstruction(instruction, qubits, bits)))
        return InstructionSet(added)

    def _append(self, line):
        if len(set(line.qubits)) != len(line.qubits) or len(set(line.clbits)) != len(line.clbits):
            raise CircuitError("duplicate bit arguments: "
                               f"'{line.name}' on {[self._places[bit] for bit in line.qubits + line.clbits]}")
        parameters = line.operation.free_parameters()
        if parameters:
            self._note_parameters(parameters)
        if self._open_blocks:
            self._open_blocks[-1].append(line)
        else:
            self.data.append(line)
        return line

    def _note_parameters(self, parameters):
        for parameter in parameters:
            if self._parameters.setdefault(parameter.name, parameter) != parameter:
                raise CircuitError(f"Name conflict on adding parameter: {parameter.name}")

    # Phase and parameters

    @property
    def global_phase(self):
        """The phase of the whole circuit, in [0, 2 pi)."""
        return self._global_phase

    @global_phase.setter
    def global_phase(self, angle):
        if isinstance(angle, ParameterExpression) and angle.parameters:
            self._note_parameters(angle.parameters)
            self._global_phase = angle
        else:
            self._global_phase = float(angle) % (2 * 3.141592653589793) if angle else 0.0

    def _free_parameters(self):
        found = set()
        for line in self.data:
            found |= line.operation.free_parameters()
        if isinstance(self._global_phase, ParameterExpression):
            found |= self._global_phase.parameters
        return found

    @property
    def parameters(self):
        """The free parameters, sorted by name; lists of values are read in this order."""
        return ParameterView(sorted_parameters(self._free_parameters()))

    @property
    def num_parameters(self):
        """How many free parameters there are."""
        return len(self._free_parameters())

    def get_parameter(self, name, default=...):
        """Returns the free parameter of that name."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        if default is ...:
            raise KeyError(f"no parameter named '{name}' is present")
        return default

    def has_parameter(self, name_or_param):
        """Says whether the circuit has this free parameter."""
        return any(name_or_param in (parameter, parameter.name) for parameter in self._free_parameters())

    def assign_parameters(self, parameters, inplace=False, *, flat_input=False, strict=True):
        """Gives values (numbers or formulas) to parameters: a dict, or a list in the order of :attr:`parameters`."""
        mapping = self._mapping(parameters, strict)
        target = self if inplace else self.copy()
        for index, line in enumerate(target.data):
            if line.operation.free_parameters() & mapping.keys():
                target.data[index] = line.replace(operation=line.operation.bound(mapping))
        if isinstance(target._global_phase, ParameterExpression):
            target.global_phase = bound_value(target._global_phase, mapping)
        target._parameters = {}
        target._note_parameters(target._free_parameters())
        return None if inplace else target

    def _mapping(self, values, strict):
        free = self._free_parameters()
        if not hasattr(values, "items"):
            values = values.tolist() if hasattr(values, "tolist") else list(values)
            if len(values) != len(free):
                raise ValueError(f"Mismatching number of values and parameters. For partial binding please pass a dictionary "
                                 f"of {{parameter: value}} pairs: the circuit has {len(free)} parameters, {len(values)} values came.")
            return {key: _number(value) for key, value in zip(sorted_parameters(free), values)}
        mapping = {}
        by_name = {parameter.name: parameter for parameter in free}
        for key, value in values.items():
            if isinstance(key, ParameterVector):
                if len(key) != len(value):
                    raise ValueError(f"ParameterVector {key.name} has length {len(key)}, but {len(value)} values were given.")
                mapping.update(zip(key, map(_number, value)))
            else:
                mapping[by_name.get(key, key) if isinstance(key, str) else key] = _number(value)
        unknown = [str(key) for key in mapping if key not in free]
        if unknown and strict:
            raise CircuitError(f"Cannot bind parameters ({', '.join(unknown)}) not present in the circuit.")
        return {key: value for key, value in mapping.items() if key in free}

    # Copies

    def copy(self, name=None):
        """Returns a copy that can be changed without changing this circuit."""
        twin = self.copy_empty_like(name)
        twin.data = list(self.data)
        twin._parameters = dict(self._parameters)
        return twin

    @staticmethod
    def _blank(*regs, **options):
        """Returns a plain circuit; the classes that are ready-made circuits are made in other ways."""
        return QuantumCircuit(*regs, **options)

    def copy_empty_like(self, name=None, **options):
        """Returns a circuit with the same bits, registers and phase, and no instructions."""
        twin = copying.copy(self)
        twin.qubits, twin.clbits, twin._places = list(self.qubits), list(self.clbits), dict(self._places)
        twin.qregs, twin.cregs = list(self.qregs), list(self.cregs)
        twin.data, twin._parameters, twin._open_blocks = [], {}, []
        twin.metadata = dict(self.metadata)
        if isinstance(self._global_phase, ParameterExpression):
            twin._note_parameters(self._global_phase.parameters)
        if name:
            twin.name = name
        return twin

    def clear(self):
        """Removes all instructions."""
        self.data.clear()
        self._parameters.clear()

    def __len__(self):
        return len(self.data)

    def __bool__(self):
        return True

    def __iter__(self):
        return iter(self.data)

    def __getitem__(self, item):
        return self.data[item]

    def __eq__(self, other):
        return (isinstance(other, QuantumCircuit) and self.num_qubits == other.num_qubits
                and self.num_clbits == other.num_clbits and self.cregs == other.cregs
                and _phases_agree(self.global_phase, other.global_phase)
                and self._by_wire() == other._by_wire())

    __hash__ = object.__hash__

    def __repr__(self):
        return f"<QuantumCircuit '{self.name}': {self.num_qubits} qubits, {self.num_clbits} clbits, {len(self.data)} instructions>"

    def __str__(self):
        return str(self.draw(output="text"))


class InstructionSet:
    """What a gate method returns: the instructions it appended."""

    def __init__(self, instructions):
        self.instructions = instructions

    def __len__(self):
        return len(self.instructions)

    def __getitem__(self, index):
        return self.instructions[index]

    def __iter__(self):
        return iter(self.instructions)


class ParameterView(list):
    """The parameters of a circuit, in order; compares and combines with sets."""

    def __eq__(self, other):
        return set(self) == set(other)

    def __ne__(self, other):
        return set(self) != set(other)

    __hash__ = None

    def __or__(self, other):
        return set(self) | set(other)

    def __and__(self, other):
        return set(self) & set(other)

    def __sub__(self, other):
        return set(self) - set(other)

    def __repr__(self):
        return f"ParameterView({list.__repr__(self)})"


def _number(value):
    if isinstance(value, (int, float, complex, ParameterExpression)):
        return value
    return value.item() if hasattr(value, "item") else float(value)


def _phases_agree(mine, other):
    if isinstance(mine, ParameterExpression) or isinstance(other, ParameterExpression):
        return mine == other
    return abs(mine - other) < 1e-10
