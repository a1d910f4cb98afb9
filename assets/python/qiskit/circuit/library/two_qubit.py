"""The standard gates on two qubits that are no controlled gates."""

from cmath import exp
from math import cos, sin, sqrt

from ..._math import matrix as dense
from .one_qubit import RotationGate, StandardGate

_HALF = sqrt(0.5)


class SwapGate(StandardGate):
    """Exchanges two qubits."""

    standard_name, standard_qubits = "swap", 2
    constant = [[1 + 0j, 0j, 0j, 0j], [0j, 0j, 1 + 0j, 0j], [0j, 1 + 0j, 0j, 0j], [0j, 0j, 0j, 1 + 0j]]


class _Daggered(StandardGate):
    """A fixed gate whose inverse is no standard gate."""

    def inverse(self, annotated=False):
        """Returns the inverse as a unitary gate."""
        from .generalized import UnitaryGate

        return UnitaryGate(dense.dagger(self.constant), label=f"{self.name}_dg", check_input=False)


class iSwapGate(_Daggered):
    """Exchanges two qubits with a phase i."""

    standard_name, standard_qubits = "iswap", 2
    constant = [[1 + 0j, 0j, 0j, 0j], [0j, 0j, 1j, 0j], [0j, 1j, 0j, 0j], [0j, 0j, 0j, 1 + 0j]]


class DCXGate(_Daggered):
    """Two CX gates back to back, with the controls exchanged."""

    standard_name, standard_qubits = "dcx", 2
    constant = [[1 + 0j, 0j, 0j, 0j], [0j, 0j, 0j, 1 + 0j], [0j, 1 + 0j, 0j, 0j], [0j, 0j, 1 + 0j, 0j]]


class ECRGate(StandardGate):
    """The echoed cross-resonance gate of IBM's devices."""

    standard_name, standard_qubits = "ecr", 2
    constant = [[0j, _HALF + 0j, 0j, _HALF * 1j], [_HALF + 0j, 0j, -_HALF * 1j, 0j],
                [0j, _HALF * 1j, 0j, _HALF + 0j], [-_HALF * 1j, 0j, _HALF + 0j, 0j]]


class RXXGate(RotationGate):
    """Turns about XX."""

    standard_name, standard_qubits = "rxx", 2

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta XX / 2)."""
        c, s = cos(theta / 2) + 0j, -1j * sin(theta / 2)
        return [[c, 0j, 0j, s], [0j, c, s, 0j], [0j, s, c, 0j], [s, 0j, 0j, c]]


class RYYGate(RotationGate):
    """Turns about YY."""

    standard_name, standard_qubits = "ryy", 2

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta YY / 2)."""
        c, s = cos(theta / 2) + 0j, 1j * sin(theta / 2)
        return [[c, 0j, 0j, s], [0j, c, -s, 0j], [0j, -s, c, 0j], [s, 0j, 0j, c]]


class RZZGate(RotationGate):
    """Turns about ZZ."""

    standard_name, standard_qubits = "rzz", 2

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta ZZ / 2)."""
        same, other = exp(-0.5j * theta), exp(0.5j * theta)
        return [[same, 0j, 0j, 0j], [0j, other, 0j, 0j], [0j, 0j, other, 0j], [0j, 0j, 0j, same]]


class RZXGate(RotationGate):
    """Turns about Z on the first and X on the second qubit."""

    standard_name, standard_qubits = "rzx", 2

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta X⊗Z / 2)."""
        c, s = cos(theta / 2) + 0j, 1j * sin(theta / 2)
        return [[c, 0j, -s, 0j], [0j, c, 0j, s], [-s, 0j, c, 0j], [0j, s, 0j, c]]


class XXMinusYYGate(StandardGate):
    """The (XX - YY) interaction: mixes |00> and |11>."""

    standard_name, standard_qubits, parameter_names = "xx_minus_yy", 2, ("theta", "beta")

    def __init__(self, theta, beta=0, label=None):
        super().__init__(theta, beta, label=label)

    @staticmethod
    def matrix_for(theta, beta):
        """A turn in the space of |00> and |11>."""
        c, s = cos(theta / 2) + 0j, -1j * sin(theta / 2)
        one = 1 + 0j
        return [[c, 0j, 0j, s * exp(-1j * beta)], [0j, one, 0j, 0j], [0j, 0j, one, 0j], [s * exp(1j * beta), 0j, 0j, c]]

    def inverse(self, annotated=False):
        """Turns back."""
        return type(self)(-self.params[0], self.params[1])


class XXPlusYYGate(XXMinusYYGate):
    """The (XX + YY) interaction: mixes |01> and |10>."""

    standard_name = "xx_plus_yy"

    @staticmethod
    def matrix_for(theta, beta):
        """A turn in the space of |01> and |10>."""
        c, s = cos(theta / 2) + 0j, -1j * sin(theta / 2)
        one = 1 + 0j
        return [[one, 0j, 0j, 0j], [0j, c, s * exp(-1j * beta), 0j], [0j, s * exp(1j * beta), c, 0j], [0j, 0j, 0j, one]]
