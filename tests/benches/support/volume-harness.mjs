/**
 * The volume worker of the built page without the page: a new worker is what a reload is to volumes, and the time that the interface
 * takes to stand again does not hide theirs.
 */

let worker;
let nextCall = 0;
const waiting = new Map();

function call(name, ...parameters) {
  const id = nextCall++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, call: name, parameters });
  });
}

async function answer(method, path, body) {
  const [status, text, bytes] = await call("answer", method, path, body && JSON.stringify(body));
  if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
  return bytes ?? JSON.parse(text);
}

window.volumes = {
  /** A new worker whose program is loaded; it has not looked at the person's volumes yet. */
  async reload() {
    worker?.terminate();
    worker = new Worker("/bridge/volume-worker.js", { type: "module" });
    worker.onmessage = ({ data }) => {
      if (data.kind === "warning") throw new Error(data.message);
      waiting.get(data.id)?.[data.kind === "done" ? "resolve" : "reject"](data.kind === "done" ? data.value : new Error(data.message));
      waiting.delete(data.id);
    };
    worker.postMessage({ id: -1, call: "open", parameters: [`${location.origin}/`] });
    await call("markdown", "");
  },
  close: () => worker?.terminate(),
  answer,
};
