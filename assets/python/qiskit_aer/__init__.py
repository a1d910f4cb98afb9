"""A small stand-in for qiskit-aer: ``AerSimulator``, ideal and on state vectors, on the workbench's own subset of Qiskit.

There is no noise model, no other method and no device; names that are missing say so.
"""

from qiskit._subset import module_getattr

from .simulator import Aer, AerSimulator, StatevectorSimulator

__version__ = "0.17.2+subset.1"

__all__ = ["Aer", "AerSimulator", "StatevectorSimulator"]

__getattr__ = module_getattr(__name__, __all__, ("primitives",))
