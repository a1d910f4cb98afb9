"""Circuits as text and matrices as LaTeX's source."""

from .._math.array import nested


def circuit_drawer(circuit, scale=None, filename=None, style=None, output=None, **options):
    """Returns the text drawing of a circuit, as ``circuit.draw()`` does."""
    return circuit.draw(output, filename=filename, **options)


def array_to_latex(array, precision=10, prefix="", source=False, max_size=8):
    """Returns LaTeX's source of a vector or matrix."""
    from ..quantum_info.latex import _number

    rows = nested(array.data if hasattr(array, "num_qubits") else array)
    rows = [[row] if not isinstance(row, list) else row for row in rows]
    if rows and len(rows[0]) == 1:
        rows = [[row[0] for row in rows]]
    body = " \\\\\n ".join(" & ".join(_number(complex(value)) for value in row) for row in rows)
    return f"{prefix}\\begin{{bmatrix}}\n {body}  \\\\\n \\end{{bmatrix}}"
