"""Runs a file of cases in this interpreter and prints what each returned as JSON.

    python probe.py CASES.py [FOLDER]

`FOLDER` is put first on the path: that is how the workbench's own packages are chosen over installed ones. A case is a function
whose name starts with `case_`; its result is reduced to plain numbers, texts, lists and dicts, or to the error's class name.
"""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")


def plain(value):
    """Reduces a result to what JSON can hold; complex numbers become {"re", "im"}, sums of Paulis dicts by label."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    kind = type(value).__name__
    if kind == "SparsePauliOp":
        terms = {}
        for label, coefficient in value.simplify().to_list():
            terms[label] = plain(complex(coefficient))
        return dict(sorted(terms.items()))
    if kind in ("Statevector", "Operator", "DensityMatrix"):
        return [plain(item) for item in value.data.tolist()]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, (list, tuple, range)) or hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    return str(value)


def run(path):
    """Returns the outcome of every case in the file."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    names = {}
    exec(compile(text, os.path.basename(path), "exec"), names)
    outcomes = {}
    for name, case in list(names.items()):
        if name.startswith("case_"):
            try:
                outcomes[name] = {"value": plain(case())}
            except Exception as error:  # the error is the outcome
                outcomes[name] = {"error": type(error).__name__, "message": str(error)}
    return outcomes


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.path.insert(0, sys.argv[2])
    sys.path = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]
    json.dump(run(sys.argv[1]), sys.stdout)
