"""The standard controlled gates: each is a base gate with controls in front."""

from cmath import exp

from ...exceptions import CircuitError
from ..instruction import ControlledGate
from .one_qubit import (HGate, PhaseGate, RXGate, RYGate, RZGate, SdgGate, SGate, StandardGate, SXGate, U1Gate, U3Gate, UGate,
                        XGate, YGate, ZGate)
from .two_qubit import SwapGate


class StandardControlledGate(ControlledGate):
    """A controlled gate that is a class."""

    standard_name = ""
    base = None
    controls_count = 1

    def __init__(self, *params, label=None, ctrl_state=None, **named):
        super().__init__(self.standard_name, self.base(*params, **named), self.controls_count, label, ctrl_state)


def _standard(class_name, name, base, sentence, count=1):
    """Makes one class of the list below."""
    fields = {"standard_name": name, "base": base, "controls_count": count, "__doc__": sentence, "__module__": __name__}
    return type(class_name, (StandardControlledGate,), fields)


CXGate = _standard("CXGate", "cx", XGate, "Controlled X, also called CNOT.")
CYGate = _standard("CYGate", "cy", YGate, "Controlled Y.")
CZGate = _standard("CZGate", "cz", ZGate, "Controlled Z.")
CHGate = _standard("CHGate", "ch", HGate, "Controlled Hadamard.")
CSGate = _standard("CSGate", "cs", SGate, "Controlled S.")
CSdgGate = _standard("CSdgGate", "csdg", SdgGate, "Controlled inverse of S.")
CSXGate = _standard("CSXGate", "csx", SXGate, "Controlled square root of X.")
CPhaseGate = _standard("CPhaseGate", "cp", PhaseGate, "Controlled phase.")
CU1Gate = _standard("CU1Gate", "cu1", U1Gate, "The older name of the controlled phase.")
CU3Gate = _standard("CU3Gate", "cu3", U3Gate, "Controlled U3.")
CRXGate = _standard("CRXGate", "crx", RXGate, "Controlled turn about X.")
CRYGate = _standard("CRYGate", "cry", RYGate, "Controlled turn about Y.")
CRZGate = _standard("CRZGate", "crz", RZGate, "Controlled turn about Z.")
CCXGate = _standard("CCXGate", "ccx", XGate, "Toffoli: X under two controls.", 2)
CCZGate = _standard("CCZGate", "ccz", ZGate, "Z under two controls.", 2)
CSwapGate = _standard("CSwapGate", "cswap", SwapGate, "Fredkin: a controlled exchange.")
C3XGate = _standard("C3XGate", "mcx", XGate, "X under three controls.", 3)
C4XGate = _standard("C4XGate", "mcx", XGate, "X under four controls.", 4)
C3SXGate = _standard("C3SXGate", "c3sx", SXGate, "The square root of X under three controls.", 3)


class _PhasedUGate(UGate):
    """U with a phase of its own, which counts once it is controlled."""

    parameter_names = ("theta", "phi", "lam", "gamma")

    @staticmethod
    def matrix_for(theta, phi, lam, gamma):
        """exp(i gamma) U(theta, phi, lambda)."""
        factor = exp(1j * gamma)
        return [[factor * value for value in row] for row in UGate.matrix_for(theta, phi, lam)]

    def inverse(self, annotated=False):
        """Undoes turn and phase."""
        theta, phi, lam, gamma = self.params
        return _PhasedUGate(-theta, -lam, -phi, -gamma)


class CUGate(StandardControlledGate):
    """Controlled U(theta, phi, lambda) with the phase gamma on the control."""

    standard_name, base = "cu", _PhasedUGate

    def inverse(self, annotated=False):
        """Undoes turn and phase."""
        return CUGate(*self._bound_base().inverse().params, ctrl_state=self.ctrl_state)


class MCXGate(ControlledGate):
    """X under any number of controls."""

    def __new__(cls, num_ctrl_qubits=None, *args, **kwargs):
        """Makes the named gate for one to four controls, as Qiskit does."""
        kind = {1: CXGate, 2: CCXGate, 3: C3XGate, 4: C4XGate}.get(num_ctrl_qubits)
        if cls is MCXGate and kind is not None:
            gate = object.__new__(kind)
            label, state = kwargs.get("label"), kwargs.get("ctrl_state")
            gate.__init__(label=label, ctrl_state=state)
            return gate
        return object.__new__(cls)

    def __init__(self, num_ctrl_qubits, label=None, ctrl_state=None):
        super().__init__("mcx", XGate(), num_ctrl_qubits, label, ctrl_state)

    @staticmethod
    def get_num_ancilla_qubits(num_ctrl_qubits, mode="noancilla"):
        """Returns 0: no scratch qubits are needed here."""
        return 0


class MCPhaseGate(ControlledGate):
    """A phase under any number of controls."""

    def __init__(self, lam, num_ctrl_qubits, label=None, ctrl_state=None):
        super().__init__("mcphase", PhaseGate(lam), num_ctrl_qubits, label, ctrl_state)


class RCCXGate(StandardGate):
    """The Margolus gate: Toffoli up to relative phases."""

    standard_name, standard_qubits = "rccx", 3
    constant = [[1 + 0j if row == column else 0j for column in range(8)] for row in range(8)]
    constant[3] = [0j] * 7 + [-1j]
    constant[7] = [0j] * 3 + [1j] + [0j] * 4
    constant[5] = [0j] * 5 + [-1 + 0j, 0j, 0j]


def checked_control_count(count):
    """Accepts a whole number of at least one as the number of controls."""
    if int(count) != count or count < 1:
        raise CircuitError(f"The number of control qubits must be at least 1, but {count!r} was given.")
    return int(count)
