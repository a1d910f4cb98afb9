"""CircuitInstruction: one line of a circuit."""


class CircuitInstruction:
    """One line of a circuit: an operation and the bits it acts on."""

    __slots__ = ("operation", "qubits", "clbits")

    def __init__(self, operation, qubits=(), clbits=()):
        self.operation, self.qubits, self.clbits = operation, tuple(qubits), tuple(clbits)

    @property
    def name(self):
        """The operation's name."""
        return self.operation.name

    @property
    def params(self):
        """The operation's parameters."""
        return self.operation.params

    @property
    def label(self):
        """The operation's label."""
        return self.operation.label

    @property
    def matrix(self):
        """The operation's matrix, if it is a gate."""
        return self.operation.to_matrix() if self.operation.steps is not None else None

    def is_controlled_gate(self):
        """Says whether the operation is a controlled gate."""
        return hasattr(self.operation, "num_ctrl_qubits")

    def replace(self, operation=None, qubits=None, clbits=None):
        """Returns a copy with some parts replaced."""
        return CircuitInstruction(operation or self.operation, self.qubits if qubits is None else qubits,
                                  self.clbits if clbits is None else clbits)

    def __eq__(self, other):
        return (isinstance(other, CircuitInstruction) and self.operation == other.operation
                and self.qubits == other.qubits and self.clbits == other.clbits)

    def __repr__(self):
        return f"CircuitInstruction(operation={self.operation!r}, qubits={self.qubits!r}, clbits={self.clbits!r})"
