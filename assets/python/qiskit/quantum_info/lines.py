"""Splits what a state is evolved by into steps of gates and initialisations, which are the one thing that is no gate."""

from .._engine.lowering import moved, phase_of, unitary_steps
from ..circuit.instruction import phase_step
from ..exceptions import QiskitError


def lines_of(circuit):
    """Yields ``("steps", steps)`` and ``("initialize", (steps, qubits))`` in order; other operations are an error."""
    if not hasattr(circuit, "qregs"):
        yield from _instruction(circuit, list(range(circuit.num_qubits)))
        return
    if not any(line.name == "initialize" or line.operation.definition is not None for line in circuit.data):
        yield "steps", unitary_steps(circuit)
        return
    for line in circuit.data:
        yield from _instruction(line.operation, [circuit._places[bit] for bit in line.qubits])
    phase = phase_of(circuit)
    if phase:
        yield "steps", [phase_step(phase)]


def _instruction(operation, qubits):
    if operation.name == "initialize":
        yield "initialize", (operation._preparation.steps(), qubits)
    elif operation.steps is not None:
        yield "steps", moved(operation.steps(), qubits)
    elif operation._directive or operation.name == "delay":
        return
    elif operation.definition is not None and not operation.num_clbits:
        for kind, content in lines_of(operation.definition):
            if kind == "steps":
                yield kind, moved(content, qubits)
            else:
                steps, places = content
                yield kind, (steps, [qubits[place] for place in places])
    else:
        raise QiskitError(f"Cannot apply Instruction: {operation.name}. A state evolves under gates only; "
                          "remove measurements first (remove_final_measurements), or run the circuit with shots.")
