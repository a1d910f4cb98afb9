"""New circuits from old ones: composition, tensor products, inverse, powers, control, conversion to gates."""

from ..exceptions import CircuitError, QiskitError
from .bits import QuantumRegister
from .instruction import Gate, Instruction
from .line import CircuitInstruction
from .parameter import ParameterExpression


class Transformations:
    """Makes circuits from the circuit that inherits it."""

    __slots__ = ()

    def compose(self, other, qubits=None, clbits=None, front=False, inplace=False, wrap=False, *, copy=True,
                inline_captures=False, var_remap=None):
        """Returns this circuit followed by another circuit, instruction or operator on the given bits."""
        target = self if inplace else self.copy()
        if not hasattr(other, "data") or not hasattr(other, "qregs"):
            if not isinstance(other, Instruction) and not hasattr(other, "to_instruction"):
                raise CircuitError(f"cannot compose a circuit with {other!r}")
            operation = other if isinstance(other, Instruction) else other.to_instruction()
            wrapped = self._blank(operation.num_qubits, operation.num_clbits)
            wrapped.append(operation, range(operation.num_qubits), range(operation.num_clbits))
            other = wrapped
        mapping = _bit_map(target, other, qubits, clbits)
        if wrap:
            operation = other.to_gate() if not other.clbits and _is_unitary(other) else other.to_instruction()
            moved = [CircuitInstruction(operation, [mapping[bit] for bit in other.qubits], [mapping[bit] for bit in other.clbits])]
        else:
            moved = [_moved(line, mapping) for line in other.data]
            if _nonzero(other.global_phase):
                target.global_phase = target.global_phase + other.global_phase
        target._note_parameters(other._free_parameters())
        if front:
            target.data[:0] = moved
        else:
            for line in moved:
                target._append(line)
        return None if inplace else target

    def tensor(self, other, inplace=False):
        """Returns the circuit with `other` on the first wires and this circuit on the wires above."""
        registers = _joined_registers(other, self)
        joined = self._blank(*registers, name=self.name)
        joined.compose(other, range(other.num_qubits), range(other.num_clbits), inplace=True)
        joined.compose(self, range(other.num_qubits, joined.num_qubits), range(other.num_clbits, joined.num_clbits), inplace=True)
        if inplace:
            self.__dict__.update(joined.__dict__)
            return None
        return joined

    def inverse(self, annotated=False):
        """Returns the circuit that undoes this one."""
        twin = self.copy_empty_like(self.name + "_dg")
        twin.global_phase = -self.global_phase
        for line in reversed(self.data):
            twin._append(line.replace(operation=line.operation.inverse()))
        return twin

    def reverse_ops(self):
        """Returns the circuit with its instructions in the opposite order, not inverted."""
        twin = self.copy_empty_like(self.name + "_reverse")
        for line in reversed(self.data):
            twin._append(line.replace(operation=line.operation.reverse_ops()))
        return twin

    def reverse_bits(self):
        """Returns the circuit with the order of its wires turned round."""
        twin = self._blank(list(reversed(self.qubits)), list(reversed(self.clbits)), name=self.name, global_phase=self.global_phase)
        if len(self.qregs) == 1 and len(self.cregs) <= 1:
            twin = self._blank(*self.qregs, *self.cregs, name=self.name, global_phase=self.global_phase)
        count, bits = self.num_qubits, self.num_clbits
        for line in self.data:
            twin._append(line.replace(qubits=[twin.qubits[count - 1 - self._places[bit]] for bit in line.qubits],
                                      clbits=[twin.clbits[bits - 1 - self._places[bit]] for bit in line.clbits]))
        return twin

    def repeat(self, reps, *, insert_barriers=False):
        """Returns this circuit `reps` times in a row, each time as one block."""
        repeated = self._blank(*self.qregs, *self.cregs, name=f"{self.name}**{reps}")
        repeated.add_bits([bit for bit in self.qubits + self.clbits if bit not in repeated._places])
        if reps > 0:
            block = self.to_gate() if _is_unitary(self) else self.to_instruction()
            for index in range(int(reps)):
                repeated._append(CircuitInstruction(block, repeated.qubits, repeated.clbits))
                if insert_barriers and index != reps - 1:
                    repeated.barrier()
        return repeated

    def power(self, power, matrix_power=False, annotated=False):
        """Returns the circuit to a power: repeated for whole numbers, else by the power of its matrix."""
        if power == int(power) and not matrix_power:
            return self.repeat(int(power)) if power >= 0 else self.inverse().repeat(-int(power))
        if self.num_parameters:
            raise CircuitError("Cannot raise a parameterized circuit to a non-positive power or matrix-power; bind its parameters first.")
        raised = self._blank(self.qubits, *self.qregs, name=f"{self.name}**{power}")
        raised.append(self.to_gate().power(power), raised.qubits)
        return raised

    def control(self, num_ctrl_qubits=1, label=None, ctrl_state=None, annotated=False):
        """Returns the circuit under control qubits, which come first."""
        gate = self.to_gate().control(num_ctrl_qubits, label, ctrl_state)
        circuit = self._blank(QuantumRegister(num_ctrl_qubits, "control"), *self.qregs, name=f"c_{self.name}")
        circuit.append(gate, circuit.qubits)
        return circuit

    def to_gate(self, parameter_map=None, label=None):
        """Returns the circuit as one gate."""
        if self.clbits:
            raise QiskitError("Circuit with classical bits cannot be converted to gate.")
        for line in self.data:
            if not isinstance(line.operation, Gate) and not line.operation._directive:
                raise QiskitError("One or more instructions cannot be converted to a gate. "
                                   f'"{line.name}" is not a gate instance')
        circuit = self.assign_parameters(parameter_map) if parameter_map else self.copy()
        return Gate(self.name, self.num_qubits, list(circuit.parameters), label, definition=circuit)

    def to_instruction(self, parameter_map=None, label=None):
        """Returns the circuit as one instruction."""
        circuit = self.assign_parameters(parameter_map) if parameter_map else self.copy()
        if not self.clbits and _is_unitary(self):
            return Gate(self.name, self.num_qubits, list(circuit.parameters), label, definition=circuit)
        return Instruction(self.name, self.num_qubits, self.num_clbits, list(circuit.parameters), label, circuit)

    def decompose(self, gates_to_decompose=None, reps=1):
        """Returns the circuit with composite instructions replaced by what they consist of; standard gates stay."""
        circuit = self
        for _ in range(reps):
            circuit = circuit._decomposed_once(gates_to_decompose)
        return circuit

    def _decomposed_once(self, chosen):
        twin = self.copy_empty_like()
        names = [chosen] if isinstance(chosen, str) else chosen
        for line in self.data:
            definition = line.operation.definition
            if definition is None or names is not None and not _chosen(line.operation, names):
                twin._append(line)
                continue
            mapping = dict(zip(definition.qubits, line.qubits)) | dict(zip(definition.clbits, line.clbits))
            if _nonzero(definition.global_phase):
                twin.global_phase = twin.global_phase + definition.global_phase
            for inner in definition.data:
                twin._append(_moved(inner, mapping))
        return twin


