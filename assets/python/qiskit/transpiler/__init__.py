"""Pass managers, under the names of ``qiskit.transpiler``: they do what :func:`qiskit.transpile` does, which is little."""

from .._subset import module_getattr
from .pass_manager import PassManager, generate_preset_pass_manager

__all__ = ["PassManager", "generate_preset_pass_manager"]

__getattr__ = module_getattr(__name__, __all__, ("preset_passmanagers",))
