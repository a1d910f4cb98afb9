"""Counts and states as plots that the workbench draws.

In a program that has imported matplotlib, histograms are matplotlib's figures, as in Qiskit. In any other each function returns a
plain description, a dict that fits an output of type ``plot`` (``{"title", "x", "y", "series"}``) and can be changed like any dict.
"""

from .._subset import module_getattr
from .histogram import plot_distribution, plot_histogram
from .text import array_to_latex, circuit_drawer

__all__ = ["array_to_latex", "circuit_drawer", "plot_distribution", "plot_histogram"]

__getattr__ = module_getattr(__name__, __all__)
