"""Conditions and loops inside circuits: ``if_test``, ``while_loop``, ``for_loop``, as calls or as ``with`` blocks.

Conditions compare a classical bit or register with a number, as in ``(clbit, 1)`` or ``(register, 3)``.
"""

from .._subset import SubsetObject
from ..exceptions import CircuitError
from .bits import Clbit, Register
from .instruction import Instruction
from .line import CircuitInstruction


class ControlFlowOp(Instruction):
    """An instruction that runs other instructions; its blocks are circuits over the bits of the circuit around it."""

    def __init__(self, name, blocks, condition=None):
        self.blocks = tuple(block for block in blocks if block is not None)
        self.condition = condition
        first = self.blocks[0]
        super().__init__(name, first.num_qubits, first.num_clbits, [])

    @property
    def condition_bits(self):
        """The classical bits the condition reads."""
        return () if self.condition is None else tuple(normalized(self.condition)[0])

    def with_bits(self, mapping):
        """Returns the same instruction for other bits, as composition needs it."""
        twin = self.copy()
        twin.blocks = tuple(_moved_block(block, mapping) for block in self.blocks)
        if self.condition is not None:
            bits, wanted = normalized(self.condition)
            moved = [mapping.get(bit, bit) for bit in bits]
            target = self.condition[0]
            if moved != list(bits):
                target = moved[0] if len(moved) == 1 and isinstance(target, Clbit) else _LooseBits(moved)
            twin.condition = (target, wanted)
        return twin

    def free_parameters(self):
        """Returns the parameters of all blocks."""
        return set().union(*(block._free_parameters() for block in self.blocks))

    def bound(self, mapping):
        """Returns a copy with parameters replaced by values."""
        twin = self.copy()
        twin.blocks = tuple(
            block.assign_parameters({key: value for key, value in mapping.items() if key in block._free_parameters()})
            for block in self.blocks)
        return twin

    def broadcast_arguments(self, qargs, cargs):
        """Yields all bits as one group."""
        yield [bit for group in qargs for bit in group], [bit for group in cargs for bit in group]


class IfElseOp(ControlFlowOp):
    """Runs one block where the condition holds, and the other, if there is one, elsewhere."""

    def __init__(self, condition, true_body, false_body=None, label=None):
        super().__init__("if_else", (true_body, false_body), condition)

    def run_on(self, runner, branches, places):
        """Runs the block that fits each branch."""
        held, others = runner.where(branches, normalized(self.condition), places)
        if held:
            held = runner.run(self.blocks[0].data, held, places)
        if others and len(self.blocks) > 1:
            others = runner.run(self.blocks[1].data, others, places)
        return held + others


class WhileLoopOp(ControlFlowOp):
    """Repeats a block while the condition holds."""

    def __init__(self, condition, body, label=None):
        super().__init__("while_loop", (body,), condition)

    def run_on(self, runner, branches, places):
        """Repeats the block on the branches where the condition holds."""
        return runner.loop(branches, normalized(self.condition), self.blocks[0], places)


class ForLoopOp(ControlFlowOp):
    """Runs a block once for each index, which may be the value of a parameter."""

    def __init__(self, indexset, loop_parameter, body, label=None):
        self.indexset, self.loop_parameter = list(indexset), loop_parameter
        super().__init__("for_loop", (body,))

    def free_parameters(self):
        """Returns the parameters of the block without the loop's own."""
        return super().free_parameters() - {self.loop_parameter}

    def run_on(self, runner, branches, places):
        """Runs the block for each index."""
        for value in self.indexset:
            body = self.blocks[0]
            if self.loop_parameter is not None and self.loop_parameter in body._free_parameters():
                body = body.assign_parameters({self.loop_parameter: value})
            branches = runner.run(body.data, branches, places)
        return branches


class _LooseBits(list):
    """Classical bits that a register's condition was moved to."""


class BlockContext(SubsetObject):
    """The ``with`` block of a condition or loop: gathers what is appended inside."""

    def __init__(self, circuit, make, value=None):
        self._circuit, self._make, self._value = circuit, make, value
        self._line = None

    def __enter__(self):
        self._circuit._open_blocks.append([])
        return self if self._value is None else self._value

    def __exit__(self, kind, error, trace):
        lines = self._circuit._open_blocks.pop()
        if kind is None:
            self._line = append_flow(self._circuit, self._make(block_of(self._circuit, lines)))
        return False


class IfContext(BlockContext):
    """What ``with circuit.if_test(...) as else_:`` gives: calling it, as in ``with else_:``, opens the other block."""

    def __enter__(self):
        super().__enter__()
        return ElseContext(self)


