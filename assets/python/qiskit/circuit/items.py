"""What can stand in a layer of a text drawing: boxes, dots joined by a line, measurements, barriers."""

from .controlflow import normalized
from .instruction import ControlledGate

_DOTTED = {"z", "p", "u1"}


class Item:
    """One drawn operation: the wires it spans, how wide it is and the bits it must keep in order."""

    bits = frozenset()

    def __init__(self, first, last, width):
        self.first, self.last, self.width = first, last, width


class Box(Item):
    """A box over some wires, with control dots outside it."""

    def __init__(self, rows, title, controls=(), numbered=True):
        self.rows = list(range(min(rows), max(rows) + 1))
        self.controls = dict(controls)
        self.texts = self._texts(rows, title, numbered)
        every = [*self.rows, *self.controls]
        super().__init__(min(every), max(every), len(self.texts[0]) + 2)

    def _texts(self, rows, title, numbered):
        if len(self.rows) == 1:
            return [f" {title} "]
        place = {row: str(index) for index, row in enumerate(rows)} if numbered else {}
        marks = [place.get(row, {1: "■", 0: "o"}.get(self.controls.get(row), "")) for row in self.rows]
        margin = max(map(len, marks)) + 1 if numbered else 1
        width = margin + len(title) + 1
        texts = [mark.ljust(width) for mark in marks]
        middle = len(self.rows) // 2
        self.title_row = self.rows[middle] if len(self.rows) % 2 else None
        if self.title_row is None:
            self.between = (self.rows[middle - 1], " " * margin + title + " ")
        else:
            texts[middle] = marks[middle].ljust(margin) + title + " "
        return texts

    title_row = between = None

    def draw(self, panel):
        """Draws box, dots and the lines between them."""
        top, bottom = self.rows[0], self.rows[-1]
        above = [row for row in self.controls if row < top]
        below = [row for row in self.controls if row > bottom]
        left, _ = panel.box(self.rows, self.texts, bool(above), bool(below))
        if self.between:
            row, text = self.between
            panel.put(row, 2, left + 1, text)
            panel.put(row + 1, 0, left + 1, text)
        for group, far, edge in ((above, min, top), (below, max, bottom)):
            if group:
                start = far(group)
                _dots(panel, panel.center, {row: self.controls[row] for row in group}, *sorted((start, edge)))


class Dots(Item):
    """Characters on wires joined by a line, with a text beside it."""

    def __init__(self, marks, text=""):
        self.marks, self.text = marks, text
        super().__init__(min(marks), max(marks), len(text) + 2 if text else 3)

    def draw(self, panel):
        """Draws the line, the characters and the text."""
        column = panel.left_of(self.width) + 1 if self.text else panel.center
        _dots(panel, column, self.marks, self.first, self.last)
        if self.text:
            panel.put(self.last, 0, column + 1, self.text)


class Measurement(Item):
    """A measurement: a box and a line down to its classical bit."""

    def __init__(self, row, target, place):
        self.row, self.target, self.place = row, target, place
        super().__init__(row, target, 3 if place is None else max(3, len(str(place)) + 2))

    def draw(self, panel):
        """Draws box, line and the number of the bit in its register."""
        panel.box([self.row], ["M"], connected_down=True, heavy_down=True)
        panel.line(panel.center, self.row, self.target, "║")
        panel.put(self.target, 1, panel.center, "╩")
        if self.place is not None:
            panel.put(self.target, 2, panel.center, str(self.place))


class Fence(Item):
    """A barrier."""

    def __init__(self, rows, label=None):
        self.rows, self.label = rows, label
        super().__init__(min(rows), max(rows), max(3, len(label or "") + 2))

    def draw(self, panel):
        """Draws the barrier over its wires."""
        for row in self.rows:
            for part in range(3):
                panel.put(row, part, panel.center, "░")
        if self.label:
            panel.put(self.first, 0, panel.left_of(len(self.label)), self.label)


