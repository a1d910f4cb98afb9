/**
 * Makes a node of a code block in a text, which was written for none: what it prints is its log; its figures, what it assigns to
 * `result` and the value of its last line are its outputs. Lines keep their numbers, so that an error points where the reader looks.
 */

import type { ExecutableSkill, Payload, Port } from "./llmos.d";

type Language = ExecutableSkill["language"];

const optional = (name: string, type: Port["type"]): Port => ({ name, type, description: "", required: false });

const OUTPUTS: Record<Language, Port[]> = {
  python: [optional("result", "any"), ...["figure", "figure 2", "figure 3", "figure 4"].map((name) => optional(name, "image"))],
  javascript: [optional("result", "any")],
  spice: [optional("plot", "plot"), optional("values", "object")],
};

/** Gives back what the code defines: by `execute`, by `result`, or by its last line. What has no form outside Python is told as text. */
const PYTHON_END = `

def _block_outputs(_inputs, _names=globals()):
    import builtins
    run = _names.get("execute_block")
    value = run({}) if builtins.callable(run) else _names.get("last_value__", _names.get("result"))
    if value is None:
        return {}
    home = type(value).__module__.split(".")[0]
    known = home in ("builtins", "numpy", "pandas", "datetime", "array", "collections") or hasattr(value, "to_preview")
    shown = known and not builtins.callable(value)
    return {"result": value if shown else repr(value)}

execute_block = globals().get("execute")
execute = _block_outputs
`;

const JAVASCRIPT_END = `
export default function block() {
  if (typeof execute === "function") return execute({});
  if (typeof lastValue__ !== "undefined") return lastValue__;
  return typeof result === "undefined" ? undefined : result;
}
`;

/** A payload with the one node. */
export function blockPayload(code: string, language: Language): Payload {
  const skill: ExecutableSkill = {
    skillId: "block",
    name: "Code block",
    description: "",
    type: language === "spice" ? "spice" : language === "javascript" ? "javascript" : "python-wasm",
    executionMode: "browser-wasm",
    category: "",
    tags: [],
    version: "",
    author: "",
    inputs: [],
    outputs: OUTPUTS[language],
    code: wrapped(code, language),
    language,
    packages: [],
    estimatedTimeMs: 0,
    memoryMb: 0,
    cache: false,
  };
  return {
    workflow: { workflowId: "block", name: "Code block", nodes: [{ nodeId: "block", skillId: "block" }], edges: [] },
    skills: { block: skill },
  };
}

function wrapped(code: string, language: Language): string {
  if (language === "spice") return code;
  const exports = language === "javascript" && /^\s*export\s+(default|\{|(async\s+)?(function|const|let|var)\s+execute\b)/m.test(code);
  if (exports) return code;
  return keepLastValue(code, language) + (language === "python" ? PYTHON_END : JAVASCRIPT_END);
}

/** Names the value of the last line, where that is a plain expression: `total`, `frame.head()`, `a[1]`. */
function keepLastValue(code: string, language: Language): string {
  const lines = code.trimEnd().split("\n");
  const last = lines[lines.length - 1]!;
  const before = lines.slice(0, -1).join("\n");
  const isExpression = /^[A-Za-z_][\w.]*(\([^'"`#]*\)|\[[^#]*\]|\s*[-+*/%]\s*[\w.()]+)*;?\s*$/.test(last);
  const isStatement = /^(print|console\.\w+|plt\.\w+|return|break|continue|pass|else|try|finally|do)\b/.test(last);
  const open = (before.match(/[([{]/g)?.length ?? 0) - (before.match(/[)\]}]/g)?.length ?? 0);
  if (!isExpression || isStatement || open !== 0) return code;
  const value = last.trimEnd().replace(/;$/, "");
  lines[lines.length - 1] = language === "python" ? `last_value__ = ${value}` : `const lastValue__ = ${value};`;
  return lines.join("\n");
}
