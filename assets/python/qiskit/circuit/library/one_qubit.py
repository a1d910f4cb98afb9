"""The standard gates on one qubit, and the base class of all standard gates."""

from cmath import exp
from math import cos, pi, sin, sqrt

from ...exceptions import CircuitError
from ..instruction import Gate
from ..parameter import ParameterExpression

_HALF = sqrt(0.5) + 0j


class StandardGate(Gate):
    """A gate that is a class: its name, size and the names of its parameters are the class's."""

    standard_name = ""
    standard_qubits = 1
    parameter_names = ()
    constant = None
    negated_by_inverse = False

    def __init__(self, *params, label=None, **named):
        names = self.parameter_names
        params = list(params)
        for name in names[len(params):]:
            if name in named:
                params.append(named.pop(name))
        if len(params) == len(names) + 1 and (params[-1] is None or isinstance(params[-1], str)):
            label = params.pop()
        if len(params) != len(names) or named:
            wanted = ", ".join(names) or "no parameters"
            raise TypeError(f"{type(self).__name__} takes {wanted}; got {len(params)} value(s) {sorted(named) or ''}".rstrip())
        super().__init__(self.standard_name, self.standard_qubits, map(checked_parameter, params), label)

    def _matrix(self):
        if self.constant is not None:
            return self.constant
        return self.matrix_for(*map(float, self.params))

    @staticmethod
    def matrix_for(*params):
        """Returns the matrix for numeric parameters."""
        raise NotImplementedError

    def inverse(self, annotated=False):
        """Returns the gate that undoes this one."""
        if self.negated_by_inverse:
            return type(self)(*(-value for value in self.params))
        return type(self)()

    def repeat_angle(self, exponent):
        """Returns the same rotation by a multiple of its angle."""
        return type(self)(*(value * exponent for value in self.params))


class RotationGate(StandardGate):
    """A gate whose powers multiply its one angle."""

    parameter_names = ("theta",)
    negated_by_inverse = True

    def power(self, exponent, annotated=False):
        """Returns the rotation by a multiple of the angle."""
        return self.repeat_angle(exponent)


def checked_parameter(value):
    """Accepts a real number or an expression as a gate's parameter."""
    if isinstance(value, (int, float, ParameterExpression)):
        return value
    if isinstance(value, complex) or isinstance(value, str) or not hasattr(value, "__float__"):
        raise CircuitError(f"Invalid param type {type(value)} for gate parameter {value!r}.")
    return float(value)


class IGate(StandardGate):
    """Does nothing."""

    standard_name, constant = "id", [[1 + 0j, 0j], [0j, 1 + 0j]]


class HGate(StandardGate):
    """Hadamard: to and from the X basis."""

    standard_name, constant = "h", [[_HALF, _HALF], [_HALF, -_HALF]]


class XGate(StandardGate):
    """Pauli X, the NOT of a qubit."""

    standard_name, constant = "x", [[0j, 1 + 0j], [1 + 0j, 0j]]


class YGate(StandardGate):
    """Pauli Y."""

    standard_name, constant = "y", [[0j, -1j], [1j, 0j]]


class ZGate(StandardGate):
    """Pauli Z."""

    standard_name, constant = "z", [[1 + 0j, 0j], [0j, -1 + 0j]]


class SGate(StandardGate):
    """The square root of Z."""

    standard_name, constant = "s", [[1 + 0j, 0j], [0j, 1j]]

    def inverse(self, annotated=False):
        """Returns sdg."""
        return SdgGate()


class SdgGate(StandardGate):
    """The inverse of S."""

    standard_name, constant = "sdg", [[1 + 0j, 0j], [0j, -1j]]

    def inverse(self, annotated=False):
        """Returns s."""
        return SGate()


class TGate(StandardGate):
    """The fourth root of Z."""

    standard_name, constant = "t", [[1 + 0j, 0j], [0j, _HALF + 1j * _HALF]]

    def inverse(self, annotated=False):
        """Returns tdg."""
        return TdgGate()


