"""Small dense matrices as lists of rows of complex numbers.

Made for gates and few-qubit operators: nothing here is meant for more than a few hundred rows.
"""

import math
import random


def identity(size):
    """Returns the identity matrix."""
    return [[1 + 0j if row == column else 0j for column in range(size)] for row in range(size)]


def multiply(left, right):
    """Returns the product; rows of `left` that are sparse cost what their entries cost."""
    width = len(right[0])
    product = []
    for row in left:
        total = [0j] * width
        for factor, other in zip(row, right):
            if factor == 1:
                total = [x + y for x, y in zip(total, other)]
            elif factor:
                total = [x + factor * y for x, y in zip(total, other)]
        product.append(total)
    return product


def apply_to(matrix, vector):
    """Returns matrix times vector."""
    return [sum(a * x for a, x in zip(row, vector)) for row in matrix]


def kron(left, right):
    """Returns the Kronecker product, `left` being the more significant factor."""
    return [[a * b for a in upper for b in lower] for upper in left for lower in right]


def dagger(matrix):
    """Returns the conjugate transpose."""
    return [[value.conjugate() for value in column] for column in zip(*matrix)]


def scaled(matrix, factor):
    """Returns factor times matrix."""
    return [[factor * value for value in row] for row in matrix]


def add(left, right):
    """Returns the sum of two matrices of one shape."""
    return [[x + y for x, y in zip(upper, lower)] for upper, lower in zip(left, right)]


def trace(matrix):
    """Returns the sum of the diagonal."""
    return sum(row[index] for index, row in enumerate(matrix))


def close(left, right, tolerance=1e-8, relative=1e-5):
    """Says whether two matrices agree as numpy's ``allclose`` would say."""
    return len(left) == len(right) and all(
        len(upper) == len(lower) and all(abs(x - y) <= tolerance + relative * abs(y) for x, y in zip(upper, lower))
        for upper, lower in zip(left, right))


def is_unitary(matrix, tolerance=1e-8):
    """Says whether the matrix is square and its inverse is its conjugate transpose."""
    size = len(matrix)
    if any(len(row) != size for row in matrix):
        return False
    return close(multiply(dagger(matrix), matrix), identity(size), tolerance)


def eigen_hermitian(matrix):
    """Returns ``(values, columns)`` of a Hermitian matrix, values ascending, by Jacobi rotations."""
    size = len(matrix)
    work = [[complex(value) for value in row] for row in matrix]
    columns = identity(size)  # columns[k] is eigenvector k, as a list
    scale = max((abs(value) for row in work for value in row), default=0.0) or 1.0
    for _ in range(100):
        off = max((abs(work[p][q]) for p in range(size) for q in range(p)), default=0.0)
        if off <= 1e-15 * scale:
            break
        for p in range(size):
            for q in range(p + 1, size):
                if abs(work[p][q]) > 1e-18 * scale:
                    _rotate(work, columns, p, q)
    order = sorted(range(size), key=lambda index: work[index][index].real)
    return [work[index][index].real for index in order], [columns[index] for index in order]


def _rotate(work, columns, p, q):
    """Zeroes ``work[p][q]`` by a unitary rotation of rows and columns p and q."""
    size = abs(work[p][q])
    phase = work[p][q] / size
    angle = 0.5 * math.atan2(2 * size, work[p][p].real - work[q][q].real)
    c, s = math.cos(angle), math.sin(angle)
    # New basis: |p'> = c|p> + s conj(phase)|q>,  |q'> = -s phase|p> + c|q>.
    for row in work:
        x, y = row[p], row[q]
        row[p], row[q] = c * x + s * phase.conjugate() * y, -s * phase * x + c * y
    upper, lower = work[p], work[q]
    work[p] = [c * x + s * phase * y for x, y in zip(upper, lower)]
    work[q] = [-s * phase.conjugate() * x + c * y for x, y in zip(upper, lower)]
    upper, lower = columns[p], columns[q]
    columns[p] = [c * x + s * phase.conjugate() * y for x, y in zip(upper, lower)]
    columns[q] = [-s * phase * x + c * y for x, y in zip(upper, lower)]


def function_of_hermitian(matrix, function):
    """Returns ``sum function(value) |v><v|`` over the eigenpairs of a Hermitian matrix."""
    values, columns = eigen_hermitian(matrix)
    return _from_eigenpairs([function(value) for value in values], columns)


def _from_eigenpairs(values, columns):
    size = len(columns)
    total = [[0j] * size for _ in range(size)]
    for value, vector in zip(values, columns):
        if value:
            bra = [value * x.conjugate() for x in vector]
            for row, amplitude in zip(total, vector):
                if amplitude:
                    row[:] = [x + amplitude * y for x, y in zip(row, bra)]
    return total


def power_of_unitary(matrix, exponent):
    """Returns a real power of a unitary matrix, each eigenphase taken in (-pi, pi]."""
    mixing = random.Random(17).uniform(0.3, 0.7)
    adjoint = dagger(matrix)
    # U = A + iB with commuting Hermitian A, B: a generic mixture of the two has the eigenvectors of U.
    mixture = [[(x + y) / 2 + mixing * (x - y) / 2j for x, y in zip(upper, lower)]
               for upper, lower in zip(matrix, adjoint)]
    _, columns = eigen_hermitian(mixture)
    values = []
    for vector in columns:
        value = sum(x.conjugate() * y for x, y in zip(vector, apply_to(matrix, vector)))
        angle = math.atan2(value.imag, value.real)
        angle = math.pi if angle <= -math.pi + 1e-12 else angle
        values.append(complex(math.cos(angle * exponent), math.sin(angle * exponent)))
    return _from_eigenpairs(values, columns)
