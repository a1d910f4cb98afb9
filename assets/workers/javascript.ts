/**
 * Runs JavaScript nodes: each skill's code becomes a module by import from a blob, compiled once, without `unsafe-eval`.
 *
 * `function execute(inputs)`, sync or async, is what it calls: by default export, by name, or as a plain script's declaration.
 * What it logs goes to the node's log, and errors point at the skill's own lines.
 */

import type { Code } from "../bridge/protocol";
import { captureConsole } from "./console";
import { JobFailure } from "./failure";
import { lineOfSyntaxError, ownLines } from "./javascript-errors";
import { serve, type Engine, type JobIo } from "./serve";

type Execute = (inputs: Record<string, unknown>) => unknown;

interface Compiled {
  execute: Execute;
  /** The address that stack traces name this code by. */
  url: string;
}

const HAS_DEFAULT_EXPORT = /^[^\S\n]*export\s+default\b|\bas\s+default\b/m;
const HAS_NAMED_EXPORT = /^[^\S\n]*export\s+(async\s+)?(function|const|let|var)\s+execute\b|^[^\S\n]*export\s*\{[^}]*\bexecute\b/m;
const SIDE_BY_SIDE = 8;
const HOW_TO_WRITE = "Write function execute(inputs) { return {…}; }, or export a function by default.";

class JavaScriptEngine implements Engine {
  readonly #compiled = new Map<string, Compiled>();
  readonly #compiling = new Map<string, Promise<Compiled>>();
  #io: JobIo | undefined;

  async start(): Promise<void> {
    captureConsole((stream, text) => this.#io?.log(stream, text));
  }

  run(code: Code, values: Record<string, unknown>, io: JobIo): unknown {
    this.#io = io;
    const compiled = this.#compiled.get(code.codeId);
    if (compiled !== undefined) return this.#call(code, compiled, values);
    return (this.#compiling.get(code.codeId) ?? this.#compile(code)).then((fresh) => {
      this.#compiling.delete(code.codeId);
      this.#compiled.set(code.codeId, fresh);
      return this.#call(code, fresh, values);
    });
  }

  /** Many codes are imported side by side, which is quicker; few wait for their job, so that what they log on the way is theirs. */
  prepare(codes: Code[]): void {
    if (codes.length < SIDE_BY_SIDE) return;
    for (const code of codes) {
      const compiling = this.#compile(code);
      // Told by the job that runs it.
      compiling.catch(() => undefined);
      this.#compiling.set(code.codeId, compiling);
    }
  }

  #call(code: Code, compiled: Compiled, values: Record<string, unknown>): unknown {
    let returned: unknown;
    try {
      returned = compiled.execute(values);
    } catch (error) {
      throw ownFailure(code, compiled.url, error);
    }
    if (typeof returned === "object" && returned !== null && typeof (returned as PromiseLike<unknown>).then === "function") {
      return Promise.resolve(returned).catch((error: unknown) => {
        throw ownFailure(code, compiled.url, error);
      });
    }
    return returned;
  }

  async #compile(code: Code): Promise<Compiled> {
    const exports = HAS_DEFAULT_EXPORT.test(code.text) || HAS_NAMED_EXPORT.test(code.text);
    const text = exports ? code.text : `${code.text}\nexport default execute;`;
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    let module: { default?: unknown; execute?: unknown };
    try {
      module = (await import(url)) as typeof module;
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new JobFailure("code_error", `SyntaxError: ${error.message}`, undefined, await lineOfSyntaxError(code.text, error.message));
      }
      if (!exports && error instanceof ReferenceError && error.message.startsWith("execute is not")) {
        throw new JobFailure("code_error", "The code declares no function execute.", HOW_TO_WRITE);
      }
      throw ownFailure(code, url, error);
    } finally {
      URL.revokeObjectURL(url);
    }
    const execute = module.default ?? module.execute;
    if (typeof execute !== "function") throw new JobFailure("code_error", "The module's default export is no function.", HOW_TO_WRITE);
    return { execute: execute as Execute, url };
  }
}

/** What the person's code threw, told by its own lines. */
function ownFailure(code: Code, url: string, error: unknown): JobFailure {
  if (!(error instanceof Error)) return new JobFailure("code_error", `The code threw ${typeof error === "string" ? error : JSON.stringify(error) ?? String(error)}`);
  const { lines, line } = ownLines(String(error.stack ?? ""), url, code.skillId);
  const message = `${error.name}: ${error.message}`;
  return new JobFailure("code_error", message, lines.length === 0 ? undefined : [message, ...lines].join("\n"), line);
}

serve(new JavaScriptEngine());
