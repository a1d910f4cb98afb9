"""Draws circuits as text, in the manner of Qiskit's text drawings.

Operations are placed in layers from the left; each layer is a :class:`Panel` of three rows of characters per wire. The lower row
of a wire and the upper row of the next share one line of text unless they would collide.
"""

from math import pi

from .instruction import ControlledGate
from .items import items_of
from .panel import Panel, shared
from .parameter import ParameterExpression


class TextDrawing:
    """The drawing: print it, or turn it into a text with ``str``."""

    def __init__(self, text):
        self._text = text

    def single_string(self):
        """Returns the drawing as one text."""
        return self._text

    def lines(self, line_length=None):
        """Returns the lines of the drawing."""
        return self._text.split("\n")

    def dump(self, filename, encoding=None):
        """Writes the drawing to a file."""
        with open(filename, "w", encoding=encoding or "utf-8") as file:
            file.write(self._text)

    def __str__(self):
        return self._text

    __repr__ = __str__

    def _repr_html_(self):
        from html import escape

        return f'<pre style="line-height: normal">{escape(self._text)}</pre>'


class Wires:
    """The rows of a drawing: which row each bit is in, and the label of each row."""

    def __init__(self, circuit, bundled, reverse, idle_shown):
        busy = {bit for line in circuit.data for bit in (*line.qubits, *line.clbits)}
        qubits = [(bit, name) for bit, name in zip(circuit.qubits, circuit.wire_names(circuit.qubits, circuit.qregs))
                  if idle_shown or bit in busy]
        names = circuit.wire_names(circuit.clbits, circuit.cregs)
        rows = [((bit,), f"{name}: ", False) for bit, name in qubits]
        classical = []
        in_registers = set()
        for register in circuit.cregs if bundled else ():
            in_registers.update(register)
            classical.append((tuple(register), f"{register.name}: {register.size}/", True))
        loose = [((bit,), f"{name}: ", True) for bit, name in zip(circuit.clbits, names) if bit not in in_registers]
        classical += [row for row in loose if idle_shown or row[0][0] in busy]
        if reverse:
            rows, classical = rows[::-1], classical[::-1]
        rows += classical
        self.labels = [label for _, label, _ in rows]
        self.classical = [is_classical for _, _, is_classical in rows]
        self.row = {bit: index for index, (bits, _, _) in enumerate(rows) for bit in bits}
        self.place = {bit: bits.index(bit) if len(bits) > 1 or label.endswith("/") else None
                      for bits, label, _ in rows for bit in bits}


def draw_text(circuit, fold=None, cregbundle=None, reverse_bits=False, initial_state=False, idle_wires=True,
              plot_barriers=True, filename=None):
    """Returns the drawing of a circuit; lines are folded at `fold` characters (80 by default, never at -1)."""
    wires = Wires(circuit, cregbundle is None or cregbundle, reverse_bits, bool(idle_wires))
    layers = _layers(items_of(circuit, wires, plot_barriers))
    panels = []
    for items in layers:
        panel = Panel(wires.classical, max(item.width for item in items))
        for item in items:
            item.draw(panel)
        panels.append(panel)
    labels = [label + _initial(initial_state, is_classical) for label, is_classical in zip(wires.labels, wires.classical)]
    lines = []
    if not isinstance(circuit.global_phase, float) or circuit.global_phase:
        lines.append(f"global phase: {angle_text(circuit.global_phase)}")
    lines += _folded(panels, labels, wires.classical, 80 if fold is None else fold)
    drawing = TextDrawing("\n".join(lines))
    if filename:
        drawing.dump(filename)
    return drawing


def _initial(shown, is_classical):
    return "" if not shown else "0 " if is_classical else "|0>"


def _layers(items):
    """Puts each item into the first layer after those its bits depend on where its wires are free."""
    reached, layers, taken = {}, [], []
    for item in items:
        span = set(range(item.first, item.last + 1))
        level = max((reached.get(bit, 0) for bit in item.bits), default=0)
        while level < len(layers) and taken[level] & span:
            level += 1
        if level == len(layers):
            layers.append([])
            taken.append(set())
        layers[level].append(item)
        taken[level] |= span
        reached.update(dict.fromkeys(item.bits, level + 1))
    return layers


