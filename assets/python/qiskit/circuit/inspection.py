"""Questions to a circuit: sizes, counts, depth; its drawing and its description for the canvas."""

from collections import Counter, OrderedDict

from .parameter import ParameterExpression


class Inspection:
    """Answers questions about the circuit that inherits it."""

    __slots__ = ()

    @property
    def num_qubits(self):
        """How many qubits there are."""
        return len(self.qubits)

    @property
    def num_clbits(self):
        """How many classical bits there are."""
        return len(self.clbits)

    @property
    def layout(self):
        """None: circuits are never laid out on a device here."""
        return None

    @property
    def num_ancillas(self):
        """How many qubits are in ancilla registers."""
        return len(self.ancillas)

    def width(self):
        """Returns the number of wires."""
        return len(self.qubits) + len(self.clbits)

    def size(self, filter_function=lambda line: not line.operation._directive):
        """Returns the number of instructions, barriers aside."""
        return sum(map(bool, map(filter_function, self.data)))

    def depth(self, filter_function=lambda line: not line.operation._directive):
        """Returns the length of the longest path through the circuit, barriers aside."""
        levels = dict.fromkeys(self._places, 0)
        for line in self.data:
            bits = (*line.qubits, *line.clbits, *line.operation.condition_bits)
            reached = max((levels[bit] for bit in bits), default=0) + bool(filter_function(line))
            levels.update(dict.fromkeys(bits, reached))
        return max(levels.values(), default=0)

    def count_ops(self):
        """Returns how often each operation occurs, the most frequent first."""
        counts = Counter(line.name for line in self.data)
        return OrderedDict(sorted(counts.items(), key=lambda item: item[1], reverse=True))

    def num_nonlocal_gates(self):
        """Returns the number of gates on more than one qubit."""
        return sum(len(line.qubits) > 1 and not line.operation._directive for line in self.data)

    def get_instructions(self, name):
        """Returns the instructions of that name."""
        return [line for line in self.data if line.name == name]

    def num_connected_components(self, unitary_only=False):
        """Returns how many groups of wires have nothing to do with each other."""
        wires = self.qubits if unitary_only else self.qubits + self.clbits
        group = {bit: bit for bit in wires}

        def root(bit):
            while group[bit] is not bit:
                bit = group[bit]
            return bit

        for line in self.data:
            bits = line.qubits if unitary_only else line.qubits + line.clbits
            if not line.operation._directive:
                for bit in bits[1:]:
                    group[root(bit)] = root(bits[0])
        return len({id(root(bit)) for bit in wires})

    num_tensor_factors = num_connected_components

    def _by_wire(self):
        """Returns what happens on each wire in order: equal for circuits that differ only in the order of independent gates."""
        sequences = {(type(bit).__name__, index): [] for row in (self.qubits, self.clbits) for index, bit in enumerate(row)}
        places = dict(zip(self.qubits + self.clbits, sequences))
        for line in self.data:
            wires = [places[bit] for bit in (*line.qubits, *line.clbits)]
            entry = (line.operation, [(wire, len(sequences[wire])) for wire in wires])
            for wire in wires:
                sequences[wire].append(entry)
        return list(sequences.values())

    def draw(self, output=None, *, filename=None, fold=None, cregbundle=None, reverse_bits=False, initial_state=False,
             idle_wires=True, plot_barriers=True, **options):
        """Returns the drawing as text; other outputs of Qiskit's (``mpl``, ``latex``) are drawn as text too."""
        from .drawing import draw_text

        return draw_text(self, fold=fold, cregbundle=cregbundle, reverse_bits=reverse_bits, initial_state=initial_state,
                         idle_wires=idle_wires, plot_barriers=plot_barriers, filename=filename)

    def to_preview(self):
        """Returns the description that the workbench's canvas draws: wires, gates in order, and the drawing as text.

        ``{"quantum": {"qubits": 2, "clbits": 0, "qubit_names": [...], "clbit_names": [...], "gates": [{"name", "label",
        "qubits", "params", "clbits", "controls"}], "text"}}``: qubits and clbits of a gate are indices, the first `controls` of its qubits
        are controls, its params are numbers or formulas as text.
        """
        gates = []
        for line in self.data:
            operation = line.operation
            gates.append({
                "name": operation.name,
                "label": operation.label or "",
                "qubits": [self._places[bit] for bit in line.qubits],
                "params": [_shown(value) for value in operation.params if isinstance(value, (int, float, ParameterExpression))],
                "clbits": [self._places[bit] for bit in line.clbits],
                "controls": getattr(operation, "num_ctrl_qubits", 0),
            })
        return {"quantum": {
            "qubits": self.num_qubits,
            "clbits": self.num_clbits,
            "qubit_names": self.wire_names(self.qubits, self.qregs),
            "clbit_names": self.wire_names(self.clbits, self.cregs),
            "gates": gates,
            "text": str(self.draw(fold=-1)),
        }}

    def wire_names(self, bits, registers):
        """Returns the names of wires as drawings show them: ``q_0``, or ``q`` for a register of one bit."""
        names = []
        for index, bit in enumerate(bits):
            register = next((register for register in registers if bit in register), None)
            if register is None:
                names.append(str(index))
            else:
                names.append(register.name if register.size == 1 else f"{register.name}_{register.index(bit)}")
        return names


def _shown(value):
    if isinstance(value, ParameterExpression):
        return str(value) if value.parameters else float(value)
    return value
