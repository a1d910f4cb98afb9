// The bare page's side: a host, and a small client that dispatches jobs and waits for their reports.

import { openHost } from "./bridge/page.js";

const listeners = new Set();
const messages = [];
const host = openHost({
  baseUrl: document.baseURI,
  onMessage(json) {
    for (const message of JSON.parse(json)) {
      messages.push({ at: performance.now(), ...message });
      for (const listener of [...listeners]) listener(message);
    }
  },
  ...(globalThis.hostOptions ?? {}),
});

let nextJob = 1;
let nextStep = 1;

/** A code as the kernel sends it; outputs by name and type, such as `{ y: "number" }`. */
function code(language, text, outputs = { y: "any" }, more = {}) {
  const ports = Object.entries(outputs).map(([name, type]) => ({ name, type, description: "" }));
  return { codeId: `${language}:${text}:${JSON.stringify(outputs)}`, skillId: "test-skill", language, text, inputs: [], outputs: ports, packages: [], imports: [], ...more };
}

/** Sends jobs to one slot and waits until each has been reported or the worker is lost. */
function dispatch(runtime, index, codes, jobs) {
  return new Promise((resolve) => {
    const slot = { runtime, index };
    const open = new Map(jobs.map((job) => [job.job, undefined]));
    const logs = [];
    let left = jobs.length;
    const finish = (lost) => {
      listeners.delete(listen);
      resolve({ reports: jobs.map((job) => open.get(job.job)), logs, lost });
    };
    const listen = (message) => {
      if (message.kind === "log" && open.has(message.job)) logs.push(message);
      if (message.kind === "lost" && message.slot.runtime === runtime && message.slot.index === index) finish(message.error);
      if (message.kind !== "reported") return;
      for (const report of message.reports) {
        if (open.has(report.job)) {
          open.set(report.job, report);
          left -= 1;
        }
      }
      if (left === 0) finish(undefined);
    };
    listeners.add(listen);
    host.send(JSON.stringify({ kind: "dispatch", slot, codes, jobs }));
  });
}

/** One job: its report, outputs and logs. */
async function run(runtime, text, inputs = {}, outputs = { y: "any" }, more = {}, index = 0) {
  const language = more.language ?? (runtime === "python" ? "python" : runtime === "spice" ? "spice" : "javascript");
  const made = code(language, text, outputs, more);
  const job = makeJob(made, inputs);
  const { reports, logs, lost } = await dispatch(runtime, index, [made], [job]);
  return { report: reports[0], outputs: host.outputs(job.step), logs, lost };
}

function makeJob(made, values, links = []) {
  return { job: nextJob++, step: `step-${nextStep++}`, codeId: made.codeId, values, links };
}

function terminate(runtime, index = 0) {
  host.send(JSON.stringify({ kind: "terminate", slot: { runtime, index } }));
}

globalThis.harness = { host, messages, code, dispatch, run, makeJob, terminate };
