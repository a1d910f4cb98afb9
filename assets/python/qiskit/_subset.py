"""How the subset says that it is one.

Modules answer a missing name with :func:`module_getattr`, objects by inheriting :class:`SubsetObject`: the error names what
was asked for and lists what there is. Nothing here pretends to be Qiskit's missing part.
"""

import importlib
import sys

from .exceptions import MissingNameError


# Names that Qiskit itself has given up, or that have another home.
_HINTS = {
    "Aer": " Write `from qiskit_aer import AerSimulator` instead.",
    "BasicAer": " Write `from qiskit_aer import AerSimulator` instead.",
    "execute": " Write `AerSimulator().run(circuit, shots=1024)` instead, with `from qiskit_aer import AerSimulator`.",
    "qiskit.qasm2": " OpenQASM is not read or written here.",
    "qiskit.qasm3": " OpenQASM is not read or written here.",
    "IBMQ": " There are no devices here; `from qiskit_aer import AerSimulator` simulates.",
    "Sampler": " Write `from qiskit.primitives import StatevectorSampler` instead.",
    "Estimator": " Write `from qiskit.primitives import StatevectorEstimator` instead.",
    "bind_parameters": " Write `assign_parameters` instead.",
    "cnot": " Write `cx` instead.",
    "toffoli": " Write `ccx` instead.",
    "fredkin": " Write `cswap` instead.",
    "mct": " Write `mcx` instead.",
    "i": " Write `id` instead.",
    "c_if": " Write `with circuit.if_test((bit, 1)):` instead.",
    "qasm": " OpenQASM is not written here; `circuit.draw()` gives a drawing as text.",
}


def module_getattr(module_name, public_names, submodules=()):
    """Returns a module ``__getattr__`` that loads `submodules` when first asked for and explains every other name.

    Missing names raise ImportError, not AttributeError: ``from qiskit import Name`` would replace an AttributeError's message.
    """

    def __getattr__(name):
        if name in submodules:
            return importlib.import_module(f"{module_name}.{name}")
        if name.startswith("__"):
            raise AttributeError(f"module {module_name!r} has no attribute {name!r}")
        raise MissingNameError(missing_name(module_name, name, (*public_names, *submodules)), name=module_name)

    return __getattr__


def missing_name(place, name, available):
    """Writes the sentence for a name that is not there."""
    listed = ", ".join(sorted(set(available), key=str.lower))
    hint = _HINTS.get(name, "")
    return f"'{name}' is not in {place}: the workbench ships a subset of Qiskit in pure Python.{hint} There is: {listed}."


class SubsetObject:
    """An object whose missing attributes are explained by name; numpy's numbers leave arithmetic with it to the object."""

    __slots__ = ()
    __array_priority__ = 20

    def __getattr__(self, name):
        kind = type(self).__name__
        if name.startswith("_"):
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")
        public = [entry for entry in dir(type(self)) if not entry.startswith("_")]
        raise AttributeError(missing_name(f"this {kind}", name, public))


_MODULES = ("circuit", "circuit.library", "exceptions", "primitives", "providers.basic_provider", "quantum_info", "result", "synthesis", "transpiler",
            "visualization")


class SubmoduleFinder:
    """The last of the import finders: explains ``import qiskit.something`` where the subset has no such module."""

    @staticmethod
    def find_spec(full_name, path=None, target=None):
        """Raises for unknown modules below `qiskit`, and leaves all others to the interpreter."""
        root, _, rest = full_name.partition(".")
        if root == "qiskit" and rest and not rest.rpartition(".")[2].startswith("_"):
            available = ["qiskit." + name for name in _MODULES]
            raise ModuleNotFoundError(missing_name("qiskit", full_name, available), name=full_name)
        return None


def install_finder():
    """Appends the finder once."""
    if SubmoduleFinder not in sys.meta_path:
        sys.meta_path.append(SubmoduleFinder)
