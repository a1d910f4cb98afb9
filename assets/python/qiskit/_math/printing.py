"""Prints numbers as numpy prints them: eight digits at most, columns of one width, ``1.+0.j`` for complex ones."""


def format_array(values, indent=0, separator=", "):
    """Writes nested lists of numbers as numpy's ``array2string`` does, continuation lines indented by `indent`."""
    flat = list(_leaves(values))
    if not flat:
        return "[]"
    texts = iter(_columns(flat))
    return _block(values, texts, indent + 1, separator)


def _leaves(values):
    for value in values:
        if isinstance(value, list):
            yield from _leaves(value)
        else:
            yield value


def _columns(flat):
    if any(isinstance(value, complex) for value in flat):
        real = _column([value.real for value in map(complex, flat)])
        imag = _column([abs(value.imag) for value in map(complex, flat)])
        signs = ["-" if str(value.imag).startswith("-") else "+" for value in map(complex, flat)]
        width = max(map(len, imag))
        return [f"{a}{s}{b.strip()}j".ljust(len(a) + width + 2) for a, s, b in zip(real, signs, imag)]
    if any(isinstance(value, float) for value in flat):
        return _column([float(value) for value in flat])
    width = max(len(str(value)) for value in flat)
    return [str(value).rjust(width) for value in flat]


def _column(numbers):
    """Aligns floats at the point; goes to scientific notation where numpy does."""
    sizes = [abs(number) for number in numbers if number]
    if sizes and (max(sizes) >= 1e8 or min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1e3 and min(sizes) < 1e-4):
        digits = max(len(_scientific(number).split("e")[0].split(".")[1]) for number in numbers)
        texts = [f"{number:.{digits}e}" for number in numbers]
    else:
        trimmed = [f"{number:.8f}".rstrip("0") for number in numbers]
        after = max(len(text.split(".")[1]) for text in trimmed)
        texts = [text.split(".")[0] + "." + text.split(".")[1].ljust(after) for text in trimmed]
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]


def _scientific(number):
    mantissa, exponent = f"{number:.8e}".split("e")
    return f"{mantissa.rstrip('0')}e{exponent}"


def _block(values, texts, indent, separator):
    if values and isinstance(values[0], list):
        gap = separator.rstrip() + "\n" + " " * indent
        return "[" + gap.join(_block(row, texts, indent + 1, separator) for row in values) + "]"
    lines, line = [], ""
    for value in values:
        text = next(texts)
        if line and indent + len(line) + len(text) > 74:
            lines.append(line.rstrip())
            line = ""
        line += text + separator
    lines.append(line[:len(line) - len(separator)])
    return "[" + ("\n" + " " * indent).join(lines) + "]"
