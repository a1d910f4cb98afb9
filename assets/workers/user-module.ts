/**
 * Loads code of a skill as an ES module, without `eval`: by default export, by name, or as a plain script's declaration `execute`;
 * a plain script's `animate` is taken along. What goes wrong is told by the person's own lines.
 */

import type { Code } from "../bridge/protocol";
import { JobFailure } from "./failure";
import { lineOfSyntaxError, ownLines } from "./javascript-errors";

export interface UserModule {
  execute: (...parameters: never[]) => unknown;
  /** Declared or exported beside `execute`. */
  animate: unknown;
  /** The address that stack traces name this code by. */
  url: string;
}

const HAS_DEFAULT_EXPORT = /(?:^|[;}])[^\S\n]*export\s+default\b|\bas\s+default\b/m;
const IMPORT_OF_ADDRESS = /\b(?:from|import)\s*\(?\s*["'](https?:[^"']+)["']/;
const HAS_NAMED_EXPORT = /^[^\S\n]*export\s+(async\s+)?(function|const|let|var)\s+execute\b|^[^\S\n]*export\s*\{[^}]*\bexecute\b/m;
const HAS_ANIMATE_EXPORT = /^[^\S\n]*export\s+(async\s+)?(function|const|let|var)\s+animate\b|^[^\S\n]*export\s*\{[^}]*\banimate\b/m;

export async function loadUserModule(code: Pick<Code, "text" | "skillId">, howToWrite: string): Promise<UserModule> {
  const exports = HAS_DEFAULT_EXPORT.test(code.text) || HAS_NAMED_EXPORT.test(code.text);
  const animation = HAS_ANIMATE_EXPORT.test(code.text) ? "" : '\nexport const declaredAnimate = typeof animate === "function" ? animate : undefined;';
  const text = `${code.text}${exports ? "" : "\nexport default execute;"}${animation}`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  let module: { default?: unknown; execute?: unknown; animate?: unknown; declaredAnimate?: unknown };
  try {
    module = (await import(url)) as typeof module;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new JobFailure("code_error", `SyntaxError: ${error.message}`, undefined, await lineOfSyntaxError(code.text, error.message));
    }
    if (!exports && error instanceof ReferenceError && error.message.startsWith("execute is not")) {
      throw new JobFailure("code_error", "The code declares no function execute.", howToWrite);
    }
    const address = IMPORT_OF_ADDRESS.exec(code.text)?.[1];
    if (address !== undefined && error instanceof TypeError) {
      throw new JobFailure("code_error", `The code imports ${address}, and a node has no network.`, "Put what it needs into the skill's own code.");
    }
    throw failureOfCode(code, url, error);
  } finally {
    URL.revokeObjectURL(url);
  }
  const execute = module.default ?? module.execute;
  if (typeof execute !== "function") throw new JobFailure("code_error", "The module's default export is no function.", howToWrite);
  return { execute: execute as UserModule["execute"], animate: module.animate ?? module.declaredAnimate, url };
}

/** What the person's code threw, told by its own lines. */
export function failureOfCode(code: Pick<Code, "skillId">, url: string, error: unknown): JobFailure {
  if (!(error instanceof Error)) return new JobFailure("code_error", `The code threw ${typeof error === "string" ? error : JSON.stringify(error) ?? String(error)}`);
  const { lines, line } = ownLines(String(error.stack ?? ""), url, code.skillId);
  const message = `${error.name}: ${error.message}`;
  return new JobFailure("code_error", message, lines.length === 0 ? undefined : [message, ...lines].join("\n"), line);
}
