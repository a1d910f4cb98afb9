"""Turns circuits into steps for the kernel, and runs them.

A step is ``(kind, data, targets, controls)``, see :mod:`qiskit.circuit.instruction`. Neighbouring matrices on one qubit are
multiplied before they meet the state.
"""

from .._math.matrix import multiply
from ..circuit.parameter import ParameterExpression
from ..exceptions import QiskitError
from . import kernel

# 2**24 complex numbers are about 650 MB of Python's objects.
_MOST_QUBITS = 24
_MOST_OPERATOR_QUBITS = 11


def unitary_steps(circuit):
    """Returns the steps of a circuit of gates and barriers, global phase included."""
    steps = []
    places = circuit._places
    for line in circuit.data:
        operation = line.operation
        if operation._directive or operation.name == "delay":
            continue
        if operation.steps is None:
            if operation.definition is not None and not operation.num_clbits:
                inner = unitary_steps(operation.definition)
            else:
                raise QiskitError(f"Cannot apply Instruction: {operation.name}. Only gates have a matrix; "
                                  "remove measurements first, or run the circuit with shots.")
        else:
            inner = operation.steps()
        steps += moved(inner, [places[bit] for bit in line.qubits])
    phase = phase_of(circuit)
    if phase:
        from ..circuit.instruction import phase_step

        steps.append(phase_step(phase))
    return steps


def phase_of(circuit):
    """Returns the circuit's global phase as a number."""
    phase = circuit.global_phase
    return float(phase) if isinstance(phase, ParameterExpression) else phase


def moved(steps, qubits):
    """Returns the steps of a gate with its qubits 0, 1, … replaced by the given ones."""
    return [(kind, data, tuple([qubits[bit] for bit in targets]), tuple([(qubits[bit], value) for bit, value in controls]))
            for kind, data, targets, controls in steps]


def run_steps(vector, bit_count, steps, shift=0, conjugate=False):
    """Applies steps to the vector in place, to the bits from `shift` on, each matrix conjugated if asked for."""
    waiting = {}
    for kind, data, targets, controls in steps:
        if conjugate:
            data = conjugated(kind, data)
        if shift:
            targets = tuple([bit + shift for bit in targets])
            controls = tuple([(bit + shift, value) for bit, value in controls])
        if kind == "matrix" and len(targets) == 1 and not controls:
            bit = targets[0]
            waiting[bit] = _product(data, waiting[bit]) if bit in waiting else data
            continue
        if waiting:
            for bit in (*targets, *(bit for bit, _ in controls)):
                if bit in waiting:
                    kernel.apply_matrix(vector, bit_count, waiting.pop(bit), (bit,))
        apply_step(vector, bit_count, kind, data, targets, controls)
    for bit, matrix in waiting.items():
        kernel.apply_matrix(vector, bit_count, matrix, (bit,))


def apply_step(vector, bit_count, kind, data, targets, controls):
    """Applies one step to the vector in place."""
    if kind == "matrix":
        if not targets and not controls:
            factor = data[0][0]
            vector[:] = [factor * x for x in vector]
        else:
            kernel.apply_matrix(vector, bit_count, data, targets, controls)
    elif kind == "diagonal":
        kernel.apply_diagonal(vector, bit_count, data, targets, controls)
    else:
        axis, factor = data
        kernel.apply_reflection(vector, bit_count, axis, factor, targets, controls)


def conjugated(kind, data):
    """Returns the data of a step with every number conjugated."""
    if kind == "matrix":
        return [[value.conjugate() for value in row] for row in data]
    if kind == "diagonal":
        return [value.conjugate() for value in data]
    return [value.conjugate() for value in data[0]], data[1]


def _product(left, right):
    """Multiplies two matrices of two rows, entry by entry; larger ones by the general product."""
    if len(left) != 2:
        return multiply(left, right)
    (a, b), (c, d) = left
    (e, f), (g, h) = right
    return [[a * e + b * g, a * f + b * h], [c * e + d * g, c * f + d * h]]


def identity_operator(qubit_count):
    """Returns the identity matrix as one row-major list, or says that there are too many qubits for a matrix."""
    if qubit_count > _MOST_OPERATOR_QUBITS:
        raise QiskitError(f"A matrix over {qubit_count} qubits has 4**{qubit_count} entries: more than fits here "
                          f"(up to {_MOST_OPERATOR_QUBITS} qubits do). Statevector needs far less.")
    size = 1 << qubit_count
    flat = [0j] * (size * size)
    flat[::size + 1] = [1 + 0j] * size
    return flat


def zero_state(qubit_count):
    """Returns |0…0>, or says that there are too many qubits for a state vector."""
    if qubit_count > _MOST_QUBITS:
        raise QiskitError(f"A state of {qubit_count} qubits has 2**{qubit_count} amplitudes: more than fits here. "
                          f"The workbench simulates up to {_MOST_QUBITS} qubits.")
    return [1 + 0j] + [0j] * ((1 << qubit_count) - 1)
