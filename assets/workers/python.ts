/**
 * Runs Python nodes: starts Pyodide from the bytes it is given, from a snapshot of its memory where there is one, and lets
 * runner.py do the rest. Without a snapshot it makes one first, so that every interpreter that runs a node was restored alike.
 */

import type { Code } from "../bridge/protocol";
import { isTypedArray } from "./capture";
import { JobFailure } from "./failure";
import { EarlyFiles, type Pyodide, type PyCallable, type PyModule, PyodideBoot } from "./python-boot";
import { serve, type Engine, type JobIo, type StartFile, type StartFiles } from "./serve";

interface Runner extends PyModule {
  start(say: (stream: "stdout" | "stderr", text: string) => void, fail: Fail, fromEntries: typeof Object.fromEntries): void;
  define: PyCallable;
  run: PyCallable;
}

type Fail = (code: string, message: string, detail: string | undefined, line: number | undefined) => void;

class PythonEngine implements Engine {
  readonly ownsOutputs = true;
  readonly #defined = new Set<string>();
  readonly #early = new EarlyFiles();
  #python: Pyodide | undefined;
  #boot: PyodideBoot | undefined;
  #define: PyCallable | undefined;
  #run: PyCallable | undefined;
  #io: JobIo | undefined;
  #failure: JobFailure | undefined;

  receive(name: string, file: StartFile): void {
    this.#early.receive(name, file);
  }

  async start(files: StartFiles, _options: unknown, stage: (text: string) => void, keep: (name: string, bytes: ArrayBuffer) => void): Promise<void> {
    const boot = new PyodideBoot(files, this.#early, (stream, text) => this.#io?.log(stream, text));
    const python = await boot.start(stage, keep);
    const runner = python.pyimport("runner") as Runner;
    runner.start(
      (stream, text) => this.#io?.log(stream, text),
      (code, message, detail, line) => {
        this.#failure = new JobFailure(code, message, detail, line);
      },
      Object.fromEntries,
    );
    this.#define = runner.define;
    this.#run = runner.run;
    this.#python = python;
    this.#boot = boot;
  }

  async install(wheels: { name: string; bytes: ArrayBuffer }[]): Promise<void> {
    await this.#boot?.install(this.#python!, wheels);
  }

  run(code: Code, values: Record<string, unknown>, io: JobIo): unknown {
    this.#io = io;
    this.#failure = undefined;
    if (!this.#defined.has(code.codeId)) {
      const images = code.outputs.filter((port) => port.type === "image").map((port) => port.name);
      if (this.#define!(code.codeId, code.skillId, code.text, images) !== true) throw this.#failed();
      this.#defined.add(code.codeId);
    }
    const returned = this.#run!(code.codeId, values, holdsTypedArrays(values));
    if (isAwaitable(returned)) {
      return returned.then((settled) => {
        returned.destroy();
        return this.#concluded(settled);
      });
    }
    return this.#concluded(returned);
  }

  /** The runner catches whatever Python raises: what still comes out of it is the interpreter's end. */
  fatal(error: unknown): boolean {
    return !(error instanceof JobFailure);
  }

  epitaph(error: unknown): string {
    if (error instanceof RangeError) return "Python ran out of stack and is started anew. The code recursed too deeply, or nested its data too deeply.";
    return `Python broke and is started anew: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }

  #concluded(returned: unknown): unknown {
    if (this.#failure !== undefined) throw this.#failed();
    return returned;
  }

  #failed(): JobFailure {
    return this.#failure ?? new JobFailure("code_error", "Python failed without saying why.");
  }
}

interface Awaitable {
  then<T>(settled: (value: unknown) => T): Promise<T>;
  destroy(): void;
}

function isAwaitable(value: unknown): value is Awaitable {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function" && "destroy" in value;
}

/** Arrays of plain values are not looked through: they hold no others. */
function holdsTypedArrays(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isTypedArray(value)) return true;
  if (Array.isArray(value)) return typeof value[0] === "object" && value.some(holdsTypedArrays);
  return Object.values(value).some(holdsTypedArrays);
}

serve(new PythonEngine());
