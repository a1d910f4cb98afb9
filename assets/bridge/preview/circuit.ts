/** A circuit: a netlist in colours beside its components, or the diagram of a quantum circuit. */

import { Copy, Download } from "lucide";

import { copyText, download, fileName, html, note } from "./dom";
import { components, tokenize, type Component } from "./netlist";
import { Mismatch, type Action, type Part, type PreviewOptions } from "./part";
import { quantumDiagram, readQuantum } from "./quantum";
import { isCircuit, isRecord } from "./shape";
import { formatCount } from "./units";

const LINES_IN_NODE = 8;
const LINE_LIMIT = 2_000;

export function mountCircuit(body: HTMLElement, value: unknown, options: PreviewOptions): Part {
  if (typeof value === "string") return mountNetlist(body, value, options);
  if (!isCircuit(value) || !isRecord(value)) throw new Mismatch("A circuit needs a “netlist”, or “quantum” with “gates”.");
  if (isRecord(value.quantum)) return mountQuantum(body, value.quantum, options);
  return mountNetlist(body, String(value.netlist), options);
}

function textActions(text: string, extension: string, label: string): Action[] {
  return [
    { name: "Copy as text", icon: Copy, done: "Copied", run: () => copyText(text) },
    { name: "Download as a file", icon: Download, done: "Downloaded", run: () => download(fileName(label, extension), new Blob([text], { type: "text/plain" })) },
  ];
}

function mountNetlist(body: HTMLElement, netlist: string, { size, label }: PreviewOptions): Part {
  if (netlist.trim() === "") {
    body.append(note("An empty netlist."));
    return { dispose: () => body.replaceChildren() };
  }
  const lines = tokenize(netlist);
  const limit = size === "node" ? LINES_IN_NODE : LINE_LIMIT;
  const code = html("pre", { class: "preview-netlist", tabindex: size === "node" ? undefined : 0, "aria-label": `${label}: netlist` });
  for (const line of lines.slice(0, limit)) {
    code.append(
      html("span", { class: "preview-line" }, ...line.map(({ kind, text }) => (kind === "plain" ? text : html("span", { class: `preview-code-${kind}` }, text))), "\n"),
    );
  }
  if (lines.length > limit && size !== "node") code.append(`… and ${formatCount(lines.length - limit, "line")} more`);
  const parts = components(netlist);
  body.append(html("div", { class: "preview-circuit" }, code, size !== "node" && parts.length > 0 && componentList(parts)));
  return {
    dispose: () => body.replaceChildren(),
    actions: textActions(netlist, "cir", label),
    caption: `netlist, ${formatCount(parts.length, "component")}`,
  };
}

function componentList(parts: readonly Component[]): HTMLElement {
  const head = html("tr", {}, ...["Name", "Kind", "Nodes", "Value"].map((name) => html("th", { scope: "col" }, name)));
  const rows = parts
    .slice(0, LINE_LIMIT)
    .map(({ name, kind, nodes, value }) =>
      html("tr", {}, html("td", { class: "preview-code-component" }, name), html("td", {}, kind), html("td", {}, nodes.join(" – ")), html("td", {}, value)),
    );
  return html(
    "div",
    { class: "preview-components", tabindex: 0, role: "region", "aria-label": "Components" },
    html("table", {}, html("thead", {}, head), html("tbody", {}, ...rows)),
  );
}

function mountQuantum(body: HTMLElement, value: Record<string, unknown>, { size, label }: PreviewOptions): Part {
  const circuit = readQuantum(value);
  if (circuit.qubits === 0) throw new Mismatch("A quantum circuit needs at least one qubit.");
  const diagram = quantumDiagram(circuit, label);
  body.append(html("div", { class: "preview-quantum", tabindex: size === "node" ? undefined : 0, role: "region", "aria-label": label }, diagram));
  const text = typeof value.text === "string" ? value.text : "";
  return {
    dispose: () => body.replaceChildren(),
    actions: [
      ...(text === "" ? [] : textActions(text, "txt", label)),
    ],
    caption: `${formatCount(circuit.qubits, "qubit")}, ${formatCount(circuit.gates.length, "gate")}`,
  };
}
