"""``BasicSimulator``, the simulator that Qiskit itself ships."""

from .._subset import module_getattr
from .simulator import Simulator

__all__ = ["BasicSimulator"]

__getattr__ = module_getattr(__name__, __all__)


class BasicSimulator(Simulator):
    """An ideal simulator: ``BasicSimulator().run(circuit, shots=1024, seed_simulator=1).result().get_counts()``."""

    name = "basic_simulator"
