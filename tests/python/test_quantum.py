"""The workbench's quantum module against Qiskit itself.

Each file in `cases` is run as it is, as the same text, by Qiskit and by the module that ships: once without numpy, as in a page
that loads nothing, and once in a program that uses numpy. Numbers must agree to 1e-10, texts exactly, errors in their class.
"""

import json
import os
import subprocess
import unittest
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = HERE.parent.parent / "assets" / "python"
TOLERANCE = 1e-10


@lru_cache(maxsize=None)
def outcomes(cases, side):
    """Returns the outcome of each case of a file: by "Qiskit", by "ours", or by "ours beside numpy"."""
    python, probe, path = os.environ["REFERENCE_PYTHON"], str(HERE / "probe.py"), str(HERE / "cases" / f"{cases}.py")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = {
        "Qiskit": [python, probe, path],
        "ours": [python, "-S", probe, path, str(OURS)],
        "ours beside numpy": [python, "-c", "import numpy, runpy, sys; sys.argv = sys.argv[1:]; "
                              "runpy.run_path(sys.argv[0], run_name='__main__')", probe, path, str(OURS)],
    }[side]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise AssertionError(f"{side} could not run {cases}.py:\n{done.stderr}")
    return json.loads(done.stdout)


def difference(expected, found, place=""):
    """Says where two results differ, or returns None."""
    numbers = (int, float)
    if isinstance(expected, numbers) and isinstance(found, numbers) and isinstance(expected, bool) == isinstance(found, bool):
        return None if abs(expected - found) <= TOLERANCE else f"{place}: {expected!r} in Qiskit, {found!r} here"
    for one, other in ((expected, found), (found, expected)):
        if isinstance(one, dict) and one.keys() == {"re", "im"} and isinstance(other, numbers):
            pair = [{"re": value, "im": 0.0} if isinstance(value, numbers) else value for value in (expected, found)]
            return difference(*pair, place)
    if type(expected) is not type(found):
        return f"{place}: {expected!r:.200} in Qiskit, {found!r:.200} here"
    if isinstance(expected, dict):
        if list(expected) != list(found):
            return f"{place}: the names {list(expected)} in Qiskit, {list(found)} here"
        pairs = [(f"{place}.{key}", expected[key], found[key]) for key in expected]
    elif isinstance(expected, list):
        if len(expected) != len(found):
            return f"{place}: {len(expected)} entries in Qiskit, {len(found)} here"
        pairs = [(f"{place}[{index}]", *both) for index, both in enumerate(zip(expected, found))]
    else:
        return None if expected == found else f"{place}:\n{expected}\nin Qiskit,\n{found}\nhere"
    return next((told for where, left, right in pairs if (told := difference(left, right, where))), None)


class SameAsQiskit(unittest.TestCase):
    """One test per case; the tests are made below, from the names of the cases in the files."""

    maxDiff = None

    def check(self, cases, name):
        """Compares one case on both of our sides."""
        expected = outcomes(cases, "Qiskit")[name]
        for side in ("ours", "ours beside numpy"):
            with self.subTest(side):
                found = outcomes(cases, side)[name]
                self.assertEqual(expected.get("error"), found.get("error"),
                                 f"Qiskit: {expected.get('message')!r}\n{side}: {found.get('message')!r}")
                if "value" in expected:
                    told = difference(expected["value"], found["value"])
                    self.assertIsNone(told, told)


def _test(cases, name):
    def test(self):
        self.check(cases, name)

    test.__name__ = f"test_{cases}_{name.removeprefix('case_')}"
    return test


for _path in sorted((HERE / "cases").glob("*.py")):
    for _line in _path.read_text(encoding="utf-8").splitlines():
        if _line.startswith("def case_"):
            _name = _line[4:].split("(")[0]
            _made = _test(_path.stem, _name)
            setattr(SameAsQiskit, _made.__name__, _made)
