"""Circuits, their parts and parameters, under the names of ``qiskit.circuit``."""

from .._subset import module_getattr
from ..exceptions import CircuitError
from .bits import AncillaQubit, AncillaRegister, Bit, ClassicalRegister, Clbit, QuantumRegister, Qubit, Register
from .controlflow import ControlFlowOp, ForLoopOp, IfElseOp, WhileLoopOp
from .instruction import ControlledGate, Gate, Instruction
from .line import CircuitInstruction
from .operations import Barrier, Delay, Measure, Reset
from .parameter import Parameter, ParameterExpression, ParameterVector, ParameterVectorElement
from .quantumcircuit import InstructionSet, QuantumCircuit

Operation = Instruction

__all__ = [
    "AncillaQubit", "AncillaRegister", "Barrier", "Bit", "CircuitError", "CircuitInstruction", "ClassicalRegister", "Clbit",
    "ControlFlowOp", "ControlledGate", "Delay", "ForLoopOp", "Gate", "IfElseOp", "Instruction", "InstructionSet", "Measure",
    "Operation", "Parameter", "ParameterExpression", "ParameterVector", "ParameterVectorElement", "QuantumCircuit",
    "QuantumRegister", "Qubit", "Register", "Reset", "WhileLoopOp",
]

__getattr__ = module_getattr(__name__, __all__, ("library",))
