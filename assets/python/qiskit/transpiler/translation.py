"""Writes circuits in a given set of gates.

It rewrites gate by gate and optimises nothing: counts and depths are those of the plain formulas, usually above what Qiskit's
optimiser reaches. What it cannot write is an error that names the gate.
"""

from math import pi

from ..circuit.instruction import ControlledGate, Gate
from ..circuit.library.one_qubit import PhaseGate, XGate
from ..circuit.library.registry import controlled, parameter_names, standard_gates
from ..circuit.parameter import ParameterExpression
from ..exceptions import QiskitError
from .equivalences import LARGER, ONE_QUBIT, euler_angles, many_controls

_KEPT = {"measure", "reset", "barrier", "delay", "initialize", "save_statevector", "global_phase"}


def translated(circuit, basis):
    """Returns the circuit written in the gates of `basis`."""
    writer = Writer(circuit.copy_empty_like(), set(basis))
    for line in circuit.data:
        if line.name in _KEPT or line.operation.run_on is not None and line.name in writer.basis:
            writer.target._append(line)
        else:
            writer.write(line.operation, [circuit._places[bit] for bit in line.qubits])
    return writer.target


class Writer:
    """Appends gates to a circuit in the terms of a basis."""

    def __init__(self, target, basis):
        self.target, self.basis = target, basis

    def write(self, gate, qubits):
        """Appends one gate."""
        name = gate.name
        if name in self.basis:
            self.target.append(gate, qubits)
        elif isinstance(gate, ControlledGate) and gate.ctrl_state != (1 << gate.num_ctrl_qubits) - 1:
            zeros = [qubits[index] for index, value in gate.controls() if not value]
            self._lines([("x", qubit) for qubit in zeros])
            self.write(controlled(gate._bound_base(), gate.num_ctrl_qubits), qubits)
            self._lines([("x", qubit) for qubit in zeros])
        elif name in LARGER:
            self._lines(LARGER[name](*gate.params), qubits)
        elif name == "cx" and "cz" in self.basis:
            self._lines([("h", 1), ("cz", 0, 1), ("h", 1)], qubits)
        elif name in ("mcx", "mcphase"):
            self._lines(many_controls(name, gate.params, gate.num_ctrl_qubits), qubits)
        elif name in ONE_QUBIT:
            self._one_qubit(ONE_QUBIT[name](*gate.params), qubits[0], name)
        elif isinstance(gate, Gate) and gate.num_qubits == 1 and not gate.free_parameters():
            self._one_qubit(euler_angles(gate.rows()), qubits[0], name)
        else:
            self._refuse(name)

    def _refuse(self, name):
        raise QiskitError(f"transpile: the workbench's subset of Qiskit cannot write '{name}' in the gates {sorted(self.basis)}; "
                          "leave basis_gates out, the simulators run every gate.")

    def _lines(self, lines, qubits=None):
        for name, *rest in lines:
            gate, places = _gate(name, rest)
            self.write(gate, places if qubits is None else [qubits[place] for place in places])

    def _one_qubit(self, angles, qubit, name):
        theta, phi, lam, phase = angles
        target, basis = self.target, self.basis
        diagonal = not isinstance(theta, ParameterExpression) and abs(theta) < 1e-14
        half = (phi + lam) * 0.5
        if "u" in basis or "u3" in basis:
            (target.u if "u" in basis else target.u3)(theta, phi, lam, qubit)
            half = 0.0
        elif "rz" in basis and diagonal:
            target.rz(phi + lam, qubit)
        elif {"rz", "ry"} <= basis:
            target.rz(lam, qubit)
            target.ry(theta, qubit)
            target.rz(phi, qubit)
        elif {"rz", "sx"} <= basis:
            target.rz(lam, qubit)
            target.sx(qubit)
            target.rz(theta + pi, qubit)
            target.sx(qubit)
            target.rz(phi + pi, qubit)
            half = half + pi / 2
        elif {"rz", "rx"} <= basis:
            target.rz(lam - pi / 2, qubit)
            target.rx(theta, qubit)
            target.rz(phi + pi / 2, qubit)
        else:
            self._refuse(name)
        target.global_phase = target.global_phase + phase + half


def _gate(name, rest):
    """Returns the gate of a line of a formula, and its qubits."""
    if name == "mcx":
        return controlled(XGate(), len(rest) - 1), rest
    if name == "mcphase":
        return controlled(PhaseGate(rest[0]), len(rest) - 2), rest[1:]
    kind = standard_gates()[name]
    count = len(parameter_names(kind))
    return kind(*rest[:count]), rest[count:]
