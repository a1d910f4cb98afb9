"""Numbers about states and operators: fidelities, entropies, entanglement; partial traces."""

import math

from .._engine import kernel
from .._math import matrix as dense
from ..exceptions import QiskitError
from .density_matrix import DensityMatrix
from .operator import Operator, _operator
from .sparse_pauli_op import SparsePauliOp
from .statevector import Statevector


def partial_trace(state, qargs):
    """Returns the density matrix of the qubits that are left when those in `qargs` are traced out."""
    matrix = _mixed(state)
    count = matrix.num_qubits
    gone = list(qargs)
    kept = [qubit for qubit in range(count) if qubit not in gone]
    rows, traced = kernel.offsets(tuple(kept)), kernel.offsets(tuple(gone))
    size, flat = matrix.dim, matrix._flat
    result = [sum((flat[(row + shift) * size + column + shift] for shift in traced), 0j) for row in rows for column in rows]
    return DensityMatrix._of(result, len(kept))


def state_fidelity(state1, state2, validate=True):
    """Returns the fidelity of two states, ``|<a|b>|²`` for pure ones."""
    first, second = map(_state, (state1, state2))
    if first.dim != second.dim:
        raise QiskitError(f"States of {first.num_qubits} and {second.num_qubits} qubits have no fidelity.")
    if isinstance(first, Statevector) and isinstance(second, Statevector):
        return abs(first.inner(second)) ** 2
    if isinstance(first, DensityMatrix) and isinstance(second, DensityMatrix):
        root = dense.function_of_hermitian(first.rows(), _safe_root)
        middle = dense.multiply(dense.multiply(root, second.rows()), root)
        return sum(map(_safe_root, dense.eigen_hermitian(middle)[0])) ** 2
    pure, mixed = (first, second) if isinstance(first, Statevector) else (second, first)
    image = dense.apply_to(mixed.rows(), pure._vector)
    return sum(mine.conjugate() * its for mine, its in zip(pure._vector, image)).real


def purity(state, validate=True):
    """Returns the purity of a state."""
    return _state(state).purity()


def entropy(state, base=2):
    """Returns the von Neumann entropy."""
    state = _state(state)
    if isinstance(state, Statevector):
        return 0
    return shannon_entropy(dense.eigen_hermitian(state.rows())[0], base)


def shannon_entropy(pvec, base=2):
    """Returns the Shannon entropy of probabilities."""
    scale = 1.0 if base in (None, math.e) else math.log(base)
    return -sum(value * math.log(value) for value in pvec if 1e-15 < value) / scale + 0.0


def mutual_information(state, base=2):
    """Returns the mutual information of the two qubits of a state."""
    matrix = _two_qubits(state, "Mutual information")
    return (entropy(partial_trace(matrix, [0]), base) + entropy(partial_trace(matrix, [1]), base) - entropy(matrix, base))


def concurrence(state):
    """Returns the concurrence of two qubits; for pure states that of qubit 0 with the rest."""
    state = _state(state)
    if isinstance(state, Statevector):
        half = partial_trace(state, range(state.num_qubits // 2))
        return math.sqrt(max(0.0, 2 * (1 - half.purity())))
    matrix = _two_qubits(state, "Concurrence").rows()
    flip = [[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]]
    conjugated = [[value.conjugate() for value in row] for row in matrix]
    tilde = dense.multiply(dense.multiply(flip, conjugated), flip)
    root = dense.function_of_hermitian(matrix, _safe_root)
    values = [_safe_root(value) for value in dense.eigen_hermitian(dense.multiply(dense.multiply(root, tilde), root))[0]]
    return max(0.0, values[-1] - sum(values[:-1]))


def entanglement_of_formation(state):
    """Returns the entanglement of formation of two qubits."""
    state = _state(state)
    if isinstance(state, Statevector):
        return entropy(partial_trace(state, [0]))
    value = (1 + math.sqrt(max(0.0, 1 - concurrence(state) ** 2))) / 2
    return shannon_entropy([value, 1 - value])


def negativity(state, qargs):
    """Returns the negativity between the qubits in `qargs` and the rest."""
    values = dense.eigen_hermitian(_mixed(state).partial_transpose(qargs).rows())[0]
    return (sum(map(abs, values)) - 1) / 2


def process_fidelity(channel, target=None, require_cp=True, require_tp=True):
    """Returns the process fidelity of two unitary operators, the second being the identity by default."""
    mine = _operator(channel)
    other = Operator(dense.identity(mine.dim[0])) if target is None else _operator(target)
    return abs(dense.trace(dense.multiply(dense.dagger(other.rows()), mine.rows()))) ** 2 / mine.dim[0] ** 2


def average_gate_fidelity(channel, target=None, require_cp=True, require_tp=False):
    """Returns the average gate fidelity of two unitary operators."""
    size = _operator(channel).dim[0]
    return (size * process_fidelity(channel, target) + 1) / (size + 1)


def gate_error(channel, target=None, require_cp=True, require_tp=False):
    """Returns 1 minus the average gate fidelity."""
    return 1 - average_gate_fidelity(channel, target)


def hellinger_distance(dist_p, dist_q):
    """Returns the Hellinger distance of two sets of counts or probabilities."""
    totals = [sum(counts.values()) for counts in (dist_p, dist_q)]
    overlap = sum((math.sqrt(dist_p.get(key, 0) / totals[0]) - math.sqrt(dist_q.get(key, 0) / totals[1])) ** 2
                  for key in {*dist_p, *dist_q})
    return math.sqrt(overlap) / math.sqrt(2)


def hellinger_fidelity(dist_p, dist_q):
    """Returns the Hellinger fidelity of two sets of counts or probabilities."""
    return (1 - hellinger_distance(dist_p, dist_q) ** 2) ** 2


def commutator(a, b):
    """Returns ``ab - ba``."""
    difference = a @ b - b @ a
    return difference.simplify() if isinstance(difference, SparsePauliOp) else difference


def anti_commutator(a, b):
    """Returns ``ab + ba``."""
    total = a @ b + b @ a
    return total.simplify() if isinstance(total, SparsePauliOp) else total


def _safe_root(value):
    return math.sqrt(value) if value > 0 else 0.0


def _state(state):
    if isinstance(state, (Statevector, DensityMatrix)):
        return state
    try:
        return Statevector(state) if not hasattr(state, "__len__") or not hasattr(state[0], "__len__") else DensityMatrix(state)
    except TypeError:
        return DensityMatrix(state)


def _mixed(state):
    state = _state(state)
    return state if isinstance(state, DensityMatrix) else DensityMatrix(state)


def _two_qubits(state, what):
    matrix = _mixed(state)
    if matrix.num_qubits != 2:
        raise QiskitError(f"{what} of a mixed state is for two qubits; this one has {matrix.num_qubits}.")
    return matrix