def _folded(panels, labels, classical, fold):
    """Writes panels side by side, several lines of them if they do not fit."""
    longest = max(map(len, labels), default=0)
    head = Panel([False] * len(labels), longest)
    for wire, label in enumerate(labels):
        head.rows[wire][1][:] = list(label.rjust(longest))
    groups, used = [[]], longest
    for panel in panels:
        if fold and fold > 0 and groups[-1] and used + panel.width + 1 > fold:
            groups.append([])
            used = longest
        groups[-1].append(panel)
        used += panel.width
    lines = []
    for index, group in enumerate(groups):
        before, after = "«" if index else "", "»" if index < len(groups) - 1 else ""
        lines += [before + line + after for line in _joined([head, *group], len(labels))]
    return lines


def _joined(panels, wire_count):
    """Writes a group of panels as lines of text."""
    lines, lower = [], None
    for wire in range(wire_count):
        upper, middle, bottom = ([cell for panel in panels for cell in panel.rows[wire][row]] for row in range(3))
        if lower is None:
            lines.append(upper)
        elif _fit(lower, upper):
            lines[-1] = [shared(x, y) for x, y in zip(lower, upper)]
        else:
            lines[-1] = [_reaching_down(x, y) for x, y in zip(lower, upper)]
            lines.append([_reaching_up(y, x) for x, y in zip(lower, upper)])
        lines += [middle, bottom]
        lower = bottom
    return ["".join(line) for line in lines]


def _fit(lower, upper):
    """Says whether two rows can share one line."""
    for x, y in zip(lower, upper):
        if x in "┬╥" and y in "┴╨" or not shared(x, y):
            return False
    return True


def _reaching_down(cell, below):
    return cell if cell != " " or below not in "│║" else below


def _reaching_up(cell, above):
    return cell if cell != " " or above not in "│║┬╥" else {"┬": "│", "╥": "║"}.get(above, above)


def angle_text(value, digits=5):
    """Writes a parameter as drawings do: multiples of pi as fractions of it, other numbers with few digits."""
    if isinstance(value, ParameterExpression):
        return str(value)
    if isinstance(value, complex):
        if abs(value.imag) < 1e-12:
            return angle_text(value.real, digits)
        real = angle_text(value.real, digits) if abs(value.real) > 1e-12 else ""
        imag = angle_text(value.imag, digits)
        return f"{real}{'+' if real and not imag.startswith('-') else ''}{imag}j"
    if not isinstance(value, (int, float)):
        return str(value)
    if abs(value) < 1e-12:
        return "0"
    for denominator in (*range(1, 9), 9, 10, 12, 16):
        numerator = value / pi * denominator
        whole = round(numerator)
        if whole and abs(whole) <= 16 and abs(numerator - whole) < 1e-8:
            sign, whole = "-" if whole < 0 else "", abs(whole)
            return f"{sign}{whole if whole != 1 else ''}π{f'/{denominator}' if denominator != 1 else ''}"
    return f"{value:.{digits}g}"


_TITLES = {"sx": "√X", "sxdg": "√Xdg", "id": "I", "state_preparation": "State Preparation", "pauli": "Pauli"}


def title_of(operation):
    """Returns the text in an operation's box."""
    if operation.label and not isinstance(operation, ControlledGate):
        return operation.label
    gate = operation.base_gate if isinstance(operation, ControlledGate) else operation
    if isinstance(operation, ControlledGate) and (operation.label or gate.label):
        return operation.label or gate.label
    name = gate.name
    standard = gate.definition is None
    if isinstance(operation, ControlledGate) and name == "sx":
        title = "Sx"
    else:
        title = _TITLES.get(name, name[:1].upper() + name[1:] if standard else name)
    params = operation.params
    if name in ("unitary", "permutation") or not standard:
        params = []
    if name == "pauli":
        return f"{title}({params[0]})"
    shown = [angle_text(value) for value in params]
    if len(shown) > 16:
        shown = [*shown[:16], "..."]
    return f"{title}({','.join(shown)}{'[' + operation.unit + ']' if name == 'delay' else ''})" if shown else title
