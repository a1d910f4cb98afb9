"""The methods that append one operation each: ``h``, ``cx``, ``measure``, …

Each takes numbers, bits, registers, slices or lists of these, as in Qiskit.
"""

from ..exceptions import CircuitError
from .bits import ClassicalRegister
from .library import controlled as c
from .library import generalized as g
from .library import one_qubit as one
from .library import two_qubit as two
from .library.registry import controlled, parameter_names
from .operations import Barrier, Delay, Measure, Reset


def _plain(name, kind, *bits):
    """Makes the method of a gate: its parameters first, then its qubits."""
    params = parameter_names(kind)
    names = params + bits
    is_controlled = hasattr(kind, "base")

    def method(self, *values, label=None, ctrl_state=None, **named):
        values = list(values)
        for argument in names[len(values):]:
            if argument in named:
                values.append(named.pop(argument))
        if is_controlled and len(values) > len(names):
            label = values[len(names)]
            ctrl_state = values[len(names) + 1] if len(values) > len(names) + 1 else ctrl_state
            values = values[:len(names)]
        if len(values) != len(names) or named:
            raise TypeError(f"{name}() takes {', '.join(names)}; got {len(values)} value(s){' and ' + ', '.join(named) if named else ''}")
        count = len(params)
        options = {"ctrl_state": ctrl_state} if is_controlled and ctrl_state is not None else {}
        return self.append(kind(*values[:count], label=label, **options), values[count:], copy=False)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Appends ``{name}({', '.join(names)})``: {kind.__doc__}"
    return method


