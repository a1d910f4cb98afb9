"""Counts of measured outcomes, under the names of ``qiskit.result``."""

from .._subset import module_getattr
from .counts import Counts, QuasiDistribution, marginal_counts

__all__ = ["Counts", "QuasiDistribution", "marginal_counts"]

__getattr__ = module_getattr(__name__, __all__)
