"""Arithmetic over parameters: a formula is a small tree of operations, evaluated when all its parameters have values.

Formulas are not simplified, except that numbers are folded.
"""

import cmath
import math
import numbers

from .._subset import SubsetObject
from ..exceptions import CircuitError

_BINARY = {
    "+": (1, lambda x, y: x + y),
    "-": (1, lambda x, y: x - y),
    "*": (2, lambda x, y: x * y),
    "/": (2, lambda x, y: x / y),
    "**": (4, lambda x, y: x ** y),
}


def _either(name):
    real, complex_ = getattr(math, name), getattr(cmath, name)
    return lambda x: complex_(x) if isinstance(x, complex) else real(x)


_UNARY = {
    "-": lambda x: -x,
    "abs": abs,
    "conj": lambda x: x.conjugate() if isinstance(x, complex) else x,
    "sign": lambda x: (x > 0) - (x < 0),
    "sin": _either("sin"), "cos": _either("cos"), "tan": _either("tan"),
    "asin": _either("asin"), "acos": _either("acos"), "atan": _either("atan"),
    "exp": _either("exp"), "log": _either("log"),
}


class ParameterExpression(SubsetObject):
    """A formula in parameters, such as ``2 * theta + 0.5``."""

    __slots__ = ("_operation", "_arguments", "_parameters")

    def __init__(self, operation, arguments):
        self._operation, self._arguments = operation, arguments
        self._parameters = frozenset().union(*(part.parameters for part in arguments if isinstance(part, ParameterExpression)))

    @property
    def parameters(self):
        """The parameters that are still free in this formula."""
        return set(self._parameters)

    def assign(self, parameter, value):
        """Returns the formula with one parameter replaced by a number or another formula."""
        return self.subs({parameter: value})

    def bind(self, parameter_values, allow_unknown_parameters=False):
        """Returns the formula with numbers in place of parameters."""
        self._check_known(parameter_values, allow_unknown_parameters)
        return _wrapped(self._replace(parameter_values))

    def bind_all(self, parameter_values):
        """Returns the number this formula has for these values."""
        return self.bind(parameter_values, allow_unknown_parameters=True).numeric()

    def subs(self, parameter_map, allow_unknown_parameters=False):
        """Returns the formula with other formulas in place of parameters."""
        self._check_known(parameter_map, allow_unknown_parameters)
        return _wrapped(self._replace(parameter_map))

    def _check_known(self, mapping, allow_unknown):
        unknown = [parameter.name for parameter in mapping if parameter not in self._parameters]
        if unknown and not allow_unknown:
            raise CircuitError(f"Cannot bind parameters ({', '.join(unknown)}) not present in expression {self}.")

    def _replace(self, mapping):
        """Returns a number or an expression."""
        if not any(parameter in mapping for parameter in self._parameters):
            return self._value() if not self._parameters else self
        parts = [part._replace(mapping) if isinstance(part, ParameterExpression) else part for part in self._arguments]
        return _apply(self._operation, *parts)

    def _value(self):
        return _apply(self._operation, *(part._value() if isinstance(part, ParameterExpression) else part
                                         for part in self._arguments))

    def numeric(self, *, strict=True):
        """Returns the number of a formula without free parameters."""
        if self._parameters:
            names = ", ".join(sorted(parameter.name for parameter in self._parameters))
            raise TypeError(f"Expression {self} with unbound parameters ({names}) is not a number; "
                            "give them values with assign_parameters first.")
        return self._value()

    def __float__(self):
        return float(_real(self.numeric()))

    def __complex__(self):
        return complex(self.numeric())

    def __int__(self):
        return int(_real(self.numeric()))

    def is_real(self):
        """Says whether the value is real; None while parameters are free."""
        return None if self._parameters else not isinstance(self._value(), complex) or self._value().imag == 0

    def gradient(self, parameter):
        """Returns the derivative by one parameter: a number or an expression."""
        return _derivative(self, parameter)

    def __add__(self, other):
        return _binary("+", self, other)

    def __radd__(self, other):
        return _binary("+", other, self)

    def __sub__(self, other):
        return _binary("-", self, other)

    def __rsub__(self, other):
        return _binary("-", other, self)

    def __mul__(self, other):
        return _binary("*", self, other)

    def __rmul__(self, other):
        return _binary("*", other, self)

    def __truediv__(self, other):
        return _binary("/", self, other)

    def __rtruediv__(self, other):
        return _binary("/", other, self)

    def __pow__(self, other):
        return _binary("**", self, other)

    def __rpow__(self, other):
        return _binary("**", other, self)

    def __neg__(self):
        return _apply("*", -1.0, self)

    def __pos__(self):
        return self

    def __abs__(self):
        return _apply("abs", self)

    def abs(self):
        """Returns the absolute value."""
        return abs(self)

    def sin(self):
        """Returns the sine."""
        return _apply("sin", self)

    def cos(self):
        """Returns the cosine."""
        return _apply("cos", self)

    def tan(self):
        """Returns the tangent."""
        return _apply("tan", self)

    def arcsin(self):
        """Returns the inverse sine."""
        return _apply("asin", self)

    def arccos(self):
        """Returns the inverse cosine."""
        return _apply("acos", self)

    def arctan(self):
        """Returns the inverse tangent."""
        return _apply("atan", self)

    def exp(self):
        """Returns the exponential."""
        return _apply("exp", self)

    def log(self):
        """Returns the natural logarithm."""
        return _apply("log", self)

    def sign(self):
        """Returns -1, 0 or 1."""
        return _apply("sign", self)

    def conjugate(self):
        """Returns the complex conjugate."""
        return _apply("conj", self)

    def _key(self):
        return (self._operation, *(part._key() if isinstance(part, ParameterExpression) else part for part in self._arguments))

    def __eq__(self, other):
        if isinstance(other, ParameterExpression):
            return self._key() == other._key()
        return isinstance(other, numbers.Number) and not self._parameters and self._value() == other

    def __hash__(self):
        return hash(self._key()) if self._parameters else hash(self._value())

    def _text(self, precedence=0):
        operation, parts = self._operation, self._arguments
        if operation == "value":
            return _number_text(parts[0])
        if operation not in _BINARY:
            return f"{operation}({_text(parts[0])})"
        if operation == "*" and parts[0] == -1.0 and not isinstance(parts[0], ParameterExpression):
            mine, text = 2, f"-{_text(parts[1], 2)}"
        else:
            mine = _BINARY[operation][0]
            gap = " " if mine == 1 else ""
            text = f"{_text(parts[0], mine)}{gap}{operation}{gap}{_text(parts[1], mine + (operation in '-/'))}"
        return f"({text})" if mine < precedence else text

    def __str__(self):
        return self._text()

    def __repr__(self):
        return f"ParameterExpression({self})"

    def __deepcopy__(self, memo=None):
        return self

    def __copy__(self):
        return self


