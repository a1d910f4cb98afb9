"""Makes a wheel quick to import: leaves out its tests and puts bytecode of the very Python that will run it in place of its sources.

Run by compile-wheels.mjs inside Pyodide, because bytecode belongs to one version of Python.
"""

import compileall
import os
import pathlib
import py_compile
import shutil
import zipfile

LEFT_OUT = {"tests", "testing", "benchmarks"}
# Of packages whose other modules import a folder of such a name.
KEPT = {("sympy", "testing")}


def quick_wheel(source, target):
    """Writes the quick wheel: the same bytes for the same wheel."""
    folder = pathlib.Path("/tmp/wheel")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(source) as wheel:
        wheel.extractall(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        parts = path.relative_to(folder).parts
        if path.is_dir() and path.name in LEFT_OUT and (parts[0], path.name) not in KEPT:
            shutil.rmtree(path)
    os.chdir(folder)
    compileall.compile_dir(".", quiet=2, legacy=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    for path in folder.rglob("*.py"):
        if path.with_suffix(".pyc").exists():
            path.unlink()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                wheel.writestr(entry, path.read_bytes())
