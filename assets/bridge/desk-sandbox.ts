/**
 * What the desk asks of the page's sandbox: run a piece of code or a payload, and show what came of it in place.
 *
 * Runs go through `window.llmos.run`, as anybody's do; previews are the page's own. The code of a block in a text is written for no
 * node: it is wrapped (code-block.ts) into one. Values stay here until their block is closed; Rust hears of them in a few words.
 */

import { blockPayload } from "./code-block";
import type { NodeResult, Payload, PortType, RunEvent } from "./llmos.d";
import { mountPreview, type PreviewHandle } from "./preview";

/** What is asked: code in a language, or a payload that `POST /workflows/execute` prepared. */
type Request = { code: string; language: "python" | "javascript" | "spice" } | { payload: Payload };

/** What came of a run, for the desk to draw. */
interface Outcome {
  status: string;
  duration_ms: number;
  logs: { stream: string; text: string }[];
  error: { message: string; detail: string | null; line: number | null } | null;
  outputs: { name: string; kind: PortType; unit: string | null }[];
}

/** Hears how far a run is, in words. */
type Tell = (stage: string) => void;

const RUNTIMES = { python: "Python", javascript: "JavaScript", three: "Three.js", spice: "SPICE" };
const LOG_LIMIT_CHARACTERS = 20_000;

export class Sandbox {
  readonly #renderMarkdown: (text: string) => Promise<string>;

  constructor(renderMarkdown: (text: string) => Promise<string>) {
    this.#renderMarkdown = renderMarkdown;
  }

  /** Starts a run. `request` is JSON. */
  start(request: string, tell: Tell): SandboxRun {
    return new SandboxRun(JSON.parse(request) as Request, tell, this.#renderMarkdown);
  }
}

export class SandboxRun {
  readonly #stopping = new AbortController();
  readonly #renderMarkdown: (text: string) => Promise<string>;
  readonly #finished: Promise<string>;
  readonly #previews = new Set<PreviewHandle>();
  /** Follows the page's theme, as every drawing does. */
  readonly #themes = new MutationObserver(() => {
    for (const handle of this.#previews) handle.setTheme?.(theme());
  });
  #values: Record<string, unknown> = {};
  #outputs: Outcome["outputs"] = [];

  constructor(request: Request, tell: Tell, renderMarkdown: (text: string) => Promise<string>) {
    this.#renderMarkdown = renderMarkdown;
    // A piece of code that is tried out is no workflow, and leaves no trace.
    const isBlock = "code" in request;
    this.#finished = this.#run(isBlock ? blockPayload(request.code, request.language) : request.payload, !isBlock, tell);
  }

  /** An `Outcome` as JSON. Rejects only for what cannot run at all. */
  finished(): Promise<string> {
    return this.#finished;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Draws an output into an empty element. */
  preview(name: string, element: HTMLElement): void {
    const output = this.#outputs.find((one) => one.name === name);
    if (output === undefined) return;
    const handle = mountPreview(element, this.#values[name], {
      kind: output.kind,
      size: "panel",
      label: name,
      ...(output.unit === null ? {} : { unit: output.unit }),
      theme: theme(),
      reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
      renderMarkdown: this.#renderMarkdown,
    });
    this.#previews.add(handle);
    this.#themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Takes the previews away and lets go of the values. */
  dispose(): void {
    this.stop();
    this.#themes.disconnect();
    for (const handle of this.#previews) handle.dispose();
    this.#previews.clear();
    this.#values = {};
  }

  async #run(payload: Payload, trace: boolean, tell: Tell): Promise<string> {
    const result = await window.llmos.run(payload, { trace, signal: this.#stopping.signal, onEvent: (event) => tellStage(event, tell) });
    const logs: Outcome["logs"] = [];
    let error: Outcome["error"] = null;
    for (const [nodeId, node] of Object.entries(result.nodes)) {
      logs.push(...node.logs);
      if (node.error !== null && node.error.code !== "skipped") error ??= readError(node.error);
      const ports = payload.skills[payload.workflow.nodes.find((one) => one.nodeId === nodeId)?.skillId ?? ""]?.outputs ?? [];
      const values = node.outputs;
      for (const port of ports) {
        const value = values[port.name];
        if (value === undefined || isEmpty(value)) continue;
        this.#values[port.name] = value;
        this.#outputs.push({ name: port.name, kind: port.type, unit: port.unit ?? null });
      }
    }
    const outcome: Outcome = { status: result.status, duration_ms: result.durationMs, logs: limited(logs), error, outputs: this.#outputs };
    return JSON.stringify(outcome);
  }
}

const theme = () => (document.documentElement.dataset["theme"] === "light" ? "light" : "dark");

function tellStage(event: RunEvent, tell: Tell): void {
  if (event.kind === "runtime" && event.state === "loading") {
    const megabytes = event.loaded === undefined ? "" : ` ${(event.loaded / 1e6).toFixed(1)} MB`;
    tell(`Loading ${RUNTIMES[event.runtime]}${megabytes}`);
  } else if (event.kind === "started") {
    tell("Running");
  }
}

const readError = ({ message, detail, line }: NonNullable<NodeResult["error"]>): Outcome["error"] => ({ message, detail: detail ?? null, line: line ?? null });

/** An object or a list without anything in it says nothing. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && Object.keys(value).length === 0;
}

/** The first of what was said, up to a length that can be read in place. */
function limited(logs: Outcome["logs"]): Outcome["logs"] {
  let left = LOG_LIMIT_CHARACTERS;
  const kept: Outcome["logs"] = [];
  for (const { stream, text } of logs) {
    if (left <= 0) break;
    kept.push({ stream, text: text.slice(0, left) });
    left -= text.length;
  }
  return kept;
}
