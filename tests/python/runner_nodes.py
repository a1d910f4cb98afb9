"""Runs nodes through the workbench's runner and prints what came out as JSON: `python runner_nodes.py ASSETS_PYTHON`.

`pyodide.ffi` is replaced by a stand-in: values stay Python's, so that what would cross the border can be looked at.
"""

import array
import asyncio
import json
import sys
import types

NODES = {
    "figure_returned": (["image"], """
import matplotlib.pyplot as plt
def execute(inputs):
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], inputs["y"])
    return {"image": figure}
"""),
    "figure_left_open": (["image"], """
import matplotlib.pyplot as plt
async def execute(inputs):
    plt.plot(inputs["y"])
"""),
    "histogram": (["image"], """
import matplotlib.pyplot as plt
from qiskit.visualization import plot_histogram
def execute(inputs):
    return {"image": plot_histogram([{"00": 3, "11": 5}, {"00": 4}], legend=["a", "b"], title="Counts")}
"""),
    "after_figures": ([], """
import matplotlib.pyplot as plt
def execute(inputs):
    return {"open": len(plt.get_fignums())}
"""),
    "numbers": ([], """
import numpy as np
def execute(inputs):
    return {"plain": [1, 2.5, True, None, "text"], "complex": 1 - 2j, "long": [float(i) for i in range(300)],
            "numpy": np.array([1.0, 2.0, 3.0]), "matrix": np.array([[1, 2], [3, 4]])}
"""),
    "quantum": ([], """
from qiskit import QuantumCircuit
from qiskit.primitives import StatevectorEstimator, StatevectorSampler
from qiskit.quantum_info import Statevector
def execute(inputs):
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    idle = QuantumCircuit(2)
    idle.measure_all()
    counts = StatevectorSampler().run([idle], shots=10).result()[0].data.meas.get_counts()
    energy = StatevectorEstimator().run([(circuit, "ZZ")]).result()[0].data.evs
    return {"circuit": circuit, "state": Statevector(circuit), "counts": counts, "energy": energy}
"""),
    "division": ([], "def execute(inputs):\n    x = 0\n    return {'y': 1 / x}\n"),
    "no_execute": ([], "x = 1\n"),
    "no_form": ([], "def execute(inputs):\n    return {'inner': {'thing': object()}}\n"),
}


class JavaScriptObject:
    """Stands for inputs that JavaScript hands over."""

    def __init__(self, value):
        self._value = value

    def to_py(self):
        """Returns Python's form."""
        return self._value


def stand_in():
    """Puts a module in place of `pyodide.ffi`."""
    ffi = types.ModuleType("pyodide.ffi")
    ffi.JsProxy, ffi.jsnull = JavaScriptObject, None
    ffi.to_js = lambda value, **options: value
    package = types.ModuleType("pyodide")
    package.ffi = ffi
    sys.modules["pyodide"], sys.modules["pyodide.ffi"] = package, ffi


def shown(value):
    """Reduces outputs to JSON; typed arrays are told by their kind, length and last entry."""
    if isinstance(value, array.array):
        return {"typed": value.typecode, "length": len(value), "last": value[-1]}
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return value


def main():
    """Runs every node and prints the outcomes."""
    stand_in()
    sys.path.insert(0, sys.argv[1])
    import runner

    failures, outcomes, terminal = [], {}, (sys.stdout, sys.stderr)

    def fail(code, message, detail, line):
        failures.append({"code": code, "message": message, "detail": detail, "line": line})

    runner.start(lambda stream, text: None, fail, None)
    for name, (image_outputs, text) in NODES.items():
        failures.clear()
        returned = None
        if runner.define(name, name, text, image_outputs):
            returned = runner.run(name, JavaScriptObject({"y": [1, 4, 9]}), False)
            if asyncio.iscoroutine(returned):
                returned = asyncio.run(returned)
        outcomes[name] = {"outputs": shown(returned), "failure": failures[0] if failures else None}
    sys.stdout, sys.stderr = terminal
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
