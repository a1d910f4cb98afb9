"""What the standard gates are made of: one-qubit gates as U with a phase, larger ones as cx and one-qubit gates.

All formulas are exact, phases included, and hold for parameters without values too.
"""

from cmath import phase as argument
from math import atan2, pi

# name: (theta, phi, lambda, global phase) as a function of the gate's parameters
ONE_QUBIT = {
    "id": lambda: (0, 0, 0, 0), "h": lambda: (pi / 2, 0, pi, 0), "x": lambda: (pi, 0, pi, 0),
    "y": lambda: (pi, pi / 2, pi / 2, 0), "z": lambda: (0, 0, pi, 0), "s": lambda: (0, 0, pi / 2, 0),
    "sdg": lambda: (0, 0, -pi / 2, 0), "t": lambda: (0, 0, pi / 4, 0), "tdg": lambda: (0, 0, -pi / 4, 0),
    "sx": lambda: (pi / 2, -pi / 2, pi / 2, pi / 4), "sxdg": lambda: (pi / 2, pi / 2, -pi / 2, -pi / 4),
    "p": lambda a: (0, 0, a, 0), "u1": lambda a: (0, 0, a, 0), "u2": lambda a, b: (pi / 2, a, b, 0),
    "u": lambda a, b, c: (a, b, c, 0), "u3": lambda a, b, c: (a, b, c, 0), "rx": lambda a: (a, -pi / 2, pi / 2, 0),
    "ry": lambda a: (a, 0, 0, 0), "rz": lambda a: (0, 0, a, a * -0.5), "r": lambda a, b: (a, b - pi / 2, pi / 2 - b, 0),
}


def _controlled_u(a, b, c, d):
    return [("p", d, 0), ("p", (c + b) / 2, 0), ("p", (c - b) / 2, 1), ("cx", 0, 1), ("u", a / -2, 0, (b + c) / -2, 1), ("cx", 0, 1),
            ("u", a / 2, b, 0, 1)]


# name: a function of the gate's parameters that lists (name, parameters…, qubits…)
LARGER = {
    "cy": lambda: [("sdg", 1), ("cx", 0, 1), ("s", 1)],
    "cz": lambda: [("h", 1), ("cx", 0, 1), ("h", 1)],
    "ch": lambda: [("s", 1), ("h", 1), ("t", 1), ("cx", 0, 1), ("tdg", 1), ("h", 1), ("sdg", 1)],
    "cp": lambda a: [("p", a / 2, 0), ("cx", 0, 1), ("p", a / -2, 1), ("cx", 0, 1), ("p", a / 2, 1)],
    "cu1": lambda a: [("cp", a, 0, 1)],
    "cs": lambda: [("cp", pi / 2, 0, 1)],
    "csdg": lambda: [("cp", -pi / 2, 0, 1)],
    "csx": lambda: [("h", 1), ("cp", pi / 2, 0, 1), ("h", 1)],
    "crx": lambda a: [("h", 1), ("crz", a, 0, 1), ("h", 1)],
    "cry": lambda a: [("ry", a / 2, 1), ("cx", 0, 1), ("ry", a / -2, 1), ("cx", 0, 1)],
    "crz": lambda a: [("rz", a / 2, 1), ("cx", 0, 1), ("rz", a / -2, 1), ("cx", 0, 1)],
    "cu": _controlled_u,
    "cu3": lambda a, b, c: _controlled_u(a, b, c, 0),
    "swap": lambda: [("cx", 0, 1), ("cx", 1, 0), ("cx", 0, 1)],
    "iswap": lambda: [("s", 0), ("s", 1), ("h", 0), ("cx", 0, 1), ("cx", 1, 0), ("h", 1)],
    "dcx": lambda: [("cx", 0, 1), ("cx", 1, 0)],
    "ecr": lambda: [("rzx", pi / 4, 0, 1), ("x", 0), ("rzx", -pi / 4, 0, 1)],
    "rzz": lambda a: [("cx", 0, 1), ("rz", a, 1), ("cx", 0, 1)],
    "rxx": lambda a: [("h", 0), ("h", 1), ("rzz", a, 0, 1), ("h", 0), ("h", 1)],
    "ryy": lambda a: [("rx", pi / 2, 0), ("rx", pi / 2, 1), ("rzz", a, 0, 1), ("rx", -pi / 2, 0), ("rx", -pi / 2, 1)],
    "rzx": lambda a: [("h", 1), ("rzz", a, 0, 1), ("h", 1)],
    "ccx": lambda: [("h", 2), ("cx", 1, 2), ("tdg", 2), ("cx", 0, 2), ("t", 2), ("cx", 1, 2), ("tdg", 2), ("cx", 0, 2), ("t", 1),
                    ("t", 2), ("h", 2), ("cx", 0, 1), ("t", 0), ("tdg", 1), ("cx", 0, 1)],
    "ccz": lambda: [("h", 2), ("ccx", 0, 1, 2), ("h", 2)],
    "cswap": lambda: [("cx", 2, 1), ("ccx", 0, 1, 2), ("cx", 2, 1)],
    "rccx": lambda: [("h", 2), ("t", 2), ("cx", 1, 2), ("tdg", 2), ("cx", 0, 2), ("t", 2), ("cx", 1, 2), ("tdg", 2), ("h", 2)],
}


def many_controls(name, parameters, count):
    """Lists what X or a phase under `count` controls is made of; the target is the last qubit."""
    controls, last, target = list(range(count - 1)), count - 1, count
    if name == "mcx":
        return [("h", target), ("mcphase", pi, *controls, last, target), ("h", target)]
    (angle,) = parameters
    if count == 1:
        return [("cp", angle, 0, 1)]
    inner = ("mcx", *controls, last) if count > 3 else ("ccx", *controls, last) if count == 3 else ("cx", 0, 1)
    return [("cp", angle / 2, last, target), inner, ("cp", angle / -2, last, target), inner,
            ("mcphase", angle / 2, *controls, target)]


def euler_angles(rows):
    """Returns (theta, phi, lambda, global phase) of any unitary of two rows."""
    (a, b), (c, d) = rows
    theta = 2 * atan2(abs(c), abs(a))
    if abs(a) < 1e-12:
        return theta, 0.0, argument(-b) - argument(c), argument(c)
    if abs(c) < 1e-12:
        return theta, 0.0, argument(d) - argument(a), argument(a)
    return theta, argument(c) - argument(a), argument(-b) - argument(a), argument(a)
