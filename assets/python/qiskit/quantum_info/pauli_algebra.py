"""Products and expectation values of Paulis as pairs of bit masks.

The Pauli ``(x, z)`` is the tensor product with X where only x has the bit, Z where only z, Y where both: without phase, that is
``i**|x & z| X^x Z^z``, qubit 0 being bit 0.
"""

from functools import lru_cache
from operator import mul

from ..exceptions import QiskitError

I_POWERS = (1 + 0j, 1j, -1 + 0j, -1j)
_MASKS = {"I": (0, 0), "X": (1, 0), "Y": (1, 1), "Z": (0, 1)}


def masks_of(label):
    """Reads a text of I, X, Y, Z, the last letter for qubit 0, as ``(x, z)``."""
    x = z = 0
    for letter in label:
        if letter not in _MASKS:
            raise QiskitError(f"Pauli string label is not valid: '{letter}' in '{label}' is not one of I, X, Y, Z.")
        x, z = x << 1 | _MASKS[letter][0], z << 1 | _MASKS[letter][1]
    return x, z


def label_of(x, z, qubit_count):
    """Writes ``(x, z)`` as a text of I, X, Y, Z."""
    return "".join("IZXY"[(x >> bit & 1) * 2 + (z >> bit & 1)] for bit in reversed(range(qubit_count)))


def product(left, right):
    """Returns ``(x, z, exponent)`` of the product of two Paulis, ``i**exponent`` being its phase."""
    (x1, z1), (x2, z2) = left, right
    x, z = x1 ^ x2, z1 ^ z2
    exponent = (x1 & z1).bit_count() + (x2 & z2).bit_count() - (x & z).bit_count() + 2 * (z1 & x2).bit_count()
    return x, z, exponent % 4


def commute(left, right):
    """Says whether two Paulis commute."""
    return not ((left[0] & right[1]).bit_count() + (left[1] & right[0]).bit_count()) & 1


def signs(bit_count, z):
    """Returns ``(-1)**|z & j|`` for every index j; small ones are kept for the next time."""
    return _kept_signs(bit_count, z) if bit_count <= 12 else _signs(bit_count, z)


@lru_cache(maxsize=128)
def _kept_signs(bit_count, z):
    return _signs(bit_count, z)


def _signs(bit_count, z):
    found = [1.0]
    for bit in range(bit_count):
        found = found + ([-sign for sign in found] if z >> bit & 1 else found)
    return tuple(found)


def expectation(vector, bit_count, terms):
    """Returns the sum of ``coefficient <vector|P|vector>`` over ``(x, z, coefficient)`` terms."""
    groups = {}
    for x, z, coefficient in terms:
        groups.setdefault(x, []).append((z, coefficient))
    total = 0j
    for x, members in groups.items():
        if x:
            overlap = [vector[index ^ x].conjugate() * value for index, value in enumerate(vector)]
        else:
            overlap = [value.real * value.real + value.imag * value.imag for value in vector]
        for z, coefficient in members:
            value = sum(map(mul, overlap, signs(bit_count, z))) if z else sum(overlap)
            total += coefficient * I_POWERS[(x & z).bit_count() % 4] * value
    return total


def density_expectation(flat, bit_count, terms):
    """Returns ``trace(P rho)`` summed over terms, rho in row-major order."""
    size = 1 << bit_count
    total = 0j
    for x, z, coefficient in terms:
        # P|j> = phase (-1)^{z.j} |j^x>, hence trace(P rho) = sum_j phase sign_j rho[j, j^x].
        value = sum(sign * flat[index * size + (index ^ x)] for index, sign in enumerate(signs(bit_count, z)))
        total += coefficient * I_POWERS[(x & z).bit_count() % 4] * value
    return total


def applied(vector, bit_count, terms):
    """Returns the sum of ``coefficient P|vector>``."""
    result = [0j] * len(vector)
    for x, z, coefficient in terms:
        factor = coefficient * I_POWERS[(x & z).bit_count() % 4]
        signed = list(map(mul, vector, signs(bit_count, z)))
        result = [value + factor * signed[index ^ x] for index, value in enumerate(result)]
    return result


def matrix_of(bit_count, terms):
    """Returns the dense matrix of a sum of Paulis as one row-major list."""
    size = 1 << bit_count
    flat = [0j] * (size * size)
    for x, z, coefficient in terms:
        factor = coefficient * I_POWERS[(x & z).bit_count() % 4]
        for column, sign in enumerate(signs(bit_count, z)):
            flat[(column ^ x) * size + column] += factor * sign
    return flat
