"""States, operators and numbers about them, under the names of ``qiskit.quantum_info``."""

from .._subset import module_getattr
from .density_matrix import DensityMatrix
from .measures import (anti_commutator, average_gate_fidelity, commutator, concurrence, entanglement_of_formation, entropy,
                       gate_error, hellinger_distance, hellinger_fidelity, mutual_information, negativity, partial_trace,
                       process_fidelity, purity, shannon_entropy, state_fidelity)
from .operator import Operator
from .pauli import Pauli, PauliList
from .random import random_density_matrix, random_hermitian, random_pauli, random_statevector, random_unitary
from .sparse_pauli_op import SparsePauliOp
from .statevector import Statevector

__all__ = [
    "DensityMatrix", "Operator", "Pauli", "PauliList", "SparsePauliOp", "Statevector", "anti_commutator", "average_gate_fidelity",
    "commutator", "concurrence", "entanglement_of_formation", "entropy", "gate_error", "hellinger_distance", "hellinger_fidelity",
    "mutual_information", "negativity", "partial_trace", "process_fidelity", "purity", "random_density_matrix",
    "random_hermitian", "random_pauli", "random_statevector", "random_unitary", "shannon_entropy", "state_fidelity",
]

__getattr__ = module_getattr(__name__, __all__)
