"""A compatible subset of Qiskit in pure Python, for places where Qiskit itself cannot be loaded, such as a browser.

It is an independent implementation under Qiskit's names, with Qiskit's conventions: qubit 0 is the least significant bit
everywhere. It simulates exactly, needs no numpy (and hands out numpy arrays to programs that use numpy), and is checked against
the Qiskit of the version number before the plus sign. It never pretends: a name that is not here raises an error that lists what is.

What is here: :mod:`qiskit.circuit` and its library, :mod:`qiskit.quantum_info`, :mod:`qiskit.primitives`,
:mod:`qiskit.visualization`, :func:`transpile` to a set of gates, and beside it ``qiskit_aer.AerSimulator``. What is not: devices,
optimisation of circuits, pulses, noise models, OpenQASM. Ready-made circuits are plain ones here, not wrapped into a block.
"""

from ._subset import install_finder, module_getattr
from .circuit import AncillaRegister, ClassicalRegister, QuantumCircuit, QuantumRegister
from .compiler import transpile
from .exceptions import MissingNameError, QiskitError

__version__ = "2.6.2+subset.1"

__all__ = ["AncillaRegister", "ClassicalRegister", "MissingNameError", "QiskitError", "QuantumCircuit", "QuantumRegister", "transpile"]

__getattr__ = module_getattr(__name__, __all__, ("circuit", "quantum_info", "primitives", "visualization", "result", "synthesis", "transpiler", "exceptions", "providers"))

install_finder()
