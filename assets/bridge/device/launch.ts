/**
 * What the workbench is opened with: files that the system hands to the installed app, what another app shares with it, and addresses of
 * `web+llmos:`. Holds them until the desk looks (src/desk/device/arrival.rs), which shows each before anything of it is kept or run.
 */

export interface Arrival {
  /** A file's name; empty for words that were shared. */
  name: string;
  /** Its text, or undefined where it is bytes for the skills' import. */
  text: string | undefined;
  file: File;
}

interface LaunchQueue {
  setConsumer(consumer: (launch: { files?: FileSystemFileHandle[]; targetURL?: string }) => void): void;
}

/** What is read as text; everything else is an archive of skills. */
const TEXT = /\.(json|cir|md|markdown|txt|url)$|^$/i;
const PROTOCOL = "web+llmos:";
const waiting: Arrival[] = [];

/** From now on launches are heard. `open` shows a view of the desk. */
export function hearLaunches(open: (view: string) => void): void {
  const queue = (window as { launchQueue?: LaunchQueue }).launchQueue;
  queue?.setConsumer(({ files = [] }) => {
    if (files.length === 0) return;
    void Promise.all(files.map((handle) => handle.getFile())).then((files) => take(files, open));
  });
  openAddress(open);
}

/** Hands files over as if the app had been opened with them: those that are dropped on the page take the same way. */
export async function take(files: File[], open: (view: string) => void): Promise<void> {
  for (const file of files) waiting.push(await arrivalOf(file));
  open("arrival");
}

/** What has arrived and was not looked at. */
export async function arrivals(): Promise<Arrival[]> {
  await takeShared();
  return waiting.splice(0);
}

/** `?open=web+llmos:…`: the address of a link, of a skill, or the link's own letters. */
function openAddress(open: (view: string) => void): void {
  const address = new URL(location.href);
  const asked = address.searchParams.get("open");
  if (asked === null) return;
  address.searchParams.delete("open");
  const fragment = fragmentOf(asked);
  history.replaceState(history.state, "", fragment === undefined ? address.href : `${address.pathname}${address.search}${fragment}`);
  if (fragment !== undefined) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else if (/^web\+llmos:(\/\/)?https?/i.test(asked)) {
    waiting.push(textArrival(withoutProtocol(asked)));
    open("arrival");
  }
}

/** The fragment of a link to a workflow, where the address holds one. */
function fragmentOf(asked: string): string | undefined {
  const bare = withoutProtocol(asked);
  const at = bare.indexOf("#w=");
  if (at >= 0) return bare.slice(at);
  return /^w=/.test(bare) ? `#${bare}` : undefined;
}

function withoutProtocol(asked: string): string {
  const bare = asked.toLowerCase().startsWith(PROTOCOL) ? asked.slice(PROTOCOL.length).replace(/^\/\/(?=w=|#|https?)/, "") : asked;
  // Some systems drop the colon of an address inside an address.
  return bare.replace(/^(https?)(?::?)\/\//i, "$1://");
}

/** What the service worker kept of a share. */
async function takeShared(): Promise<void> {
  if (!("caches" in window)) return;
  const name = `shared ${new URL("./", document.baseURI).pathname}`;
  if (!(await caches.has(name))) return;
  const cache = await caches.open(name);
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (response === undefined) continue;
    const fileName = decodeURIComponent(response.headers.get("x-name") ?? "");
    waiting.push(await arrivalOf(new File([await response.blob()], fileName)));
  }
  await caches.delete(name);
}

async function arrivalOf(file: File): Promise<Arrival> {
  return { name: file.name, text: TEXT.test(file.name) ? await file.text() : undefined, file };
}

function textArrival(text: string): Arrival {
  return { name: "", text, file: new File([text], "") };
}
