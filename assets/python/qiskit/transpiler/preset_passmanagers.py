"""The home of ``generate_preset_pass_manager`` in Qiskit."""

from .pass_manager import generate_preset_pass_manager

__all__ = ["generate_preset_pass_manager"]
