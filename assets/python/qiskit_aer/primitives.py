"""Sampler and estimator under the names of ``qiskit_aer.primitives``: Qiskit's own, on exact state vectors."""

from qiskit._subset import module_getattr
from qiskit.primitives import StatevectorEstimator, StatevectorSampler

__all__ = ["EstimatorV2", "SamplerV2"]

__getattr__ = module_getattr(__name__, __all__)


class SamplerV2(StatevectorSampler):
    """Measured bits of circuits; `options` are accepted and make no difference."""

    def __init__(self, *, default_shots=1024, seed=None, options=None):
        super().__init__(default_shots=default_shots, seed=seed)

    @classmethod
    def from_backend(cls, backend, **options):
        """Returns a sampler."""
        return cls(**options)


class EstimatorV2(StatevectorEstimator):
    """Expectation values of observables; `options` are accepted and make no difference."""

    def __init__(self, *, options=None):
        super().__init__(default_precision=(options or {}).get("default_precision", 0.0))

    @classmethod
    def from_backend(cls, backend, **options):
        """Returns an estimator."""
        return cls(**options)
