"""Nested lists with a shape, and how two shapes are broadcast, as numpy would."""

from itertools import product



def indices(shape):
    """Returns all indices of a shape in order."""
    return product(*(range(length) for length in shape))


def shape_of(values, is_leaf):
    """Returns the shape of nested lists, down to what `is_leaf` accepts."""
    if is_leaf(values):
        return ()
    values = list(values)
    return (len(values), *(shape_of(values[0], is_leaf) if values else ()))


def at(values, index, shape):
    """Returns the entry of nested lists of `shape` at an index of a shape it is broadcast to."""
    for position, length in zip(index[len(index) - len(shape):], shape):
        values = values[position if length != 1 else 0]
    return values


def broadcast(first, second):
    """Returns the shape that two shapes are broadcast to."""
    longest = max(len(first), len(second))
    padded = [(1,) * (longest - len(shape)) + tuple(shape) for shape in (first, second)]
    result = []
    for mine, its in zip(*padded):
        if mine != its and 1 not in (mine, its):
            raise ValueError(f"The observables' shape {tuple(first)} and the parameter values' shape {tuple(second)} "
                              "do not fit each other.")
        result.append(max(mine, its) if 0 not in (mine, its) else 0)
    return tuple(result)
