/**
 * Brings the desk, the face of volumes and chat: a WebAssembly of its own (`src/desk`), its stylesheet and its icons, when a part of it
 * is first looked at. Shows in its place how far that is, and what went wrong with a way to try again. Knows nothing of volumes itself.
 */

import type { Tell } from "./desk-open";
import { Sandbox } from "./desk-sandbox";
import { device, type Device } from "./device/device";
import type { Volumes } from "./volumes";

/** What `src/bin/desk.rs` exports, after its start. */
interface Desk {
  default(options: { module_or_path: Response }): Promise<unknown>;
  open(volumes: Volumes, sandbox: Sandbox, device: Device, tell: Tell): void;
  mount(root: Root, element: HTMLElement): void;
  show(view: string): void;
}

/** The parts of the desk that stand in places of their own. */
type Root = "volumes" | "chat" | "skills" | "evolution" | "help" | "settings";

const TITLES: Record<Root, string> = { volumes: "The volumes", chat: "The chat", skills: "The skills", evolution: "Evolution", help: "The help", settings: "The settings" };
const ROOTS = Object.keys(TITLES) as Root[];

let bringing: Promise<Desk> | undefined;
let attempts = 0;
/** Parts that are on their way, each with the view that was asked for last, and those that stand. */
const wanted = new Map<Root, string>();
const mounted = new Set<Root>();

/** Shows a view of the desk, in this element from the first time on. */
export function show(volumes: Volumes, tell: Tell, element: HTMLElement, view: string): void {
  const root = ROOTS.find((root) => view.startsWith(root)) ?? "volumes";
  if (mounted.has(root)) {
    void bringing?.then((desk) => desk.show(view));
    return;
  }
  const waiting = wanted.has(root);
  wanted.set(root, view);
  if (!waiting) void open(volumes, tell, element, root);
}

async function open(volumes: Volumes, tell: Tell, element: HTMLElement, root: Root): Promise<void> {
  const title = TITLES[root];
  const opening = `Opening ${title.toLowerCase()}…`;
  const status = document.createElement("p");
  status.className = "empty-note";
  status.setAttribute("role", "status");
  status.textContent = opening;
  element.replaceChildren(status);
  try {
    bringing ??= bring(volumes, tell, (loaded) => (status.textContent = `${opening} ${Math.round(loaded / 1000)} kB`));
    const desk = await bringing;
    element.replaceChildren();
    desk.mount(root, element);
    mounted.add(root);
    desk.show(wanted.get(root) ?? root);
    wanted.delete(root);
  } catch (thrown) {
    bringing = undefined;
    console.error(thrown);
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button";
    retry.textContent = "Try again";
    retry.onclick = () => void open(volumes, tell, element, root);
    status.setAttribute("role", "alert");
    status.replaceChildren(`${title} could not be opened: ${reason}. What is kept is untouched. `, retry);
    element.replaceChildren(status);
    tell("error", `${title} could not be opened: ${reason}`);
  }
}

async function bring(volumes: Volumes, tell: Tell, progress: (loaded: number) => void): Promise<Desk> {
  // A browser remembers that a module could not be fetched: another try asks under another name.
  const retry = attempts++ === 0 ? "" : `?again=${attempts}`;
  const [module, desk] = await Promise.all([
    counted(address("desk_bg.wasm"), progress),
    import(address("desk.js") + retry) as Promise<Desk>,
    stylesheet(address("desk.css")),
    icons(address("desk-icons.svg")),
  ]);
  await desk.default({ module_or_path: module });
  desk.open(volumes, new Sandbox(volumes.renderMarkdown), device, tell);
  // Where the browser has no such clock, or lets only installed pages have it, what is due runs when the page is next looked at.
  wakeNowAndThen().catch(() => undefined);
  return desk;
}

/** Has the browser say now and then that something may be due (assets/sw.ts). */
async function wakeNowAndThen(): Promise<void> {
  type WithClock = ServiceWorkerRegistration & { periodicSync?: { register(tag: string, options: { minInterval: number }): Promise<void> } };
  const registration = (await navigator.serviceWorker?.ready) as WithClock | undefined;
  await registration?.periodicSync?.register("evolution", { minInterval: 12 * 3_600_000 });
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
