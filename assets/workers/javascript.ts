/**
 * Runs JavaScript nodes: each skill's code is loaded as a module once (user-module.ts) and its `execute(inputs)` called for each job.
 * What it logs goes to the node's log.
 */

import type { Code } from "../bridge/protocol";
import { captureConsole } from "./console";
import { serve, type Engine, type JobIo } from "./serve";
import { failureOfCode, loadUserModule, type UserModule } from "./user-module";

/** So many codes at once are loaded side by side, which is quicker; fewer wait for their job, so that what they log on the way is theirs. */
const SIDE_BY_SIDE = 8;
const HOW_TO_WRITE = "Write function execute(inputs) { return {…}; }, or export a function by default.";

class JavaScriptEngine implements Engine {
  readonly #modules = new Map<string, UserModule>();
  readonly #loading = new Map<string, Promise<UserModule>>();
  #io: JobIo | undefined;

  async start(): Promise<void> {
    captureConsole((stream, text) => this.#io?.log(stream, text));
  }

  prepare(codes: Code[]): void {
    if (codes.length < SIDE_BY_SIDE) return;
    for (const code of codes) {
      const loading = loadUserModule(code, HOW_TO_WRITE);
      // Told by the job that runs it.
      loading.catch(() => undefined);
      this.#loading.set(code.codeId, loading);
    }
  }

  run(code: Code, values: Record<string, unknown>, io: JobIo): unknown {
    this.#io = io;
    const module = this.#modules.get(code.codeId);
    if (module !== undefined) return call(code, module, values);
    return (this.#loading.get(code.codeId) ?? loadUserModule(code, HOW_TO_WRITE)).then((loaded) => {
      this.#loading.delete(code.codeId);
      this.#modules.set(code.codeId, loaded);
      return call(code, loaded, values);
    });
  }
}

function call(code: Code, module: UserModule, values: Record<string, unknown>): unknown {
  const execute = module.execute as (inputs: Record<string, unknown>) => unknown;
  let returned: unknown;
  try {
    returned = execute(values);
  } catch (error) {
    throw failureOfCode(code, module.url, error);
  }
  if (typeof returned === "object" && returned !== null && typeof (returned as PromiseLike<unknown>).then === "function") {
    return Promise.resolve(returned).catch((error: unknown) => {
      throw failureOfCode(code, module.url, error);
    });
  }
  return returned;
}

serve(new JavaScriptEngine());
