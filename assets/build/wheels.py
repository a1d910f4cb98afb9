"""Tells the build what the wheels in a folder are, and where pip looks for packages by default: JSON on standard output.

    python3 wheels.py <folder of wheels> <standard library's zip>
"""

import email
import json
import pathlib
import re
import sys
import zipfile


def describe(path):
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        info = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        metadata = email.message_from_string(wheel.read(info).decode())
    tops = {name.split("/")[0] for name in names}
    imports = sorted(top.removesuffix(".py") for top in tops if re.fullmatch(r"[A-Za-z_]\w*(\.py)?", top) and top.removesuffix(".py").isidentifier())
    # Requirements that no extra asks for.
    wanted = [line for line in metadata.get_all("Requires-Dist", []) if "extra" not in line.partition(";")[2]]
    depends = [re.match(r"[\w.-]+", line).group().lower() for line in wanted]
    name = re.sub(r"[-_.]+", "-", metadata["Name"]).lower()
    return {"name": name, "version": metadata["Version"], "file": path.name, "imports": imports, "depends": depends}


def standard_modules(archive):
    with zipfile.ZipFile(archive) as library:
        tops = {name.split("/")[0] for name in library.namelist()}
    return sorted({re.sub(r"\.pyc?$", "", top) for top in tops} | set(getattr(sys, "stdlib_module_names", ())))


def index_url():
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        return ""
    return PyPI.simple_url


wheels = [describe(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.whl"))]
print(json.dumps({"wheels": wheels, "standardModules": standard_modules(sys.argv[2]), "indexUrl": index_url()}))
