"""The runner of Python nodes, on this machine: what values become on their way out, figures among them.

It runs in the interpreter of the virtual environment, with matplotlib and a stand-in for the border to JavaScript.
"""

import json
import os
import subprocess
import unittest
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@lru_cache(maxsize=None)
def outcomes():
    """Returns what each node of runner_nodes.py gave."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([os.environ["REFERENCE_PYTHON"], str(HERE / "runner_nodes.py"), str(HERE.parent.parent / "assets" / "python")],
                          capture_output=True, text=True, env=environment)
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class Runner(unittest.TestCase):
    """Nodes and their outcomes."""

    def outputs(self, node):
        """Returns the outputs of a node that ended well."""
        outcome = outcomes()[node]
        self.assertIsNone(outcome["failure"], outcome["failure"])
        return outcome["outputs"]

    def failure(self, node):
        """Returns the failure of a node: code, message, detail, line."""
        outcome = outcomes()[node]
        self.assertIsNotNone(outcome["failure"], outcome)
        return outcome["failure"]

    def test_figures_become_images(self):
        for node in ("figure_returned", "figure_left_open", "histogram"):
            image = self.outputs(node)["image"]
            self.assertEqual(image["mime"], "image/png")
            self.assertEqual(bytes(image["bytes"][:8]), b"\x89PNG\r\n\x1a\n")
            self.assertGreater(len(image["bytes"]), 2000)

    def test_no_figure_is_left_for_the_next_node(self):
        self.assertEqual(self.outputs("after_figures"), {"open": 0})

    def test_numbers_and_arrays(self):
        found = self.outputs("numbers")
        self.assertEqual(found["plain"], [1, 2.5, True, None, "text"])
        self.assertEqual(found["complex"], {"re": 1.0, "im": -2.0})
        self.assertEqual(found["long"], {"typed": "d", "length": 300, "last": 299.0})
        self.assertEqual(found["numpy"], {"typed": "d", "length": 3, "last": 3.0})
        self.assertEqual(found["matrix"], [[1, 2], [3, 4]])

    def test_quantum_values(self):
        found = self.outputs("quantum")
        self.assertEqual(found["circuit"]["quantum"]["qubits"], 2)
        self.assertEqual([gate["name"] for gate in found["circuit"]["quantum"]["gates"]], ["h", "cx"])
        self.assertAlmostEqual(found["state"]["re"][3], 0.5 ** 0.5)
        self.assertEqual(found["counts"], {"00": 10})
        self.assertAlmostEqual(found["energy"], 1.0)

    def test_errors_name_the_persons_line(self):
        failure = self.failure("division")
        self.assertEqual(failure["code"], "code_error")
        self.assertEqual(failure["message"], "ZeroDivisionError: division by zero")
        self.assertEqual(failure["line"], 3)
        self.assertNotIn("runner.py", failure["detail"])

    def test_missing_execute_is_said(self):
        self.assertIn("execute", self.failure("no_execute")["message"])

    def test_values_without_a_form_are_refused_by_place(self):
        failure = self.failure("no_form")
        self.assertEqual(failure["code"], "bad_output")
        self.assertIn("inner.thing", failure["message"])
