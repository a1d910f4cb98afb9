"""LaTeX's source of a state in kets."""

from fractions import Fraction
from math import isclose


def ket_latex(vector, qubit_count):
    """Returns the source of ``a |00\\rangle + b |01\\rangle …``, without the terms that vanish."""
    text = ""
    for index, value in enumerate(vector):
        if abs(value) < 1e-12:
            continue
        factor = _number(value)
        sign = "-" if factor.startswith("-") else "+"
        body = factor.lstrip("-")
        if body == "1":
            body = ""
        ket = f"|{format(index, f'0{qubit_count}b')}\\rangle"
        lead = ("-" if sign == "-" else "") if not text else f" {sign} "
        text += f"{lead}{body} {ket}" if body else f"{lead}{ket}"
    return text or "0"


def _number(value):
    if abs(value.imag) < 1e-12:
        return _real(value.real)
    if abs(value.real) < 1e-12:
        text = _real(value.imag)
        return {"1": "i", "-1": "-i"}.get(text, text + " i")
    size = _real(abs(value.imag))
    return f"({_real(value.real)} {'-' if value.imag < 0 else '+'} {'' if size == '1' else size + ' '}i)"


def _real(value):
    """Writes a number as a fraction, or a fraction of a square root, if it is one of a small denominator."""
    sign = "-" if value < 0 else ""
    size = abs(value)
    square = Fraction(size * size).limit_denominator(64)
    if not isclose(float(square), size * size, rel_tol=1e-9):
        return f"{sign}{size:.6g}"
    plain = Fraction(size).limit_denominator(64)
    if isclose(float(plain), size, rel_tol=1e-9):
        return f"{sign}{plain}" if plain.denominator == 1 else f"{sign}\\frac{{{plain.numerator}}}{{{plain.denominator}}}"
    # sqrt(p/q) = sqrt(p q) / q, a square pulled out of the root
    inside, outside = square.numerator * square.denominator, 1
    for root in range(2, 64):
        while inside % (root * root) == 0:
            inside, outside = inside // (root * root), outside * root
    ratio = Fraction(outside, square.denominator)
    top = f"\\sqrt{{{inside}}}" if ratio.numerator == 1 else f"{ratio.numerator} \\sqrt{{{inside}}}"
    return f"{sign}{top}" if ratio.denominator == 1 else f"{sign}\\frac{{{top}}}{{{ratio.denominator}}}"
