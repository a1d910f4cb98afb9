"""Applies matrices to some bits of a vector of complex numbers.

A vector of ``2**bit_count`` amplitudes is a plain list, bit 0 the least significant of its index. A gate is seen as a set of
equally long *parts* of that list, one per value of the gate's bits; each part is a few extended slices, so that all arithmetic
happens in list comprehensions. The same functions serve states, operators (a matrix is a vector of twice as many bits) and
density matrices.
"""

from functools import lru_cache


@lru_cache(maxsize=1024)
def runs(bit_count, fixed):
    """Describes the indices whose bits in the sorted tuple `fixed` are 0, as ``(starts, span, step)`` of slices.

    The longest range of free bits becomes the slice, the others are enumerated in `starts`.
    """
    edges = (-1, *fixed, bit_count)
    gaps = [(low + 1, high - low - 1) for low, high in zip(edges, edges[1:])]
    longest = max(gaps, key=lambda gap: gap[1])
    starts = [0]
    for low, width in gaps:
        if (low, width) != longest:
            starts = [start + (value << low) for value in range(1 << width) for start in starts]
    low, width = longest
    step = 1 << low
    return tuple(starts), ((1 << width) - 1) * step + 1, step


def subspace(bit_count, targets, controls):
    """Returns ``(bases, span, step)`` of the slices where every target bit is 0 and every ``(bit, value)`` of `controls` holds."""
    fixed = tuple(sorted((*targets, *(bit for bit, _ in controls))))
    starts, span, step = runs(bit_count, fixed)
    chosen = sum(value << bit for bit, value in controls)
    return [start + chosen for start in starts] if chosen else starts, span, step


@lru_cache(maxsize=1024)
def offsets(targets):
    """Returns the index offset of each value of the target bits, the first target being the least significant."""
    found = [0]
    for bit in targets:
        found += [offset + (1 << bit) for offset in found]
    return tuple(found)


def combine(terms, parts):
    """Returns the sum of ``factor * parts[index]`` over the ``(index, factor)`` pairs in `terms`."""
    count = len(terms)
    if count == 1:
        ((index, factor),) = terms
        if factor == 1:
            return parts[index]
        return [-x for x in parts[index]] if factor == -1 else [factor * x for x in parts[index]]
    if count == 2:
        (i, a), (j, b) = terms
        return [a * x + b * y for x, y in zip(parts[i], parts[j])]
    if count == 3:
        (i, a), (j, b), (k, c) = terms
        return [a * x + b * y + c * z for x, y, z in zip(parts[i], parts[j], parts[k])]
    if count == 4:
        (i, a), (j, b), (k, c), (m, d) = terms
        return [a * x + b * y + c * z + d * w for x, y, z, w in zip(parts[i], parts[j], parts[k], parts[m])]
    if not count:
        return [0j] * len(parts[0])
    rest = combine(terms[4:], parts)
    return [x + y for x, y in zip(combine(terms[:4], parts), rest)]


def apply_matrix(vector, bit_count, matrix, targets, controls=()):
    """Applies `matrix` (rows of complex numbers) to the `targets`, where all `controls` hold, in place.

    Rows that change nothing are not touched, so that diagonal, permuting and sparse matrices cost what they do.
    """
    rows = []
    used = set()
    for index, row in enumerate(matrix):
        terms = [(column, factor) for column, factor in enumerate(row) if factor]
        if terms != [(index, 1)]:
            rows.append((index, terms))
            used.update(column for column, _ in terms)
    if not rows:
        return
    bases, span, step = subspace(bit_count, targets, controls)
    shifts = offsets(targets)
    if len(rows) == 1 and used <= {rows[0][0]}:
        ((index, terms),) = rows
        factor = terms[0][1] if terms else 0j
        apply_factor(vector, [base + shifts[index] for base in bases], span, step, factor)
        return
    parts = [()] * len(shifts)
    for base in bases:
        for column in used:
            start = base + shifts[column]
            parts[column] = vector[start:start + span:step]
        for index, terms in rows:
            start = base + shifts[index]
            vector[start:start + span:step] = combine(terms, parts)


def apply_factor(vector, bases, span, step, factor):
    """Multiplies the slices that start at `bases` by `factor`, in place."""
    for start in bases:
        cut = slice(start, start + span, step)
        vector[cut] = [-x for x in vector[cut]] if factor == -1 else [factor * x for x in vector[cut]]


def apply_diagonal(vector, bit_count, diagonal, targets, controls=()):
    """Multiplies by a diagonal matrix over the `targets`, given as the list of its entries, in place."""
    bases, span, step = subspace(bit_count, targets, controls)
    for shift, factor in zip(offsets(targets), diagonal):
        if factor != 1:
            apply_factor(vector, [base + shift for base in bases], span, step, factor)


def apply_reflection(vector, bit_count, axis, factor, targets, controls=()):
    """Applies ``1 + factor |axis><axis|`` over the `targets`, in place; states are prepared by such a reflection."""
    bases, span, step = subspace(bit_count, targets, controls)
    shifts = offsets(targets)
    bra = [(index, value.conjugate()) for index, value in enumerate(axis) if value]
    for base in bases:
        parts = [vector[base + shift:base + shift + span:step] for shift in shifts]
        overlap = combine(bra, parts)
        for index, _ in bra:
            start, weight = base + shifts[index], factor * axis[index]
            vector[start:start + span:step] = [x + weight * y for x, y in zip(parts[index], overlap)]


def probability_of_one(vector, bit_count, bit):
    """Returns the weight of the amplitudes whose `bit` is 1."""
    bases, span, step = subspace(bit_count, (), ((bit, 1),))
    return sum(x.real * x.real + x.imag * x.imag for base in bases for x in vector[base:base + span:step])


def projected(vector, bit_count, bit, value, weight):
    """Returns the vector after `bit` was found to be `value`, which had probability `weight`."""
    scale = weight ** -0.5
    result = [scale * x for x in vector]
    bases, span, step = subspace(bit_count, (), ((bit, 1 - value),))
    zeros = [0j] * ((span - 1) // step + 1)
    for base in bases:
        result[base:base + span:step] = zeros
    return result


def marginal(weights, bit_count, bits):
    """Sums `weights` (one per index) down to the given bits; ``bits[0]`` becomes bit 0 of the result's index."""
    if tuple(bits) == tuple(range(bit_count)):
        return list(weights)
    bases, span, step = subspace(bit_count, bits, ())
    return [sum(sum(weights[base + shift:base + shift + span:step]) for base in bases) for shift in offsets(tuple(bits))]
