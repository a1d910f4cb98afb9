"""Which class a controlled gate is, and how control is added to any gate."""

from functools import lru_cache

from ...exceptions import CircuitError
from ..instruction import ControlledGate, Gate, parse_control_state
from . import controlled as controlled_gates
from . import one_qubit, two_qubit
from .controlled import (C3SXGate, C3XGate, C4XGate, CCXGate, CCZGate, CHGate, CPhaseGate, CRXGate, CRYGate, CRZGate, CSdgGate,
                         CSGate, CSwapGate, CSXGate, CU1Gate, CU3Gate, CUGate, CXGate, CYGate, CZGate, MCPhaseGate, MCXGate,
                         _PhasedUGate, checked_control_count)
from .one_qubit import UGate

_CONTROLLED = {
    (gate.base, gate.controls_count): gate
    for gate in (CXGate, CYGate, CZGate, CHGate, CSGate, CSdgGate, CSXGate, CPhaseGate, CU1Gate, CU3Gate, CRXGate, CRYGate,
                 CRZGate, CCXGate, CCZGate, CSwapGate, C3XGate, C4XGate, C3SXGate, CUGate)
}


@lru_cache(maxsize=None)
def standard_gates():
    """Returns the class of each standard gate by name."""
    found = {}
    for module in (one_qubit, two_qubit, controlled_gates):
        for kind in vars(module).values():
            if isinstance(kind, type) and getattr(kind, "standard_name", ""):
                found.setdefault(kind.standard_name, kind)
    return found


def parameter_names(kind):
    """Returns the names of the parameters of a standard gate's class."""
    return tuple(getattr(kind, "parameter_names", ()) or getattr(getattr(kind, "base", None), "parameter_names", ()))


def controlled(gate, count=1, label=None, ctrl_state=None):
    """Returns `gate` under `count` more controls, in the standard class if there is one."""
    count = checked_control_count(count)
    state = parse_control_state(ctrl_state, count)
    if not isinstance(gate, Gate):
        raise CircuitError(f"'{gate.name}' is not a gate, so it cannot be controlled; use to_gate() for circuits without measurement.")
    if isinstance(gate, ControlledGate):
        state |= gate.ctrl_state << count
        count += gate.num_ctrl_qubits
        gate = gate._bound_base()
    kind = _CONTROLLED.get((type(gate), count))
    if kind is not None:
        return kind(*gate.params, label=label, ctrl_state=state)
    if type(gate) is UGate and count == 1:
        return CUGate(*gate.params, 0, label=label, ctrl_state=state)
    if gate.name == "x":
        return MCXGate(count, label=label, ctrl_state=state)
    if gate.name == "p":
        return MCPhaseGate(gate.params[0], count, label=label, ctrl_state=state)
    prefix = "c" * count if count <= 2 else f"c{count}"
    name = "u" if type(gate) is _PhasedUGate else gate.name
    return ControlledGate(prefix + name, gate, count, label, state)
