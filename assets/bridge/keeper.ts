/**
 * What keeps the workbench, brought once the page stands and is idle: registers the service worker, shows the badge of this device's health,
 * asks the browser to keep what a person made, says quietly when a newer release waits, and hears what the app is opened with.
 */

import { showBadge } from "./device/badge";
import { device } from "./device/device";
import { foundFull, readFacts } from "./device/facts";
import { judge } from "./device/health";
import { hearLaunches } from "./device/launch";
import { notify } from "./device/notice";
import { askToPersist, isOwnWork } from "./device/persist";
import type { ReleaseState } from "./device/release";

/** Changes within this time are looked at together. */
const TOGETHER_MS = 2_000;
/** What workers tell of the storage (volumes/room.ts). */
const CHANNEL = "llmos-device";

function open(view: string): void {
  location.hash = `open=${view}`;
}

async function showHealth(): Promise<void> {
  showBadge(judge(await readFacts()), () => open("device"));
}

let looking: ReturnType<typeof setTimeout> | undefined;

function lookSoon(): void {
  clearTimeout(looking);
  looking = setTimeout(() => void showHealth().catch(() => undefined), TOGETHER_MS);
}

function showRelease(state: ReleaseState): void {
  if (state === "ready") {
    notify("release", { text: "A newer release is here. Your work stays as it is.", actions: [{ name: "Change to it", act: () => void device.release.apply() }] });
    window.dispatchEvent(new CustomEvent("llmos-update", { detail: { apply: () => device.release.apply() } }));
  } else if (state === "waiting") {
    notify("release", { text: "The newer release comes as soon as nothing runs any more, in no tab.", actions: [] });
  }
  device.changed();
}

function hearStorage({ data }: MessageEvent<{ kind: "made-room" | "full" }>): void {
  foundFull(data.kind === "full");
  lookSoon();
  const about = [{ name: "Show storage", act: () => open("device") }];
  if (data.kind === "made-room") {
    notify("room", { text: "The browser's room for this site was used up. Runtimes that can be fetched again were removed, so that your change could be kept.", actions: about });
  } else {
    notify("room", { text: "There is no room left for this site, so the last change was not kept. What was saved before is untouched.", actions: about });
  }
}

function bringStyles(): void {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("keeper.css", document.baseURI).href;
  document.head.append(link);
}

async function keep(): Promise<void> {
  await window.llmos.ready;
  bringStyles();
  device.release.onChange(showRelease);
  const worker = document.querySelector<HTMLMetaElement>('meta[name="service-worker"]')?.content;
  if (worker !== undefined && "serviceWorker" in navigator) {
    device.release.register(new URL(worker, document.baseURI).href).catch((error: unknown) => console.info("Not kept for offline use:", error));
  }
  window.llmos.onChange(({ volume, paths }) => {
    foundFull(false);
    lookSoon();
    if (isOwnWork(volume, paths)) void askToPersist().then(lookSoon, () => undefined);
    void device.mirrorChanges();
  });
  new BroadcastChannel(CHANNEL).onmessage = hearStorage;
  device.onChange(lookSoon);
  hearLaunches(open);
  await showHealth();
}

keep().catch((error: unknown) => console.info("The badge of this device could not be shown:", error));