class TdgGate(StandardGate):
    """The inverse of T."""

    standard_name, constant = "tdg", [[1 + 0j, 0j], [0j, _HALF - 1j * _HALF]]

    def inverse(self, annotated=False):
        """Returns t."""
        return TGate()


class SXGate(StandardGate):
    """The square root of X."""

    standard_name, constant = "sx", [[0.5 + 0.5j, 0.5 - 0.5j], [0.5 - 0.5j, 0.5 + 0.5j]]

    def inverse(self, annotated=False):
        """Returns sxdg."""
        return SXdgGate()


class SXdgGate(StandardGate):
    """The inverse of the square root of X."""

    standard_name, constant = "sxdg", [[0.5 - 0.5j, 0.5 + 0.5j], [0.5 + 0.5j, 0.5 - 0.5j]]

    def inverse(self, annotated=False):
        """Returns sx."""
        return SXGate()


class PhaseGate(RotationGate):
    """Multiplies |1> by a phase."""

    standard_name = "p"

    @staticmethod
    def matrix_for(theta):
        """diag(1, exp(i theta))."""
        return [[1 + 0j, 0j], [0j, exp(1j * theta)]]


class U1Gate(PhaseGate):
    """The older name of the phase gate."""

    standard_name = "u1"


class UGate(StandardGate):
    """Any one-qubit gate, by three Euler angles."""

    standard_name, parameter_names = "u", ("theta", "phi", "lam")

    @staticmethod
    def matrix_for(theta, phi, lam):
        """The matrix of Qiskit's U(theta, phi, lambda)."""
        c, s = cos(theta / 2), sin(theta / 2)
        return [[c + 0j, -exp(1j * lam) * s], [exp(1j * phi) * s, exp(1j * (phi + lam)) * c]]

    def inverse(self, annotated=False):
        """Returns U(-theta, -lambda, -phi)."""
        theta, phi, lam = self.params
        return type(self)(-theta, -lam, -phi)


class U3Gate(UGate):
    """The older name of U."""

    standard_name = "u3"


class U2Gate(StandardGate):
    """U with theta = pi/2."""

    standard_name, parameter_names = "u2", ("phi", "lam")

    @staticmethod
    def matrix_for(phi, lam):
        """U(pi/2, phi, lambda)."""
        return UGate.matrix_for(pi / 2, phi, lam)

    def inverse(self, annotated=False):
        """Returns U2(-lambda - pi, -phi + pi)."""
        phi, lam = self.params
        return U2Gate(-lam - pi, -phi + pi)


class RGate(StandardGate):
    """Turns by theta about the axis at angle phi in the XY plane."""

    standard_name, parameter_names = "r", ("theta", "phi")

    @staticmethod
    def matrix_for(theta, phi):
        """cos(theta/2) and -i exp(∓ i phi) sin(theta/2)."""
        c, s = cos(theta / 2), sin(theta / 2)
        return [[c + 0j, -1j * exp(-1j * phi) * s], [-1j * exp(1j * phi) * s, c + 0j]]

    def inverse(self, annotated=False):
        """Turns back."""
        theta, phi = self.params
        return RGate(-theta, phi)


class RXGate(RotationGate):
    """Turns about X."""

    standard_name = "rx"

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta X / 2)."""
        c, s = cos(theta / 2) + 0j, -1j * sin(theta / 2)
        return [[c, s], [s, c]]


class RYGate(RotationGate):
    """Turns about Y."""

    standard_name = "ry"

    @staticmethod
    def matrix_for(theta):
        """exp(-i theta Y / 2)."""
        c, s = cos(theta / 2) + 0j, sin(theta / 2) + 0j
        return [[c, -s], [s, c]]


class RZGate(RotationGate):
    """Turns about Z."""

    standard_name, parameter_names = "rz", ("phi",)

    @staticmethod
    def matrix_for(phi):
        """exp(-i phi Z / 2)."""
        return [[exp(-0.5j * phi), 0j], [0j, exp(0.5j * phi)]]
