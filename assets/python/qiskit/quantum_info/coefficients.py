"""Coefficients and terms of sums of Paulis."""

from .._math.array import nested
from ..circuit.parameter import ParameterExpression
from . import pauli_algebra as algebra


def number(value):
    """Returns a coefficient as a complex number; formulas stay."""
    return value if isinstance(value, ParameterExpression) else complex(value)


def numbers(values):
    """Returns coefficients as a list."""
    values = nested(values)
    return [number(value) for value in values] if isinstance(values, list) else [number(values)]


def compatible(left, right, qubit_wise):
    """Says whether two terms commute, or commute qubit by qubit."""
    if not qubit_wise:
        return algebra.commute(left[:2], right[:2])
    overlap = (left[0] | left[1]) & (right[0] | right[1])
    return not ((left[0] ^ right[0]) | (left[1] ^ right[1])) & overlap
