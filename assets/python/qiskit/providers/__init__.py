"""Simulators under the names of ``qiskit.providers``. There are no devices."""

from .._subset import module_getattr

__all__ = []

__getattr__ = module_getattr(__name__, __all__, ("basic_provider",))
