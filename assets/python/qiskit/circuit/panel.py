"""The cells of one layer of a text drawing, and how two cells become one."""

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_HEAVY = 16  # a heavy arm is its light bit shifted by four: classical wires and what leads to them
_GLYPHS = {
    "─": _LEFT | _RIGHT, "│": _UP | _DOWN, "┌": _DOWN | _RIGHT, "┐": _DOWN | _LEFT, "└": _UP | _RIGHT, "┘": _UP | _LEFT,
    "├": _UP | _DOWN | _RIGHT, "┤": _UP | _DOWN | _LEFT, "┬": _DOWN | _LEFT | _RIGHT, "┴": _UP | _LEFT | _RIGHT,
    "┼": _UP | _DOWN | _LEFT | _RIGHT,
    "═": (_LEFT | _RIGHT) * _HEAVY, "║": (_UP | _DOWN) * _HEAVY, "╬": (_UP | _DOWN | _LEFT | _RIGHT) * _HEAVY,
    "╩": (_UP | _LEFT | _RIGHT) * _HEAVY, "╦": (_DOWN | _LEFT | _RIGHT) * _HEAVY,
    "╥": _LEFT | _RIGHT | _DOWN * _HEAVY, "╨": _LEFT | _RIGHT | _UP * _HEAVY, "╫": _LEFT | _RIGHT | (_UP | _DOWN) * _HEAVY,
    "╪": (_LEFT | _RIGHT) * _HEAVY | _UP | _DOWN,
}
_BY_ARMS = {arms: glyph for glyph, arms in _GLYPHS.items()}


def united(one, other):
    """Returns the line character with the arms of both, or an empty text if one is no line or there is no such character."""
    if one == other or other == " ":
        return one
    if one == " ":
        return other
    if one not in _GLYPHS or other not in _GLYPHS:
        return ""
    return _BY_ARMS.get(_GLYPHS[one] | _GLYPHS[other], "")


def shared(upper, lower):
    """Returns the character for a lower edge of one wire and an upper edge of the next in one place.

    A line ends at the edge of a box: it gets no arm beyond it.
    """
    glyph = united(upper, lower)
    if glyph in _GLYPHS and upper != " " != lower:
        arms = _GLYPHS[glyph]
        for cell, arm in ((upper, _UP | _UP * _HEAVY), (lower, _DOWN | _DOWN * _HEAVY)):
            if not _GLYPHS[cell] & arm:
                arms &= ~arm
        return _BY_ARMS.get(arms, "")
    return glyph


class Panel:
    """Three rows of characters for each wire: above it, on it, below it."""

    def __init__(self, classical, width):
        self.width = width
        self.classical = classical
        self.rows = [([" "] * width, ["═" if heavy else "─"] * width, [" "] * width) for heavy in classical]

    @property
    def center(self):
        """The column that vertical lines run in."""
        return (self.width - 1) // 2

    def left_of(self, width):
        """Returns the first column of something of that width in the middle of the panel."""
        padding = self.width - width
        return padding // 2 + (padding & self.width & 1)

    def put(self, wire, row, column, text):
        """Writes a text into a row (0 above the wire, 1 on it, 2 below)."""
        self.rows[wire][row][column:column + len(text)] = list(text)

    def join(self, wire, row, column, glyph):
        """Adds a line's character to what is there."""
        cells = self.rows[wire][row]
        cells[column] = united(cells[column], glyph) or cells[column]

    def line(self, column, first, last, glyph="│"):
        """Draws a vertical line from below wire `first` to above wire `last`, through the wires between.

        Where a box ends already, its edge is left as it is.
        """
        for wire, row in ((first, 2), (last, 0)):
            if self.rows[wire][row][column] == " ":
                self.rows[wire][row][column] = glyph
        for wire in range(first + 1, last):
            for row in range(3):
                self.join(wire, row, column, glyph)

    def box(self, wires, texts, connected_up=False, connected_down=False, heavy_down=False):
        """Draws a box over a row of wires, with one text per wire; the texts have one length."""
        width = len(texts[0]) + 2
        left = self.left_of(width)
        top, bottom = list("┌" + "─" * (width - 2) + "┐"), list("└" + "─" * (width - 2) + "┘")
        middle = self.center - left
        if connected_up:
            top[middle] = "┴"
        if connected_down:
            bottom[middle] = "╥" if heavy_down else "┬"
        first, last = wires[0], wires[-1]
        for wire, text in zip(wires, texts):
            self.put(wire, 0, left, "".join(top) if wire == first else "│" + " " * (width - 2) + "│")
            self.put(wire, 1, left, ("╡" if self.classical[wire] else "┤") + text + ("╞" if self.classical[wire] else "├"))
            self.put(wire, 2, left, "".join(bottom) if wire == last else "│" + " " * (width - 2) + "│")
        return left, width