def _chosen(operation, names):
    return any(operation.name == name or operation.label == name or isinstance(name, type) and isinstance(operation, name)
               for name in names)


def _nonzero(phase):
    return isinstance(phase, ParameterExpression) or phase != 0


def _is_unitary(circuit):
    return not circuit.clbits and all(isinstance(line.operation, Gate) or line.operation._directive for line in circuit.data)


def _moved(line, mapping):
    operation = line.operation
    if operation.with_bits is not None:
        operation = operation.with_bits(mapping)
    return CircuitInstruction(operation, [mapping[bit] for bit in line.qubits], [mapping[bit] for bit in line.clbits])


def _bit_map(target, other, qubits, clbits):
    """Pairs the bits of `other` with bits of `target`."""
    if other.num_qubits > target.num_qubits or other.num_clbits > target.num_clbits:
        raise CircuitError("Trying to compose with another QuantumCircuit which has more 'in' edges: "
                           f"{other.num_qubits} qubits and {other.num_clbits} classical bits do not fit onto "
                           f"{target.num_qubits} and {target.num_clbits}.")
    mapping = {}
    for chosen, theirs, mine, resolve, word in (
            (qubits, other.qubits, target.qubits, target.qbit_argument_conversion, "qubits"),
            (clbits, other.clbits, target.clbits, target.cbit_argument_conversion, "clbits")):
        bits = mine[:len(theirs)] if chosen is None else resolve(chosen)
        if len(bits) != len(theirs):
            raise CircuitError(f"Number of items in {word} parameter ({len(bits)}) does not match number of {word} "
                               f"in the circuit ({len(theirs)}).")
        if len(set(bits)) != len(bits):
            raise CircuitError(f"Duplicate {word} referenced in '{word}' parameter.")
        mapping.update(zip(theirs, bits))
    return mapping


def _joined_registers(lower, upper):
    """Returns registers for two circuits side by side, under new names where names or bits clash."""
    registers = []
    for mine in (lower.qregs, lower.cregs), (upper.qregs, upper.cregs):
        for group in mine:
            registers += group
    if all(len(circuit.qregs) <= 1 and len(circuit.cregs) <= 1 for circuit in (lower, upper)):
        names = [register.name for register in registers]
        if len(set(names)) != len(names):
            from .bits import ClassicalRegister

            joined = [QuantumRegister(lower.num_qubits + upper.num_qubits, "q")]
            if lower.num_clbits + upper.num_clbits:
                joined.append(ClassicalRegister(lower.num_clbits + upper.num_clbits, "c"))
            return joined
    fresh, taken = [], set()
    for register in registers:
        name, number = register.name, 0
        while name in taken:
            name, number = f"{register.name}{number}", number + 1
        taken.add(name)
        fresh.append(type(register)(register.size, name))
    return fresh
