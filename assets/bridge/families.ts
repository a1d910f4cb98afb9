/** What each runtime family is made of: the script of its workers, and the runtime files that they are given. */

import type { Runtime } from "./protocol";

export interface Family {
  /** For a person, while it loads. */
  label: string;
  /** The worker's script among the runtime's files. */
  script: string;
  /** Files that its workers are given by name. */
  files: string[];
  /** Those of them that are WebAssembly, compiled once in the frame. */
  modules: string[];
  /** Whether its workers can begin from a snapshot that an earlier one made. */
  snapshot: boolean;
}

export const FAMILIES: Record<Runtime, Family> = {
  javascript: { label: "JavaScript", script: "javascript.js", files: [], modules: [], snapshot: false },
  python: {
    label: "Python",
    script: "python.js",
    files: ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "python-sources.json"],
    modules: ["pyodide.asm.wasm"],
    snapshot: true,
  },
  spice: { label: "ngspice", script: "spice.js", files: ["ngspice.mjs", "spice.wasm"], modules: ["spice.wasm"], snapshot: false },
  three: { label: "Three.js", script: "three.js", files: ["three.mjs"], modules: [], snapshot: false },
};
