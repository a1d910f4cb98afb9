"""Random states and operators. A seed makes them repeatable here; they are not the ones Qiskit makes from that seed."""

from .._engine.shots import seeded
from .._math import matrix as dense
from .density_matrix import DensityMatrix
from .operator import Operator, _bits_of
from .pauli import Pauli
from .statevector import Statevector


def _size(dims):
    size = 1
    for dimension in (dims if isinstance(dims, (tuple, list)) else [dims]):
        size *= dimension
    _bits_of(size)
    return size


def _gaussian(rows, columns, generator):
    return [[complex(generator.gauss(0, 1), generator.gauss(0, 1)) for _ in range(columns)] for _ in range(rows)]


def random_statevector(dims, seed=None):
    """Returns a state drawn evenly from all states."""
    (vector,) = _gaussian(1, _size(dims), seeded(seed))
    norm = sum(abs(value) ** 2 for value in vector) ** 0.5
    return Statevector([value / norm for value in vector])


def random_density_matrix(dims, rank=None, method="Hilbert-Schmidt", seed=None):
    """Returns a density matrix from the Hilbert-Schmidt ensemble."""
    size = _size(dims)
    factor = _gaussian(size, rank or size, seeded(seed))
    product = dense.multiply(factor, dense.dagger(factor))
    return DensityMatrix(dense.scaled(product, 1 / dense.trace(product).real))


def random_unitary(dims, seed=None):
    """Returns a unitary operator drawn evenly, by orthogonalising a matrix of normal numbers."""
    size = _size(dims)
    columns = []
    for vector in _gaussian(size, size, seeded(seed)):
        for _ in range(2):
            for known in columns:
                overlap = sum(x.conjugate() * y for x, y in zip(known, vector))
                vector = [y - overlap * x for x, y in zip(known, vector)]
        norm = sum(abs(value) ** 2 for value in vector) ** 0.5
        columns.append([value / norm for value in vector])
    return Operator([list(row) for row in zip(*columns)])


def random_hermitian(dims, traceless=False, seed=None):
    """Returns a Hermitian operator of normal numbers."""
    size = _size(dims)
    matrix = _gaussian(size, size, seeded(seed))
    matrix = dense.scaled(dense.add(matrix, dense.dagger(matrix)), 0.5)
    if traceless:
        shift = dense.trace(matrix) / size
        matrix = [[value - shift * (row == column) for column, value in enumerate(values)] for row, values in enumerate(matrix)]
    return Operator(matrix)


def random_pauli(num_qubits, group_phase=False, seed=None):
    """Returns a Pauli."""
    generator = seeded(seed)
    phase = generator.randrange(4) if group_phase else 0
    return Pauli.from_masks(num_qubits, generator.getrandbits(num_qubits), generator.getrandbits(num_qubits), phase)


