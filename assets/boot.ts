/**
 * The page's start script: loads the WebAssembly module that Trunk named in two <meta> tags, takes the shell away once the
 * workbench stands, says so in the shell when it cannot, and brings what keeps the workbench (assets/bridge/keeper.ts) when the library
 * is there and the page idle. It knows nothing of the workbench itself.
 */

/** The address that a <meta> of this name holds, made absolute; undefined where the build left it out. */
function address(name: string): string | undefined {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  return content === undefined ? undefined : new URL(content, document.baseURI).href;
}

/** The module's bytes under the type that streaming compilation asks for, whatever the host calls them. */
async function moduleResponse(url: string): Promise<Response> {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
}

async function start(): Promise<void> {
  const glueUrl = address("app-js");
  const moduleUrl = address("app-wasm");
  if (glueUrl === undefined || moduleUrl === undefined) throw new Error("the page does not name its program");
  const module = moduleResponse(moduleUrl);
  module.catch(() => undefined); // awaited by the program's own start, below
  const glue = (await import(glueUrl)) as { default(options: { module_or_path: Promise<Response> }): Promise<unknown> };
  await glue.default({ module_or_path: module });
  document.getElementById("shell")?.remove();
}

function showFailure(error: unknown): void {
  console.error(error);
  const status = document.getElementById("shell-status");
  if (status === null) return;
  const reason = error instanceof Error ? error.message : String(error);
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Reload";
  retry.addEventListener("click", () => location.reload());
  status.setAttribute("role", "alert");
  status.replaceChildren(`The workbench could not start: ${reason}. It needs a current browser with WebAssembly. `, retry);
}

function whenIdle(task: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(task, { timeout: 5000 });
  else setTimeout(task, 1000);
}

/** The words of another language, where one was chosen, come beside the program. */
function speak(): void {
  const chosen = /^"(\w+)"$/.exec(localStorage.getItem("llmos.language") ?? "")?.[1] ?? "en";
  if (chosen === "en") return;
  const module = new URL("bridge/language.js", document.baseURI).href;
  import(module).then((language: { speak(code: string): Promise<void> }) => language.speak(chosen)).catch((error: unknown) => console.warn("The workbench stays in English:", error));
}

try {
  speak();
} catch {
  // Where storage is shut no language was chosen.
}

// A browser offers an installation once, before the rest of the page has come (assets/bridge/device/device.ts).
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  Object.assign(window, { llmosInstall: event });
});

/** What keeps the workbench comes when all that a visit waits for is there. */
async function keep(): Promise<void> {
  await window.llmos?.ready.catch(() => undefined);
  whenIdle(() => void import(new URL("bridge/keeper.js", document.baseURI).href).catch((error: unknown) => console.info("Not kept for offline use:", error)));
}

start().then(keep, showFailure);