class ElseContext(BlockContext):
    """The other block of a condition."""

    def __init__(self, opened):
        self._opened = opened

    def __enter__(self):
        circuit = self._opened._circuit
        circuit._open_blocks.append([])
        return self

    def __exit__(self, kind, error, trace):
        circuit, line = self._opened._circuit, self._opened._line
        lines = circuit._open_blocks.pop()
        if kind is None:
            target = circuit._open_blocks[-1] if circuit._open_blocks else circuit.data
            target.remove(line)
            operation = IfElseOp(line.operation.condition, line.operation.blocks[0], block_of(circuit, lines))
            append_flow(circuit, operation)
        return False


def normalized(condition):
    """Returns a condition as its bits, lowest first, and the number they must be."""
    try:
        target, value = condition
    except TypeError:
        raise CircuitError("This subset of Qiskit takes conditions of the form (clbit, 0 or 1) or (register, number); "
                           f"got {condition!r}.") from None
    if isinstance(target, Clbit):
        return [target], int(value)
    if isinstance(target, (Register, _LooseBits)):
        return list(target), int(value)
    raise CircuitError(f"A condition needs a classical bit or register, but {target!r} was given.")


def block_of(circuit, lines):
    """Returns lines as a circuit over all bits of the circuit around them."""
    block = circuit.copy_empty_like("block")
    block.global_phase = 0
    block.data = list(lines)
    block._note_parameters(block._free_parameters())
    return block


def append_flow(circuit, operation):
    """Appends a condition or loop over the bits that its blocks use."""
    qubits, clbits = set(), set(operation.condition_bits)
    for block in operation.blocks:
        for line in block.data:
            qubits.update(line.qubits)
            clbits.update(line.clbits)
    ordered = [[bit for bit in row if bit in used] for row, used in ((circuit.qubits, qubits), (circuit.clbits, clbits))]
    operation._num_qubits, operation._num_clbits = map(len, ordered)
    return circuit._append(CircuitInstruction(operation, *ordered))


def _moved_block(block, mapping):
    twin = block.copy_empty_like()
    twin._places = {}
    twin.data = []
    for line in block.data:
        operation = line.operation.with_bits(mapping) if line.operation.with_bits is not None else line.operation
        twin.data.append(CircuitInstruction(operation, [mapping.get(bit, bit) for bit in line.qubits],
                                            [mapping.get(bit, bit) for bit in line.clbits]))
    return twin


class ControlFlow:
    """Adds the control flow methods to the circuit that inherits it."""

    __slots__ = ()

    def _checked(self, condition):
        bits, _ = normalized((self.clbits[condition[0]], condition[1]) if isinstance(condition[0], int) else condition)
        for bit in bits:
            self.find_bit(bit)
        return (bits[0], condition[1]) if isinstance(condition[0], int) else condition

    def _body(self, body, qubits, clbits):
        """Returns a given body over this circuit's bits."""
        lines = self.copy_empty_like()
        lines.global_phase = 0
        lines.compose(body, qubits, clbits, inplace=True)
        return lines

    def if_test(self, condition, true_body=None, qubits=None, clbits=None, *, label=None):
        """Runs a body where a condition holds; without a body it opens a ``with`` block."""
        condition = self._checked(condition)
        if true_body is None:
            return IfContext(self, lambda block: IfElseOp(condition, block))
        return append_flow(self, IfElseOp(condition, self._body(true_body, qubits, clbits)))

    def if_else(self, condition, true_body, false_body, qubits=None, clbits=None, label=None):
        """Runs one body where a condition holds and another elsewhere."""
        operation = IfElseOp(self._checked(condition), self._body(true_body, qubits, clbits), self._body(false_body, qubits, clbits))
        return append_flow(self, operation)

    def while_loop(self, condition, body=None, qubits=None, clbits=None, *, label=None):
        """Repeats a body while a condition holds; without a body it opens a ``with`` block."""
        condition = self._checked(condition)
        if body is None:
            return BlockContext(self, lambda block: WhileLoopOp(condition, block))
        return append_flow(self, WhileLoopOp(condition, self._body(body, qubits, clbits)))

    def for_loop(self, indexset, loop_parameter=None, body=None, qubits=None, clbits=None, *, label=None):
        """Runs a body for each index; without a body it opens a ``with`` block that gives the loop's parameter."""
        from .parameter import Parameter

        if body is None:
            parameter = loop_parameter or Parameter("_loop_%d" % len(self.data))
            return BlockContext(self, lambda block: ForLoopOp(indexset, parameter, block), value=parameter)
        return append_flow(self, ForLoopOp(indexset, loop_parameter, self._body(body, qubits, clbits)))