class Sign(Item):
    """A text on one wire, such as a reset."""

    def __init__(self, row, text):
        self.row, self.text = row, text
        super().__init__(row, row, len(text) + 2)

    def draw(self, panel):
        """Writes the text onto the wire."""
        panel.put(self.row, 1, panel.left_of(len(self.text)), self.text)


def items_of(circuit, wires, barriers_shown=True):
    """Returns the items of a circuit's instructions: those that could be first come first."""
    found = []
    for line in circuit.data:
        bits = frozenset((*line.qubits, *line.clbits, *line.operation.condition_bits))
        for item in _items(line, wires, barriers_shown):
            item.bits = item.bits or bits
            found.append(item)
    levels = {}
    for item in found:
        item.level = max((levels.get(bit, 0) for bit in item.bits), default=0) + 1
        levels.update(dict.fromkeys(item.bits, item.level))
    return sorted(found, key=lambda item: item.level)


def _items(line, wires, barriers_shown):
    from .drawing import angle_text, title_of

    operation, name = line.operation, line.operation.name
    rows = [wires.row[bit] for bit in line.qubits]
    if operation._directive:
        return [Fence(rows, operation.label)] if barriers_shown and rows else []
    if operation.run_on is not None:
        return _flow(line, wires, barriers_shown)
    if name == "measure":
        return [Measurement(rows[0], wires.row[line.clbits[0]], wires.place[line.clbits[0]])]
    if name == "reset":
        return [Sign(rows[0], "|0>")]
    if not rows:
        return []
    if name == "swap":
        return [Dots(dict.fromkeys(rows, "X"))]
    if name == "rzz":
        return [Dots(dict.fromkeys(rows, "■"), f"ZZ({angle_text(operation.params[0])}) ")]
    if isinstance(operation, ControlledGate):
        dots = {rows[index]: "■" if value else "o" for index, value in operation.controls()}
        targets = rows[operation.num_ctrl_qubits:]
        base = operation.base_gate.name
        if base in _DOTTED and not operation.label:
            text = "" if base == "z" else f"{'U1' if base == 'u1' else 'P'}({angle_text(operation.params[0])}) "
            return [Dots({**dots, targets[0]: "■"}, text)]
        if base == "swap":
            return [Dots({**dots, **dict.fromkeys(targets, "X")})]
        return [Box(targets, title_of(operation), {row: int(mark == "■") for row, mark in dots.items()})]
    if line.clbits:
        rows = rows + [wires.row[bit] for bit in line.clbits]
        return [Box(sorted(set(rows)), title_of(operation), numbered=False)]
    return [Box(rows, title_of(operation))]


def _flow(line, wires, barriers_shown):
    """Draws a condition or loop as a box that opens, its block, and a box that closes."""
    operation = line.operation
    rows = sorted({wires.row[bit] for bit in line.qubits})
    if not rows:
        return []
    if operation.condition is None:
        opening = f"For {len(operation.indexset)}×"
    else:
        target, (bits, value) = operation.condition[0], normalized(operation.condition)
        shown = getattr(target, "name", None) or wires_label(bits[0], wires)
        opening = f"{'If' if operation.name == 'if_else' else 'While'} {shown}={value}"
    found = [Box(rows, opening, numbered=False)]
    for index, block in enumerate(operation.blocks):
        if index:
            found.append(Box(rows, "Else", numbered=False))
        for inner in block.data:
            found += _items(inner, wires, barriers_shown)
    return [*found, Box(rows, "End", numbered=False)]


def wires_label(bit, wires):
    """Returns the name of a classical bit as a drawing shows it."""
    label = wires.labels[wires.row[bit]].split(":")[0]
    return label if wires.place[bit] is None else f"{label}[{wires.place[bit]}]"


def _dots(panel, column, marks, first, last):
    panel.line(column, first, last)
    for row, mark in marks.items():
        panel.put(row, 1, column, {0: "o", 1: "■"}.get(mark, mark))
