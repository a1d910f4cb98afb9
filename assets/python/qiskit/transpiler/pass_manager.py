"""The pass manager of a simulator that runs every gate: nothing is routed or optimised."""

from .._subset import SubsetObject
from ..compiler import transpile


class PassManager(SubsetObject):
    """Prepares circuits for a simulator by :func:`qiskit.transpile`."""

    def __init__(self, basis_gates=None):
        self._basis_gates = basis_gates

    def run(self, circuits, **options):
        """Returns a copy of a circuit, or of each of a list, with composite gates taken apart."""
        return transpile(circuits, basis_gates=self._basis_gates)


def generate_preset_pass_manager(optimization_level=2, backend=None, target=None, basis_gates=None, **options):
    """Returns a pass manager; levels and backends make no difference."""
    return PassManager(basis_gates)
