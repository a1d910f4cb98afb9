"""Runs the tests of the workbench's Python: `python run.py --venv FOLDER [part of a test's name…]`.

The folder gets a virtual environment with the packages of requirements.txt, once; a run on an unchanged list installs nothing.
The last line is `N passed, N failed`, and the exit status says whether all passed. Standard library only.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
MODULES = ("test_quantum", "test_quantum_alone", "test_quantum_programs", "test_runner")


class Stopped(Exception):
    """The tests could not begin; the message says why and what to do."""


def environment(folder):
    """Returns the Python of the virtual environment, making it if it is not there or not of these requirements."""
    if sys.version_info < OLDEST_PYTHON:
        raise Stopped(f"the Python tests need Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, this is {sys.version.split()[0]}; "
                      "set PYTHON to the path of a newer one")
    requirements = HERE / "requirements.txt"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "requirements.sha256"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print("  installing Qiskit, numpy and matplotlib for the Python tests (once, about 250 MB) …", flush=True)
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--only-binary", ":all:",
             "-r", str(requirements)])
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Stopped(f"the packages of {requirements.name} could not be installed:\n{error.output}\n"
                      "check the connection to the package index, then run this again") from None
    stamp.write_text(wanted)
    print(f"  installed in {time.monotonic() - started:.0f} s", flush=True)
    return python


def run(command):
    """Runs a command silently; its output is in the error if it fails."""
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class Result(unittest.TestResult):
    """Counts tests and tells failures as they come."""

    passed = 0

    def addSuccess(self, test):
        """Counts a test."""
        super().addSuccess(test)
        self.passed += 1

    def addSubTest(self, test, subtest, error):
        """Tells a failed part."""
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._tell(subtest, self._exc_info_to_string(error, test))

    def addError(self, test, err):
        """Tells an error."""
        super().addError(test, err)
        self._tell(test, self.errors[-1][1])

    def addFailure(self, test, err):
        """Tells a failure."""
        super().addFailure(test, err)
        self._tell(test, self.failures[-1][1])

    def _tell(self, test, text):
        print(f"\n  ✗ {test}\n{text}", flush=True)

    @property
    def failed(self):
        """The number of tests that did not pass."""
        return len(self.failures) + len(self.errors) + len(self.unexpectedSuccesses)


def chosen(suite, filters):
    """Yields the tests whose name holds one of the filters."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, filters)
        elif not filters or any(part in test.id() for part in filters):
            yield test


def main():
    """Runs the tests; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, required=True, help="folder of the virtual environment")
    parser.add_argument("filters", nargs="*", help="run only tests whose name holds one of these")
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE))
    result = Result()
    tests = list(chosen(unittest.defaultTestLoader.loadTestsFromNames(MODULES), arguments.filters))
    try:
        if tests:
            os.environ["REFERENCE_PYTHON"] = str(environment(arguments.venv.resolve()))
        unittest.TestSuite(tests).run(result)
        failed = result.failed
    except Stopped as problem:
        print(f"  {problem}", flush=True)
        failed = 1
    print(f"{result.passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