def _wrapped(value):
    return value if isinstance(value, ParameterExpression) else ParameterExpression("value", (value,))


def _binary(operation, left, right):
    for part in (left, right):
        if not isinstance(part, (ParameterExpression, numbers.Number)):
            return NotImplemented
    names = {}
    for part in (left, right):
        for parameter in getattr(part, "_parameters", ()):
            if names.setdefault(parameter.name, parameter) != parameter:
                raise CircuitError(f"Name conflict applying operation for parameters: {parameter.name}")
    return _apply(operation, left, right)


def _plain(part):
    return part._value() if isinstance(part, ParameterExpression) and not part._parameters else part


def _apply(operation, *parts):
    """Applies an operation to numbers at once, to expressions by a new node."""
    if operation == "value":
        return parts[0]
    parts = tuple(map(_plain, parts))
    if operation == "*" and 1 in parts:
        return parts[0] if parts[1] == 1 else parts[1]
    if any(isinstance(part, ParameterExpression) for part in parts):
        return ParameterExpression(operation, parts)
    return _BINARY[operation][1](*parts) if len(parts) == 2 else _UNARY[operation](*parts)


def _real(value):
    if isinstance(value, complex):
        if abs(value.imag) > 1e-12:
            raise TypeError(f"could not cast the complex value {value} to a real number")
        return value.real
    return value


def _number_text(value):
    if isinstance(value, float) and value == math.pi:
        return "π"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"({value})" if isinstance(value, complex) else str(value)


def _text(part, precedence=0):
    if isinstance(part, ParameterExpression):
        return part._text(precedence)
    text = _number_text(part)
    return f"({text})" if precedence and text.startswith("-") else text


def _derivative(part, by):
    if not isinstance(part, ParameterExpression) or by not in part._parameters:
        return 0.0
    if part._operation == "parameter":
        return 1.0
    x = part._arguments[0]
    dx = _derivative(x, by)
    if part._operation in _BINARY:
        y = part._arguments[1]
        dy = _derivative(y, by)
        return {
            "+": lambda: dx + dy,
            "-": lambda: dx - dy,
            "*": lambda: dx * y + x * dy,
            "/": lambda: dx / y - x * dy / (y * y),
            "**": lambda: y * x ** (y - 1) * dx + (part * _apply("log", x) * dy if dy != 0.0 else 0.0),
        }[part._operation]()
    inner = {
        "sin": lambda: x.cos(), "cos": lambda: -x.sin(), "tan": lambda: 1 + x.tan() ** 2, "exp": lambda: x.exp(),
        "log": lambda: 1 / x, "asin": lambda: (1 - x * x) ** -0.5, "acos": lambda: -((1 - x * x) ** -0.5),
        "atan": lambda: 1 / (1 + x * x), "abs": lambda: x.sign(), "-": lambda: -1.0,
    }.get(part._operation)
    if inner is None:
        raise CircuitError(f"the derivative of {part._operation} is not known")
    return inner() * dx
