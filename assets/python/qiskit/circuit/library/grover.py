"""Grover's operator and oracles made from Boolean formulas."""

import ast
from math import pi

from ...exceptions import QiskitError
from ..quantumcircuit import QuantumCircuit
from .generalized import DiagonalGate


def grover_operator(oracle, state_preparation=None, zero_reflection=None, reflection_qubits=None, insert_barriers=False, name="Q"):
    """Returns Grover's operator: the oracle, then a reflection about the prepared state (all equal by default)."""
    if not hasattr(oracle, "qregs"):
        wrapped = QuantumCircuit(getattr(oracle, "num_qubits"))
        wrapped.append(oracle, range(wrapped.num_qubits))
        oracle = wrapped
    circuit = QuantumCircuit(*oracle.qregs, name=name)
    circuit.add_bits([qubit for qubit in oracle.qubits if qubit not in circuit._places])
    scratch = set(oracle.ancillas)
    chosen = [index for index, qubit in enumerate(oracle.qubits) if qubit not in scratch] if reflection_qubits is None \
        else list(reflection_qubits)
    if state_preparation is None:
        state_preparation = QuantumCircuit(circuit.num_qubits)
        state_preparation.h([index for index, qubit in enumerate(oracle.qubits) if qubit not in scratch])
    steps = [oracle, state_preparation.inverse(), zero_reflection or _zero_reflection(circuit.num_qubits, chosen), state_preparation]
    for index, step in enumerate(steps):
        if insert_barriers and index:
            circuit.barrier()
        circuit.compose(step, range(step.num_qubits), inplace=True)
    circuit.global_phase = circuit.global_phase + pi
    return circuit


class GroverOperator(QuantumCircuit):
    """The class form of :func:`grover_operator`."""

    def __init__(self, oracle, state_preparation=None, zero_reflection=None, reflection_qubits=None, insert_barriers=False,
                 mcx_mode="noancilla", name="Q"):
        built = grover_operator(oracle, state_preparation, zero_reflection, reflection_qubits, insert_barriers, name)
        super().__init__(*built.qregs, name=name, global_phase=built.global_phase)
        self.oracle = oracle
        self.data = built.data


class PhaseOracleGate(DiagonalGate):
    """Flips the sign of the basis states for which a formula such as ``"(a & b) | ~c"`` is true.

    Qubit k is the k-th name of `var_order`, by default in the order of appearance.
    """

    def __init__(self, boolean_expression, var_order=None, label=None):
        self._formula, self.names = _parsed(boolean_expression, var_order)
        signs = [-1 if self._true_at(index) else 1 for index in range(1 << len(self.names))]
        super().__init__(signs)
        self._label = label or "Phase Oracle"

    def _true_at(self, index):
        return bool(eval(self._formula, {"__builtins__": {}}, {name: bool(index >> k & 1) for k, name in enumerate(self.names)}))

    def evaluate_bitstring(self, bitstring):
        """Says whether the formula is true for a text of 0 and 1, the last for the first name."""
        return self._true_at(int(bitstring, 2))


class PhaseOracle(QuantumCircuit):
    """The circuit form of :class:`PhaseOracleGate`."""

    def __init__(self, expression, var_order=None):
        self._gate = PhaseOracleGate(expression, var_order)
        super().__init__(self._gate.num_qubits, name="Phase Oracle")
        self.append(self._gate, range(self.num_qubits))

    def evaluate_bitstring(self, bitstring):
        """Says whether the formula is true for a text of 0 and 1, the last for the first name."""
        return self._gate.evaluate_bitstring(bitstring)


def _zero_reflection(num_qubits, chosen):
    circuit = QuantumCircuit(num_qubits)
    if len(chosen) == 1:
        circuit.x(chosen[0])
        circuit.z(chosen[0])
        circuit.x(chosen[0])
        return circuit
    circuit.x(chosen)
    circuit.h(chosen[-1])
    circuit.mcx(chosen[:-1], chosen[-1])
    circuit.h(chosen[-1])
    circuit.x(chosen)
    return circuit


class _NotInsteadOfInvert(ast.NodeTransformer):
    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return ast.UnaryOp(ast.Not(), node.operand) if isinstance(node.op, ast.Invert) else node


def _parsed(text, order):
    """Compiles a formula of names, ``& | ^ ~ not and or`` and parentheses; anything else is refused."""
    allowed = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Name, ast.Load, ast.BitAnd, ast.BitOr, ast.BitXor,
               ast.Invert, ast.Not, ast.And, ast.Or)
    try:
        tree = ast.parse(text.replace("!", "~"), mode="eval")
    except SyntaxError as error:
        raise QiskitError(f"The formula '{text}' cannot be read: {error.msg}.") from None
    names = []
    for node in ast.walk(tree):
        if not isinstance(node, allowed):
            raise QiskitError(f"The formula '{text}' may hold names, & | ^ ~ and parentheses only.")
    found = sorted((node for node in ast.walk(tree) if isinstance(node, ast.Name)), key=lambda node: node.col_offset)
    names = list(order) if order else list(dict.fromkeys(node.id for node in found))
    missing = {node.id for node in found} - set(names)
    if missing:
        raise QiskitError(f"var_order does not name {', '.join(sorted(missing))}.")
    tree = ast.fix_missing_locations(_NotInsteadOfInvert().visit(tree))
    return compile(tree, "<formula>", "eval"), names
