"""Brings values across the border between Python and JavaScript.

Inward: objects become dicts, arrays lists, typed arrays `array.array` (bytes become `bytes`), null None.
Outward: dicts become objects, lists and tuples arrays, lists of 256 or more numbers and arrays typed arrays, bytes Uint8Array, complex
numbers `{re, im}`, sets sorted arrays, dates ISO text, figures PNG images, numpy and pandas their nearest, and an object with a
method `to_preview` what that returns. Integers beyond 2**53
become the nearest number. What has no such form is an error that names its place.
"""

import array
import dataclasses
import datetime
import enum
import io
import numbers
import sys

from pyodide.ffi import JsProxy, jsnull, to_js

LONG_LIST = 256
DEPTH_LIMIT = 200
SAFE_INTEGER = 2**53

_from_entries = None


class BadOutput(Exception):
    """A returned value that cannot leave the node; says where it stands."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint


def start(from_entries):
    """Takes JavaScript's Object.fromEntries."""
    global _from_entries
    _from_entries = from_entries


def arrays(value):
    """The same inputs with `array.array` and bytes in place of memory views."""
    if isinstance(value, memoryview):
        if value.format in ("B", "b"):
            return bytes(value)
        copy = array.array(value.format)
        copy.frombytes(value.cast("B"))
        return copy
    if isinstance(value, dict):
        return {key: arrays(item) for key, item in value.items()}
    if isinstance(value, list) and value and not isinstance(value[0], (int, float, str)):
        return [arrays(item) for item in value]
    return value


def outputs(returned, image_outputs):
    """What `execute` returned, as JavaScript's values; figures left open fill the image outputs that it left out."""
    figures = _open_figures()
    if figures and (returned is None or isinstance(returned, dict)):
        returned = dict(returned or {})
        free = [name for name in image_outputs if returned.get(name) is None]
        for name, figure in zip(free, figures):
            returned[name] = figure
        if len(figures) > len(free):
            print(f"{len(figures) - len(free)} open figure(s) had no image output to fill.", file=sys.stderr)
    if returned is None:
        return None
    return to_js(_pack(returned, "", 0), dict_converter=_from_entries, create_pyproxies=False)


