"""Runs Python nodes inside Pyodide: compiles a skill's code once, gives each job a namespace of its own, and tells errors by the
person's own lines.

It is imported before the memory snapshot is made, so it holds nothing of JavaScript until `start` hands it over. It never decides
whether an output is right: it only brings values into a form that JavaScript has, and `values.ts` checks them.
"""

import inspect
import io
import linecache
import os
import random
import sys
import traceback

import runner_values

RECURSION_LIMIT = sys.getrecursionlimit()
# Freeing the traceback of a deeper recursion exhausts the browser's own stack, and ends the interpreter.
HIGHEST_RECURSION_LIMIT = 3_000

# Figures are drawn to memory; there is no window.
os.environ["MPLBACKEND"] = "Agg"

_codes = {}
_say = None
_fail = None


class _Stream(io.TextIOBase):
    """Standard output or error: what is written is said at once, and the page gathers it."""

    def __init__(self, name):
        self._name = name

    @property
    def encoding(self):
        return "utf-8"

    @property
    def buffer(self):
        """Takes bytes, for code that writes them."""
        return _Bytes(self)

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            _say(self._name, text)
        return len(text)


class _Bytes(io.RawIOBase):
    """The bytes behind a stream, said as text."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, data):
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


_stdout = _Stream("stdout")
_stderr = _Stream("stderr")


def start(say, fail, from_entries):
    """Takes the three functions of JavaScript that it needs: for words, for failures, and for making objects."""
    global _say, _fail
    _say, _fail = say, fail
    runner_values.start(from_entries)
    # The snapshot froze these; every worker would roll the same dice.
    random.seed()
    sys.stdout, sys.stderr = _stdout, _stderr


def _set_recursion_limit(limit, _set=sys.setrecursionlimit):
    _set(min(limit, HIGHEST_RECURSION_LIMIT))


sys.setrecursionlimit = _set_recursion_limit


def define(code_id, skill_id, text, image_outputs):
    """Compiles code, to be run under this id. Whether it could be."""
    filename = f"<{skill_id}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    try:
        _codes[code_id] = (compile(text, filename, "exec", dont_inherit=True), filename, list(image_outputs), text)
    except (SyntaxError, ValueError) as error:
        _tell(error, filename)
        return False
    return True


def run(code_id, inputs, typed):
    """Runs `execute(inputs)` of a defined code. Returns its outputs for JavaScript, or an awaitable of them, or None once it has failed.

    `typed` says whether typed arrays are among the inputs.
    """
    code, filename, image_outputs, text = _codes[code_id]
    if sys.getrecursionlimit() != RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)
    sys.stdout, sys.stderr = _stdout, _stderr
    if filename not in linecache.cache:
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = {"__name__": "__skill__", "__builtins__": __builtins__, "__file__": filename}
    try:
        values = inputs.to_py()
        if typed:
            values = runner_values.arrays(values)
        exec(code, namespace)
        execute = namespace.get("execute")
        if execute is None:
            _fail("code_error", "The code defines no function execute.", "Write def execute(inputs): and return a dict of its outputs.", None)
            return None
        returned = execute(values)
        if inspect.isawaitable(returned):
            return _finish(returned, filename, image_outputs)
        return runner_values.outputs(returned, image_outputs)
    except BaseException as error:  # noqa: B902 - whatever the person's code raises is theirs to read
        _tell(error, filename)
        return None
    finally:
        runner_values.close_figures()


async def _finish(awaitable, filename, image_outputs):
    try:
        return runner_values.outputs(await awaitable, image_outputs)
    except BaseException as error:  # noqa: B902
        _tell(error, filename)
        return None
    finally:
        runner_values.close_figures()


def _tell(error, filename):
    """Says why a job failed, in terms of the person's own lines."""
    if isinstance(error, runner_values.BadOutput):
        _fail("bad_output", str(error), error.hint, None)
        return
    if isinstance(error, SystemExit):
        line = _last_line(error, filename)
        _fail("code_error", f"The code called exit ({error.code}).", "A node ends by returning its outputs.", line)
        return
    try:
        told = traceback.TracebackException.from_exception(error, compact=True)
        _keep_own_lines(told, filename)
        detail = "".join(told.format()).rstrip()
        message = "".join(told.format_exception_only()).strip().splitlines()[-1]
    except BaseException:  # noqa: B902 - an error whose own words fail is still told by its kind
        detail, message = None, type(error).__name__
    _fail("code_error", message, detail, _last_line(error, filename))


def _keep_own_lines(told, filename):
    while told is not None:
        told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename == filename])
        if told.__cause__ is not None:
            _keep_own_lines(told.__cause__, filename)
        told = told.__context__


def _last_line(error, filename):
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    line = None
    entry = error.__traceback__
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == filename:
            line = entry.tb_lineno
        entry = entry.tb_next
    return line
