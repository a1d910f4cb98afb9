"""Gates and ready-made circuits, under the names of ``qiskit.circuit.library``."""

from ..._subset import module_getattr
from ..operations import Barrier, Measure, Reset
from .controlled import (C3SXGate, C3XGate, C4XGate, CCXGate, CCZGate, CHGate, CPhaseGate, CRXGate, CRYGate, CRZGate, CSdgGate,
                         CSGate, CSwapGate, CSXGate, CU1Gate, CU3Gate, CUGate, CXGate, CYGate, CZGate, MCPhaseGate, MCXGate,
                         RCCXGate)
from .generalized import DiagonalGate, GlobalPhaseGate, Initialize, PauliGate, PermutationGate, StatePreparation, UnitaryGate
from .one_qubit import (HGate, IGate, PhaseGate, RGate, RXGate, RYGate, RZGate, SdgGate, SGate, SXdgGate, SXGate, TdgGate, TGate,
                        U1Gate, U2Gate, U3Gate, UGate, XGate, YGate, ZGate)
from .two_qubit import DCXGate, ECRGate, RXXGate, RYYGate, RZXGate, RZZGate, SwapGate, XXMinusYYGate, XXPlusYYGate, iSwapGate

__all__ = [name for name, value in list(globals().items()) if isinstance(value, type)]

_CIRCUITS = {
    "ansatz": ("EfficientSU2", "NLocal", "RealAmplitudes", "TwoLocal", "efficient_su2", "n_local", "real_amplitudes"),
    "feature_maps": ("PauliFeatureMap", "ZFeatureMap", "ZZFeatureMap", "pauli_feature_map", "z_feature_map", "zz_feature_map"),
    "fourier": ("PhaseEstimation", "QFT", "QFTGate", "phase_estimation"),
    "grover": ("GroverOperator", "PhaseOracle", "PhaseOracleGate", "grover_operator"),
    "evolution": ("HamiltonianGate", "PauliEvolutionGate", "QAOAAnsatz", "qaoa_ansatz"),
}
__all__ += sorted(name for names in _CIRCUITS.values() for name in names)

_explain = module_getattr(__name__, __all__)


def __getattr__(name):
    """Loads the module of a ready-made circuit when it is first asked for."""
    for module, names in _CIRCUITS.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{module}"), name)
    return _explain(name)
