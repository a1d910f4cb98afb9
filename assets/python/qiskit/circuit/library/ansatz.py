"""Parameterised circuits of rotation and entanglement layers.

Each is a plain circuit here (Qiskit wraps its classes into one block): parameters come in Qiskit's order and under its names.
"""

from itertools import combinations

from ...exceptions import CircuitError
from ..parameter import ParameterVector
from ..quantumcircuit import QuantumCircuit
from .registry import parameter_names, standard_gates


def n_local(num_qubits, rotation_blocks, entanglement_blocks, entanglement="full", reps=3, insert_barriers=False,
            parameter_prefix="θ", overwrite_block_parameters=True, skip_final_rotation_layer=False,
            skip_unentangled_qubits=False, name="nlocal"):
    """Returns `reps` layers of rotations and entanglement, and a last layer of rotations."""
    rotations, entanglers = _blocks(rotation_blocks), _blocks(entanglement_blocks)
    circuit = QuantumCircuit(num_qubits, name=name)
    layers = [[connections(num_qubits, gate.num_qubits, entanglement, layer) for gate, _ in entanglers] for layer in range(reps)]
    active = {qubit for layer in layers for groups in layer for group in groups for qubit in group}
    qubits = [qubit for qubit in range(num_qubits) if qubit in active or not skip_unentangled_qubits]
    plan = []
    for layer in range(reps + 1):
        if layer < reps or not skip_final_rotation_layer:
            plan += [(kind, [qubit]) for kind in rotations for qubit in qubits]
        if layer < reps:
            plan.append(None)
            plan += [(kind, group) for kind, groups in zip(entanglers, layers[layer]) for group in groups]
            if layer < reps - 1 or not skip_final_rotation_layer:
                plan.append(None)
    values = iter(ParameterVector(parameter_prefix, sum(step[0][1] for step in plan if step)))
    for step in plan:
        if step is None:
            if insert_barriers:
                circuit.barrier()
            continue
        (gate, count), group = step
        new = type(gate)(*(next(values) for _ in range(count))) if count else gate
        circuit.append(new, group)
    return circuit


def real_amplitudes(num_qubits, entanglement="reverse_linear", reps=3, insert_barriers=False, parameter_prefix="θ",
                    skip_final_rotation_layer=False, skip_unentangled_qubits=False, name="RealAmplitudes"):
    """Returns layers of ry and cx: all amplitudes stay real."""
    return n_local(num_qubits, "ry", "cx", entanglement, reps, insert_barriers, parameter_prefix, True,
                   skip_final_rotation_layer, skip_unentangled_qubits, name)


def efficient_su2(num_qubits, su2_gates=None, entanglement="reverse_linear", reps=3, insert_barriers=False,
                  parameter_prefix="θ", skip_final_rotation_layer=False, skip_unentangled_qubits=False, name="EfficientSU2"):
    """Returns layers of ry, rz and cx."""
    return n_local(num_qubits, su2_gates or ["ry", "rz"], "cx", entanglement, reps, insert_barriers, parameter_prefix, True,
                   skip_final_rotation_layer, skip_unentangled_qubits, name)


class NLocal(QuantumCircuit):
    """The class form of :func:`n_local`."""

    def __init__(self, num_qubits=None, rotation_blocks=None, entanglement_blocks=None, entanglement="full", reps=1,
                 insert_barriers=False, parameter_prefix="θ", overwrite_block_parameters=True, skip_final_rotation_layer=False,
                 skip_unentangled_qubits=False, initial_state=None, name="nlocal", flatten=None):
        if not num_qubits:
            raise CircuitError(f"{type(self).__name__} needs the number of qubits when it is made.")
        super().__init__(num_qubits, name=name)
        self.reps = reps
        if initial_state is not None:
            self.compose(initial_state, inplace=True)
        self.compose(n_local(num_qubits, rotation_blocks, entanglement_blocks, entanglement, reps, insert_barriers,
                             parameter_prefix, True, skip_final_rotation_layer, skip_unentangled_qubits), inplace=True)

    @property
    def ordered_parameters(self):
        """The parameters in the order of the circuit."""
        return list(self.parameters)


class TwoLocal(NLocal):
    """Layers of one-qubit rotations and two-qubit gates."""

    def __init__(self, num_qubits=None, rotation_blocks=None, entanglement_blocks=None, entanglement="full", reps=3, **options):
        options.setdefault("name", "TwoLocal")
        super().__init__(num_qubits, rotation_blocks, entanglement_blocks, entanglement, reps, **options)


class RealAmplitudes(TwoLocal):
    """Layers of ry and cx: all amplitudes stay real."""

    def __init__(self, num_qubits=None, entanglement="reverse_linear", reps=3, **options):
        super().__init__(num_qubits, "ry", "cx", entanglement, reps, **{"name": "RealAmplitudes", **options})


class EfficientSU2(TwoLocal):
    """Layers of ry, rz and cx."""

    def __init__(self, num_qubits=None, su2_gates=None, entanglement="reverse_linear", reps=3, **options):
        super().__init__(num_qubits, su2_gates or ["ry", "rz"], "cx", entanglement, reps, **{"name": "EfficientSU2", **options})


def connections(num_qubits, block_size, entanglement, layer=0):
    """Returns the groups of qubits that one entanglement layer joins."""
    if callable(entanglement):
        entanglement = entanglement(layer)
    if not isinstance(entanglement, str):
        groups = list(entanglement)
        if groups and isinstance(groups[0], str):
            return connections(num_qubits, block_size, groups[layer % len(groups)], layer)
        if groups and not isinstance(groups[0][0], int):
            groups = groups[layer % len(groups)]
        return [list(group) for group in groups]
    size = block_size
    if size > num_qubits:
        return []
    linear = [list(range(start, start + size)) for start in range(num_qubits - size + 1)]
    if entanglement == "full":
        return [list(group) for group in combinations(range(num_qubits), size)]
    if entanglement == "reverse_linear":
        return linear[::-1]
    if entanglement == "linear":
        return linear
    if entanglement == "pairwise":
        return linear[::2] + linear[1::2]
    if entanglement in ("circular", "sca"):
        circular = ([[*range(num_qubits - size + 1, num_qubits), 0]] if num_qubits > size else []) + linear
        if entanglement == "circular":
            return circular
        shift = layer % len(circular)
        shifted = circular[len(circular) - shift:] + circular[:len(circular) - shift]
        return [group[::-1] for group in shifted] if layer % 2 else shifted
    raise CircuitError(f"Unsupported entanglement type: {entanglement}. There is: full, linear, reverse_linear, pairwise, circular, sca.")


def _blocks(given):
    """Returns pairs of a gate and the number of its parameters, from names, classes or gates."""
    by_name = standard_gates()
    found = []
    for entry in given if isinstance(given, (list, tuple)) else [] if given is None else [given]:
        kind = by_name.get(entry) if isinstance(entry, str) else entry if isinstance(entry, type) else type(entry)
        if kind is None or not (getattr(kind, "standard_name", "")):
            raise CircuitError(f"The block {entry!r} is not a standard gate of this subset.")
        count = len(parameter_names(kind))
        found.append((kind(*[0.0] * count), count))
    return found
