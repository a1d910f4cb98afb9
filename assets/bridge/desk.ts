/**
 * Brings the desk, the face of the volumes: a WebAssembly of its own (`src/desk`), its stylesheet and its icons, when it is first
 * looked at. Shows in its place how far that is, and what went wrong with a way to try again. Knows nothing of volumes itself.
 */

import type { Tell } from "./desk-open";
import type { Volumes } from "./volumes";

/** What `src/bin/desk.rs` exports, after its start. */
interface Desk {
  default(options: { module_or_path: Response }): Promise<unknown>;
  mount(element: HTMLElement, volumes: Volumes, options: string, tell: Tell): void;
  show(view: string): void;
}

let opened: Desk | undefined;
let opening = false;
let attempts = 0;
/** What was asked for last, while it is on its way. */
let wanted = "";

/** Shows a view of the desk, in this element from the first time on. */
export function show(volumes: Volumes, tell: Tell, element: HTMLElement, view: string): void {
  if (opened) {
    opened.show(view);
    return;
  }
  wanted = view;
  if (!opening) void open(volumes, tell, element);
}

async function open(volumes: Volumes, tell: Tell, element: HTMLElement): Promise<void> {
  opening = true;
  const status = document.createElement("p");
  status.className = "empty-note";
  status.setAttribute("role", "status");
  status.textContent = "Opening the volumes…";
  element.replaceChildren(status);
  try {
    const desk = await bring((loaded) => (status.textContent = `Opening the volumes… ${Math.round(loaded / 1000)} kB`));
    element.replaceChildren();
    desk.mount(element, volumes, JSON.stringify({ view: wanted }), tell);
    opened = desk;
  } catch (thrown) {
    console.error(thrown);
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button";
    retry.textContent = "Try again";
    retry.onclick = () => void open(volumes, tell, element);
    status.setAttribute("role", "alert");
    status.replaceChildren(`The volumes could not be opened: ${reason}. What they hold is untouched. `, retry);
    tell("error", `The volumes could not be opened: ${reason}`);
  } finally {
    opening = false;
  }
}

async function bring(progress: (loaded: number) => void): Promise<Desk> {
  // A browser remembers that a module could not be fetched: another try asks under another name.
  const retry = attempts++ === 0 ? "" : `?again=${attempts}`;
  const [module, glue] = await Promise.all([
    counted(address("desk_bg.wasm"), progress),
    import(address("desk.js") + retry) as Promise<Desk>,
    stylesheet(address("desk.css")),
    icons(address("desk-icons.svg")),
  ]);
  await glue.default({ module_or_path: module });
  return glue;
}

const address = (name: string): string => new URL(name, document.baseURI).href;

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${new URL(url).pathname}`);
  return response;
}

/** An answer whose bytes are counted while they arrive, under the type that streaming compilation asks for. */
async function counted(url: string, progress: (loaded: number) => void): Promise<Response> {
  const { body } = await fetched(url);
  let loaded = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      progress(loaded);
      controller.enqueue(chunk);
    },
  });
  return new Response(body!.pipeThrough(count), { headers: { "content-type": "application/wasm" } });
}

function stylesheet(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error("its style sheet could not be fetched"));
    };
    document.head.append(link);
  });
}

async function icons(url: string): Promise<void> {
  if (document.getElementById("icon-folder")) return;
  document.body.insertAdjacentHTML("beforeend", await (await fetched(url)).text());
}
