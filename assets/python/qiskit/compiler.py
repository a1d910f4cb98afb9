"""``transpile``: takes composite gates apart and, if asked to, writes circuits in a given set of gates."""


def transpile(circuits, backend=None, basis_gates=None, *, optimization_level=None, **options):
    """Returns a copy of each circuit, composite gates taken apart, in the gates of `basis_gates` if these are given.

    There is no device behind this package: nothing is routed, and nothing is optimised at any level.
    """
    if isinstance(circuits, (list, tuple)):
        return [transpile(circuit, backend, basis_gates) for circuit in circuits]
    circuit = circuits.copy()
    while any(line.operation.definition is not None for line in circuit.data):
        circuit = circuit.decompose()
    if basis_gates is not None:
        from .transpiler.translation import translated

        circuit = translated(circuit, basis_gates)
    return circuit
