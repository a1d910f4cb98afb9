"""Sampler and estimator on exact state vectors, under the names of ``qiskit.primitives``."""

from .._subset import module_getattr
from .containers import BitArray, DataBin, PrimitiveResult, PubResult, SamplerPubResult
from .estimator import StatevectorEstimator
from .job import PrimitiveJob
from .sampler import StatevectorSampler

__all__ = ["BitArray", "DataBin", "PrimitiveJob", "PrimitiveResult", "PubResult", "SamplerPubResult", "StatevectorEstimator",
           "StatevectorSampler"]

__getattr__ = module_getattr(__name__, __all__)