class GateMethods:
    """Appends operations to the circuit that inherits it."""

    __slots__ = ()

    id = _plain("id", one.IGate, "qubit")
    h = _plain("h", one.HGate, "qubit")
    x = _plain("x", one.XGate, "qubit")
    y = _plain("y", one.YGate, "qubit")
    z = _plain("z", one.ZGate, "qubit")
    s = _plain("s", one.SGate, "qubit")
    sdg = _plain("sdg", one.SdgGate, "qubit")
    t = _plain("t", one.TGate, "qubit")
    tdg = _plain("tdg", one.TdgGate, "qubit")
    sx = _plain("sx", one.SXGate, "qubit")
    sxdg = _plain("sxdg", one.SXdgGate, "qubit")
    p = _plain("p", one.PhaseGate, "qubit")
    u = _plain("u", one.UGate, "qubit")
    u1 = _plain("u1", one.U1Gate, "qubit")
    u2 = _plain("u2", one.U2Gate, "qubit")
    u3 = _plain("u3", one.U3Gate, "qubit")
    r = _plain("r", one.RGate, "qubit")
    rx = _plain("rx", one.RXGate, "qubit")
    ry = _plain("ry", one.RYGate, "qubit")
    rz = _plain("rz", one.RZGate, "qubit")
    swap = _plain("swap", two.SwapGate, "qubit1", "qubit2")
    iswap = _plain("iswap", two.iSwapGate, "qubit1", "qubit2")
    ecr = _plain("ecr", two.ECRGate, "qubit1", "qubit2")
    dcx = _plain("dcx", two.DCXGate, "qubit1", "qubit2")
    rxx = _plain("rxx", two.RXXGate, "qubit1", "qubit2")
    ryy = _plain("ryy", two.RYYGate, "qubit1", "qubit2")
    rzz = _plain("rzz", two.RZZGate, "qubit1", "qubit2")
    rzx = _plain("rzx", two.RZXGate, "qubit1", "qubit2")
    cx = _plain("cx", c.CXGate, "control_qubit", "target_qubit")
    cy = _plain("cy", c.CYGate, "control_qubit", "target_qubit")
    cz = _plain("cz", c.CZGate, "control_qubit", "target_qubit")
    ch = _plain("ch", c.CHGate, "control_qubit", "target_qubit")
    cs = _plain("cs", c.CSGate, "control_qubit", "target_qubit")
    csdg = _plain("csdg", c.CSdgGate, "control_qubit", "target_qubit")
    csx = _plain("csx", c.CSXGate, "control_qubit", "target_qubit")
    cp = _plain("cp", c.CPhaseGate, "control_qubit", "target_qubit")
    cu1 = _plain("cu1", c.CU1Gate, "control_qubit", "target_qubit")
    cu3 = _plain("cu3", c.CU3Gate, "control_qubit", "target_qubit")
    cu = _plain("cu", c.CUGate, "control_qubit", "target_qubit")
    crx = _plain("crx", c.CRXGate, "control_qubit", "target_qubit")
    cry = _plain("cry", c.CRYGate, "control_qubit", "target_qubit")
    crz = _plain("crz", c.CRZGate, "control_qubit", "target_qubit")
    ccx = _plain("ccx", c.CCXGate, "control_qubit1", "control_qubit2", "target_qubit")
    ccz = _plain("ccz", c.CCZGate, "control_qubit1", "control_qubit2", "target_qubit")
    cswap = _plain("cswap", c.CSwapGate, "control_qubit", "target_qubit1", "target_qubit2")
    rccx = _plain("rccx", c.RCCXGate, "control_qubit1", "control_qubit2", "target_qubit")

    def _under_controls(self, gate, control_qubits, target, ctrl_state):
        controls = self.qbit_argument_conversion(control_qubits)
        for qubit in self.qbit_argument_conversion(target):
            appended = self.append(controlled(gate, len(controls), None, ctrl_state), [*controls, qubit], [])
        return appended

    def mcx(self, control_qubits, target_qubit, ancilla_qubits=None, mode=None, ctrl_state=None):
        """Appends X under many controls; scratch qubits and modes are accepted and not needed."""
        return self._under_controls(one.XGate(), control_qubits, target_qubit, ctrl_state)

    def mcp(self, lam, control_qubits, target_qubit, ctrl_state=None):
        """Appends a phase under many controls."""
        return self._under_controls(one.PhaseGate(lam), control_qubits, target_qubit, ctrl_state)

    def mcrx(self, theta, q_controls, q_target, use_basis_gates=False):
        """Appends a turn about X under many controls."""
        return self._under_controls(one.RXGate(theta), q_controls, q_target, None)

    def mcry(self, theta, q_controls, q_target, q_ancillae=None, mode=None, use_basis_gates=False):
        """Appends a turn about Y under many controls."""
        return self._under_controls(one.RYGate(theta), q_controls, q_target, None)

    def mcrz(self, lam, q_controls, q_target, use_basis_gates=False):
        """Appends a turn about Z under many controls."""
        return self._under_controls(one.RZGate(lam), q_controls, q_target, None)

    def pauli(self, pauli_string, qubits):
        """Appends a text of Paulis, its last letter on the first of `qubits`."""
        return self.append(g.PauliGate(pauli_string), self.qbit_argument_conversion(qubits), [])

    def unitary(self, obj, qubits, label=None):
        """Appends a gate given by its matrix."""
        gate = g.UnitaryGate(obj, label=label)
        qubits = self.qbit_argument_conversion(qubits)
        if gate.num_qubits == 1:
            return self.append(gate, [qubits], [])
        return self.append(gate, qubits, [])

    def diagonal(self, diag, qubit):
        """Appends a diagonal gate."""
        return self.append(g.DiagonalGate(diag), self.qbit_argument_conversion(qubit), [])

    def prepare_state(self, state, qubits=None, label=None, normalize=False):
        """Appends the gate that takes |0…0> to a state."""
        qubits = self.qubits if qubits is None else self.qbit_argument_conversion(qubits)
        gate = g.StatePreparation(state, len(qubits) if isinstance(state, int) else None, label=label, normalize=normalize)
        return self.append(gate, qubits, [])

    def initialize(self, params, qubits=None, normalize=False):
        """Appends the reset of qubits into a state: amplitudes, a text such as ``"0+"`` or a number."""
        qubits = self.qubits if qubits is None else self.qbit_argument_conversion(qubits)
        instruction = g.Initialize(params, len(qubits) if isinstance(params, int) else None, normalize)
        return self.append(instruction, [qubits], [])

    def barrier(self, *qargs, label=None):
        """Appends a barrier over the given qubits, or over all."""
        qubits = self.qbit_argument_conversion(qargs) if qargs else list(self.qubits)
        return self.append(Barrier(len(qubits), label), qubits, [])

    def delay(self, duration, qarg=None, unit="dt"):
        """Appends a wait, on all qubits if none are given."""
        qubits = self.qubits if qarg is None else self.qbit_argument_conversion(qarg)
        return self.append(Delay(duration, unit), [qubits], [])

    def reset(self, qubit):
        """Puts qubits into |0>."""
        return self.append(Reset(), [qubit], [])

    def measure(self, qubit, cbit):
        """Measures qubits into classical bits, pair by pair."""
        return self.append(Measure(), [qubit], [cbit])

    def measure_all(self, inplace=True, add_bits=True):
        """Measures every qubit, into a new register ``meas`` unless `add_bits` is off."""
        circuit = self if inplace else self.copy()
        if add_bits:
            bits = circuit._new_register(circuit.num_qubits, "meas")
        elif circuit.num_clbits < circuit.num_qubits:
            raise CircuitError("The number of classical bits must be equal or greater than the number of qubits.")
        else:
            bits = circuit.clbits[:circuit.num_qubits]
        circuit.barrier()
        circuit.measure(circuit.qubits, bits)
        return None if inplace else circuit

    def measure_active(self, inplace=True):
        """Measures the qubits that some operation acts on, into a new register ``meas``."""
        circuit = self if inplace else self.copy()
        idle = set(circuit.qubits)
        for line in circuit.data:
            if not line.operation._directive:
                idle -= set(line.qubits)
        active = [qubit for qubit in circuit.qubits if qubit not in idle]
        bits = circuit._new_register(len(active), "meas")
        circuit.barrier()
        if active:
            circuit.measure(active, bits)
        return None if inplace else circuit

    def _new_register(self, size, name):
        """Adds a classical register, numbering its name if it is taken."""
        taken = {register.name for register in self.cregs + self.qregs}
        number, free = 0, name
        while free in taken:
            free, number = f"{name}{number}", number + 1
        register = ClassicalRegister(size, free)
        self.add_register(register)
        return register

    def remove_final_measurements(self, inplace=True):
        """Removes measurements and barriers at the end, and the registers they leave unused."""
        circuit = self if inplace else self.copy()
        busy, kept = set(), []
        for line in reversed(circuit.data):
            final = line.name in ("measure", "barrier") and not busy & set(line.qubits)
            if not final:
                busy.update(line.qubits)
                kept.append(line)
        used = {bit for line in kept for bit in line.clbits}
        removed = {bit for line in circuit.data if line.name == "measure" for bit in line.clbits} - used
        circuit.data = kept[::-1]
        circuit.cregs = [register for register in circuit.cregs if not set(register) <= removed]
        circuit.clbits = [bit for bit in circuit.clbits if bit not in removed]
        circuit._places = {bit: index for row in (circuit.qubits, circuit.clbits) for index, bit in enumerate(row)}
        return None if inplace else circuit
