"""``transpile``, which has nothing to translate here: the simulators run every gate of the subset as it is."""

from .exceptions import QiskitError

_ALWAYS = {"measure", "reset", "barrier", "delay", "if_else", "while_loop", "for_loop", "initialize", "save_statevector"}


def transpile(circuits, backend=None, basis_gates=None, *, optimization_level=None, **options):
    """Returns a copy of each circuit, composite gates taken apart.

    There is no device behind this package, so nothing is routed or optimised. If `basis_gates` are asked for and a gate is not
    among them, an error names it: this subset does not translate between gate sets.
    """
    if isinstance(circuits, (list, tuple)):
        return [transpile(circuit, backend, basis_gates) for circuit in circuits]
    circuit = circuits.copy()
    while any(line.operation.definition is not None for line in circuit.data):
        circuit = circuit.decompose()
    if basis_gates is not None:
        foreign = sorted(set(circuit.count_ops()) - set(basis_gates) - _ALWAYS)
        if foreign:
            raise QiskitError(f"transpile: {', '.join(foreign)} not in basis_gates {list(basis_gates)}. The workbench's subset of "
                              "Qiskit does not translate gates; leave basis_gates out, the simulators run every gate.")
    return circuit
