"""The errors of the package, under Qiskit's own names.

Every message is written for the person who wrote the circuit: what was asked, where, and what would have worked.
"""


class QiskitError(Exception):
    """The base of everything this package raises on purpose."""

    def __init__(self, *message):
        super().__init__(" ".join(str(part) for part in message))
        self.message = " ".join(str(part) for part in message)


class CircuitError(QiskitError):
    """A circuit was put together in a way that has no meaning."""


class UnsupportedError(QiskitError, NotImplementedError):
    """Qiskit can do this; the subset that ships with the workbench cannot."""


class MissingNameError(ImportError):
    """A name of Qiskit's that the subset does not have; the message lists the names it has."""
