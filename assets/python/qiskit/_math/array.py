"""What ``Statevector.data`` and its like return: numpy's array where the program uses numpy, else :class:`Array`.

The choice is made by whether numpy has been imported already: the package never loads it. :class:`Array` answers the part of
numpy's interface that programs use on such data: indexing, slices, iteration, element-wise arithmetic, ``abs``, ``@``, ``.real``,
``.imag``, ``.conj()``, ``.T``, ``.sum()``, ``.tolist()``, ``.shape``; and numpy accepts it anywhere (``__array__``).
"""

import operator
import sys

from ..exceptions import UnsupportedError
from . import matrix as dense
from .printing import format_array


def array(values, shape=None):
    """Returns numpy's array if the program has imported numpy, else an :class:`Array`, over a flat list of numbers."""
    values = list(values)
    shape = (len(values),) if shape is None else tuple(shape)
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "array"):
        return numpy.array(values).reshape(shape)
    return Array(values, shape)


def scalar(value):
    """Returns a number as the user gets it: a numpy scalar if the program has imported numpy, else Python's own."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "float64"):
        return value
    return numpy.complex128(value) if isinstance(value, complex) else numpy.float64(value)


def nested(values):
    """Returns nested lists of plain numbers for any sequence, Array or ndarray; numbers are returned as they are."""
    if hasattr(values, "tolist"):
        return values.tolist()
    if isinstance(values, (list, tuple, range)) or hasattr(values, "__iter__") and not isinstance(values, (str, dict)):
        return [nested(value) for value in values]
    return values


class Array:
    """A rectangular block of numbers in row-major order."""

    __slots__ = ("_values", "shape")
    __array_priority__ = -1

    def __init__(self, values, shape=None):
        self._values = list(values)
        self.shape = (len(self._values),) if shape is None else tuple(shape)

    # Shape

    @property
    def ndim(self):
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self):
        """The number of elements."""
        return len(self._values)

    @property
    def dtype(self):
        """The name numpy has for the kind of element."""
        kinds = {type(value) for value in self._values}
        return "complex128" if complex in kinds else "float64" if float in kinds else "bool" if kinds == {bool} else "int64"

    def reshape(self, *shape):
        """Returns the same numbers in another shape; one axis may be -1."""
        shape = list(shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape)
        if -1 in shape:
            known = 1
            for length in shape:
                known *= length if length != -1 else 1
            shape[shape.index(-1)] = len(self._values) // known
        total = 1
        for length in shape:
            total *= length
        if total != len(self._values):
            raise ValueError(f"cannot reshape array of size {len(self._values)} into shape {tuple(shape)}")
        return Array(self._values, shape)

    def flatten(self):
        """Returns the numbers along one axis."""
        return Array(self._values)

    ravel = flatten

    @property
    def T(self):
        """The transpose of a matrix."""
        if self.ndim < 2:
            return self
        rows, columns = self.shape
        return Array([self._values[row * columns + column] for column in range(columns) for row in range(rows)], (columns, rows))

    def transpose(self):
        """Returns the transpose of a matrix."""
        return self.T

    # Elements

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        return (self[index] for index in range(len(self)))

    def __getitem__(self, key):
        if isinstance(key, tuple):
            first, rest = key[0], key[1:]
            if not rest:
                return self[first]
            if isinstance(first, slice):
                rows = [row[rest] for row in self[first]]
                return _stack(rows)
            return self[first][rest]
        if isinstance(key, slice):
            return _stack(list(self)[key]) if self.ndim > 1 else Array(self._values[key])
        if isinstance(key, (list, Array)):
            keys = list(key)
            if keys and isinstance(keys[0], bool):
                keys = [index for index, chosen in enumerate(keys) if chosen]
            return _stack([self[index] for index in keys])
        index = operator.index(key)
        length = len(self)
        if not -length <= index < length:
            raise IndexError(f"index {index} is out of bounds for axis 0 with size {length}")
        index %= length
        if self.ndim == 1:
            return self._values[index]
        width = len(self._values) // length
        return Array(self._values[index * width:(index + 1) * width], self.shape[1:])

    def __setitem__(self, key, value):
        if isinstance(key, tuple) and len(key) == self.ndim == 2:
            self._values[key[0] % self.shape[0] * self.shape[1] + key[1] % self.shape[1]] = value
        elif self.ndim == 1:
            self._values[key] = value
        else:
            raise UnsupportedError("assigning to whole rows of this array needs numpy: import numpy before this code.")

    def __contains__(self, value):
        return value in self._values

    def tolist(self):
        """Returns nested lists of plain numbers."""
        return [row.tolist() for row in self] if self.ndim > 1 else list(self._values)

    def to_preview(self):
        """Returns nested lists as the workbench carries them: complex numbers as ``{"re": …, "im": …}``."""
        if self.dtype == "complex128":
            return {"re": self.real.tolist(), "im": self.imag.tolist()}
        return self.tolist()

    def item(self):
        """Returns the only element."""
        (value,) = self._values
        return value

    def copy(self):
        """Returns a copy."""
        return Array(self._values, self.shape)

    def __array__(self, dtype=None, copy=None):
        import numpy

        return numpy.array(self._values, dtype=dtype).reshape(self.shape)

    # Element-wise arithmetic

    def _map(self, function):
        return Array([function(value) for value in self._values], self.shape)

    def _with(self, other, function):
        if isinstance(other, (list, tuple)):
            other = from_nested(other)
        if not isinstance(other, Array):
            if not isinstance(other, (int, float, complex, bool)):
                return NotImplemented
            return Array([function(value, other) for value in self._values], self.shape)
        if other.shape != self.shape:
            raise ValueError(f"operands have different shapes {self.shape} {other.shape}; import numpy for broadcasting")
        return Array([function(x, y) for x, y in zip(self._values, other._values)], self.shape)

    def __add__(self, other):
        return self._with(other, operator.add)

    def __sub__(self, other):
        return self._with(other, operator.sub)

    def __mul__(self, other):
        return self._with(other, operator.mul)

    def __truediv__(self, other):
        return self._with(other, operator.truediv)

    def __pow__(self, other):
        return self._with(other, operator.pow)

    def __rsub__(self, other):
        return self._with(other, lambda x, y: y - x)

    def __rtruediv__(self, other):
        return self._with(other, lambda x, y: y / x)

    __radd__ = __add__
    __rmul__ = __mul__

    def __eq__(self, other):
        return self._with(other, operator.eq)

    def __ne__(self, other):
        return self._with(other, operator.ne)

    def __lt__(self, other):
        return self._with(other, operator.lt)

    def __gt__(self, other):
        return self._with(other, operator.gt)

    def __le__(self, other):
        return self._with(other, operator.le)

    def __ge__(self, other):
        return self._with(other, operator.ge)

    __hash__ = None

    def __neg__(self):
        return self._map(operator.neg)

    def __abs__(self):
        return self._map(abs)

    def __round__(self, digits=0):
        return self._map(lambda x: complex(round(x.real, digits), round(x.imag, digits)) if isinstance(x, complex)
                         else round(x, digits))

    def round(self, decimals=0):
        """Returns the numbers rounded to so many decimals."""
        return round(self, decimals)

    @property
    def real(self):
        """The real parts."""
        return self._map(lambda x: x.real)

    @property
    def imag(self):
        """The imaginary parts."""
        return self._map(lambda x: x.imag)

    def conj(self):
        """Returns the complex conjugates."""
        return self._map(lambda x: x.conjugate())

    conjugate = conj

    def __matmul__(self, other):
        other = from_nested(nested(other))
        left = [self._values] if self.ndim == 1 else self.tolist()
        right = [[value] for value in other._values] if other.ndim == 1 else other.tolist()
        if len(left[0]) != len(right):
            raise ValueError(f"shapes {self.shape} and {other.shape} do not fit a product")
        product = from_nested(dense.multiply([[complex(x) for x in row] for row in left], right))
        shape = self.shape[:-1] + other.shape[1:]
        return Array(product._values, shape) if shape else product._values[0]

    def dot(self, other):
        """Returns the matrix product."""
        return self @ other

    # Reductions

    def sum(self):
        """Returns the sum of all elements."""
        return sum(self._values)

    def mean(self):
        """Returns the mean of all elements."""
        return sum(self._values) / len(self._values)

    def max(self):
        """Returns the greatest element."""
        return max(self._values)

    def min(self):
        """Returns the least element."""
        return min(self._values)

    def argmax(self):
        """Returns the flat index of the greatest element."""
        return max(range(len(self._values)), key=self._values.__getitem__)

    def all(self):
        """Says whether every element is true."""
        return all(self._values)

    def any(self):
        """Says whether some element is true."""
        return any(self._values)

    def trace(self):
        """Returns the sum of the diagonal of a matrix."""
        return sum(self._values[::self.shape[1] + 1])

    def __float__(self):
        return float(self.item())

    def __complex__(self):
        return complex(self.item())

    def __bool__(self):
        if len(self._values) != 1:
            raise ValueError("The truth value of an array with more than one element is ambiguous. Use .any() or .all()")
        return bool(self._values[0])

    def __repr__(self):
        return f"array({format_array(self.tolist(), indent=6)})"

    def __str__(self):
        return format_array(self.tolist(), indent=0, separator=" ")


def from_nested(values):
    """Builds an Array from nested lists."""
    shape = []
    level = values
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0] if level else None
    flat = values if isinstance(values, (list, tuple)) else [values]
    for _ in shape[1:]:
        flat = [value for row in flat for value in row]
    return Array(flat, shape)


def _stack(rows):
    if rows and isinstance(rows[0], Array):
        return Array([value for row in rows for value in row._values], (len(rows), *rows[0].shape))
    return Array(rows)