def close_figures():
    """Closes all figures, so that they are not another job's."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def _open_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [pyplot.figure(number) for number in pyplot.get_fignums()]


def _pack(value, place, depth):
    kind = type(value)
    if kind is float or kind is str or kind is bool:
        return value
    if kind is int:
        return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else _big(value)
    if value is None:
        return jsnull
    if depth > DEPTH_LIMIT:
        raise BadOutput(f"The returned value is nested more than {DEPTH_LIMIT} levels deep, or refers to itself.")
    if kind is dict:
        return {_key(key, place): _pack(item, f"{place}.{key}" if place else str(key), depth + 1) for key, item in value.items()}
    if kind is list or kind is tuple:
        return _pack_list(value, place, depth)
    for accepts, convert in _KINDS:
        if accepts(value):
            return convert(value, place, depth)
    where = f"at {place}" if place else "from execute"
    raise BadOutput(
        f"The code returned {_a(kind.__name__)} object {where}, which has no form outside Python.",
        "Return numbers, strings, lists, dicts, arrays or bytes; str(value) often does.",
    )


def _pack_list(value, place, depth):
    if len(value) >= LONG_LIST:
        kinds = set(map(type, value))
        try:
            if kinds == {int}:
                return array.array("i", value)
            if kinds <= {int, float}:
                return array.array("d", value)
        except OverflowError:
            pass
    return [_pack(item, f"{place}[{index}]", depth + 1) for index, item in enumerate(value)]


def _big(value):
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _key(key, place):
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, (int, float)):
        return str(key)
    if isinstance(key, enum.Enum):
        return _key(key.value, place)
    if isinstance(key, tuple):
        return ",".join(_key(part, place) for part in key)
    where = f" at {place}" if place else ""
    raise BadOutput(f"The returned dict{where} has {_a(type(key).__name__)} object as a key; keys must be strings or numbers.")


def _a(name):
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def _array(value, place, depth):
    if value.typecode in ("q", "Q"):
        return array.array("d", value)
    if value.typecode in ("u", "w"):
        return value.tounicode()
    return value


def _memory(value, place, depth):
    return bytes(value) if value.ndim != 1 or value.format in ("B", "b", "c") else _array(array.array(value.format, value), place, depth)


def _set(value, place, depth):
    try:
        return _pack_list(sorted(value), place, depth)
    except TypeError:
        return _pack_list(sorted(value, key=repr), place, depth)


def _real(value, place, depth):
    if isinstance(value, numbers.Integral):
        return _pack(int(value), place, depth)
    return float(value)


def _ndarray(value, place, depth):
    if value.ndim == 0:
        return _pack(value.item(), place, depth)
    if value.dtype.kind == "c":
        return {"re": _ndarray(value.real, place, depth), "im": _ndarray(value.imag, place, depth)}
    if value.ndim > 1 or value.dtype.kind not in "fiu":
        return _pack(value.tolist(), place, depth)
    code = {"f4": "f", "i4": "i", "u4": "I", "i2": "h", "u2": "H", "i1": "b", "u1": "B"}.get(value.dtype.str[1:], "d")
    typed = array.array(code)
    typed.frombytes(value.astype("f8").tobytes() if code == "d" else value.tobytes())
    return typed


def _frame(value, place, depth):
    columns = [{"name": str(name), "values": _pack(value[name].tolist(), f"{place}.{name}", depth + 1)} for name in value.columns]
    return {"columns": columns}


def _figure(value, place, depth):
    buffer = io.BytesIO()
    value.savefig(buffer, format="png", bbox_inches="tight")
    return {"mime": "image/png", "bytes": buffer.getvalue()}


def _picture(value, place, depth):
    buffer = io.BytesIO()
    value.save(buffer, format="PNG")
    return {"mime": "image/png", "bytes": buffer.getvalue()}


def _from(module, name):
    """Accepts instances of a class of a library without importing the library."""
    return lambda value: any(base.__name__ == name and base.__module__.partition(".")[0] == module for base in type(value).__mro__)


# What a value may be beside the plain kinds, first match first: a test, and a conversion.
_KINDS = [
    (lambda value: hasattr(value, "to_preview"), lambda value, place, depth: _pack(value.to_preview(), place, depth + 1)),
    (lambda value: isinstance(value, (bytes, bytearray)), lambda value, place, depth: value),
    (lambda value: isinstance(value, array.array), _array),
    (lambda value: isinstance(value, memoryview), _memory),
    (lambda value: isinstance(value, enum.Enum), lambda value, place, depth: _pack(value.value, place, depth + 1)),
    (_from("numpy", "ndarray"), _ndarray),
    (_from("numpy", "generic"), lambda value, place, depth: _pack(value.item(), place, depth + 1)),
    (_from("pandas", "DataFrame"), _frame),
    (_from("pandas", "Series"), lambda value, place, depth: _pack(value.tolist(), place, depth + 1)),
    (_from("pandas", "Index"), lambda value, place, depth: _pack(value.tolist(), place, depth + 1)),
    (_from("matplotlib", "Figure"), _figure),
    (_from("PIL", "Image"), _picture),
    (lambda value: isinstance(value, numbers.Real), _real),
    (_from("decimal", "Decimal"), lambda value, place, depth: float(value)),
    (lambda value: isinstance(value, numbers.Complex), lambda value, place, depth: {"re": float(value.real), "im": float(value.imag)}),
    (lambda value: isinstance(value, str), lambda value, place, depth: str(value)),
    (lambda value: isinstance(value, (set, frozenset)), _set),
    (lambda value: isinstance(value, dict), lambda value, place, depth: _pack(dict(value), place, depth + 1)),
    (lambda value: isinstance(value, (list, tuple, range)), lambda value, place, depth: _pack_list(list(value), place, depth)),
    (lambda value: isinstance(value, (datetime.date, datetime.time)), lambda value, place, depth: value.isoformat()),
    (lambda value: dataclasses.is_dataclass(value) and not isinstance(value, type), lambda value, place, depth: _pack(dataclasses.asdict(value), place, depth + 1)),
    (lambda value: isinstance(value, JsProxy), lambda value, place, depth: value),
]
