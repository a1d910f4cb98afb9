/**
 * Any value as a tree: objects and lists open and close, long ones show their children by the hundred, typed arrays are read in
 * place. A branch is built when it is opened, so that a value with rings in it, or a million leaves, costs nothing until then.
 */

import { ChevronRight, Copy, Download } from "lucide";

import { copyText, download, fileName, html, icon, note } from "./dom";
import type { Action, Part, PreviewOptions } from "./part";
import { isArrayLike, isTypedArray } from "./shape";
import { formatCount } from "./units";

/** Children shown before "show more". */
const CHILDREN = 100;
const CHILDREN_IN_NODE = 6;
/** Characters of a text shown before "show all". */
const TEXT_LIMIT = 400;
/** A branch with no more children than this is open from the start. */
const OPEN_UP_TO = 20;

type Entry = readonly [name: string, value: unknown];

export function mountTree(body: HTMLElement, value: unknown, { size, label }: PreviewOptions): Part {
  const isNode = size === "node";
  const children = childrenOf(value);
  const root = html("div", { class: isNode ? "preview-tree preview-tree-small" : "preview-tree" });
  if (!children) root.append(leaf(value, isNode));
  else if (children.count === 0) root.append(note(isArrayLike(value) ? "An empty list." : "An empty object."));
  else if (isNode) root.append(stillList(children));
  else root.append(openList(children, [value]));
  body.append(root);
  return { dispose: () => root.remove(), actions: actionsOf(value, label), caption: nameOf(value) };
}

function actionsOf(value: unknown, label: string): Action[] {
  return [
    { name: "Copy as JSON", icon: Copy, done: "Copied", run: () => copyText(toJson(value)) },
    {
      name: "Download JSON",
      icon: Download,
      done: "Downloaded",
      run: () => download(fileName(label, "json"), new Blob([toJson(value)], { type: "application/json" })),
    },
  ];
}

/** JSON of anything that can be cloned: typed arrays and sets as lists, maps as objects, rings cut and said. */
export function toJson(value: unknown): string {
  const above: unknown[] = [];
  const plain = (entry: unknown): unknown => {
    if (typeof entry === "bigint") return String(entry);
    if (typeof entry === "number" && !Number.isFinite(entry)) return String(entry);
    if (typeof entry !== "object" || entry === null || entry instanceof Date) return entry;
    if (above.includes(entry)) return "[ring]";
    above.push(entry);
    const result = plainObject(entry, plain);
    above.pop();
    return result;
  };
  return JSON.stringify(plain(value), undefined, 2) ?? "null";
}

function plainObject(entry: object, plain: (value: unknown) => unknown): unknown {
  if (entry instanceof ArrayBuffer) return Array.from(new Uint8Array(entry));
  if (isArrayLike(entry)) return Array.from(entry, plain);
  if (entry instanceof Set) return Array.from(entry, plain);
  const entries: Iterable<[unknown, unknown]> = entry instanceof Map ? entry : Object.entries(entry);
  return Object.fromEntries(Array.from(entries, ([name, inner]) => [String(name), plain(inner)]));
}

/** What can be opened: how many children, and each of them when it is asked for. */
interface Children {
  count: number;
  at(index: number): Entry;
}

function childrenOf(value: unknown): Children | undefined {
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  if (isArrayLike(value)) return { count: value.length, at: (index) => [String(index), value[index]] };
  if (value instanceof ArrayBuffer) return childrenOf(new Uint8Array(value));
  const entries: Entry[] =
    value instanceof Map
      ? Array.from(value, ([name, inner]) => [String(name), inner] as const)
      : value instanceof Set
        ? Array.from(value, (inner, index) => [String(index), inner] as const)
        : Object.entries(value);
  return { count: entries.length, at: (index) => entries[index] as Entry };
}

/** `Float64Array(1024)`, `list of 3`, `object of 2 fields`. */
function nameOf(value: unknown): string {
  if (isTypedArray(value)) return `${value.constructor.name}(${value.length})`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  const children = childrenOf(value);
  if (!children) return value === null ? "null" : typeof value;
  const kind = value instanceof Map ? "map" : value instanceof Set ? "set" : "object";
  return `${kind} of ${formatCount(children.count, "field")}`;
}

function stillList(children: Children): HTMLElement {
  const list = html("ul", { class: "preview-branch" });
  for (let index = 0; index < Math.min(children.count, CHILDREN_IN_NODE); index += 1) {
    const [name, value] = children.at(index);
    list.append(html("li", {}, keyOf(name), childrenOf(value) ? html("span", { class: "preview-hint" }, nameOf(value)) : leaf(value, true)));
  }
  if (children.count > CHILDREN_IN_NODE) list.append(html("li", { class: "preview-hint" }, `${children.count - CHILDREN_IN_NODE} more`));
  return list;
}

/** `above` holds the values that the list lies in, the outermost first. */
function openList(children: Children, above: readonly unknown[]): HTMLElement {
  const list = html("ul", { class: "preview-branch" });
  let shown = 0;
  const more = html("button", { type: "button", class: "preview-more" });
  const grow = () => {
    const until = Math.min(children.count, shown + CHILDREN);
    for (; shown < until; shown += 1) list.append(item(children.at(shown), above));
    const left = children.count - shown;
    if (left === 0) more.remove();
    else {
      more.textContent = `Show ${Math.min(left, CHILDREN)} more of ${formatCount(left, "entry", "entries")}`;
      list.append(html("li", { class: "preview-more-line" }, more));
    }
  };
  more.addEventListener("click", () => {
    more.parentElement?.remove();
    grow();
  });
  grow();
  return list;
}

function item([name, value]: Entry, above: readonly unknown[]): HTMLElement {
  if (typeof value === "object" && above.includes(value)) return html("li", {}, keyOf(name), html("span", { class: "preview-hint" }, "a ring: this is shown above"));
  const children = childrenOf(value);
  if (!children || children.count === 0) {
    return html("li", {}, keyOf(name), children ? html("span", { class: "preview-hint" }, nameOf(value)) : leaf(value, false));
  }
  const toggle = html(
    "button",
    { type: "button", class: "preview-twig", "aria-expanded": "false" },
    icon(ChevronRight),
    keyOf(name),
    html("span", { class: "preview-hint" }, nameOf(value)),
  );
  const line = html("li", { class: "preview-parent" }, toggle);
  let branch: HTMLElement | undefined;
  const set = (isOpen: boolean) => {
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) line.append((branch = openList(children, [...above, value])));
    else branch?.remove();
  };
  toggle.addEventListener("click", () => set(toggle.getAttribute("aria-expanded") !== "true"));
  if (above.length === 1 && children.count <= OPEN_UP_TO && !isTypedArray(value)) set(true);
  return line;
}

const keyOf = (name: string): HTMLElement => html("span", { class: "preview-key" }, name);

function leaf(value: unknown, isNode: boolean): HTMLElement {
  if (typeof value === "string") return textLeaf(value, isNode);
  const text = value instanceof Date ? value.toISOString() : typeof value === "bigint" ? `${value}n` : String(value);
  return html("span", { class: `preview-leaf preview-leaf-${value === null || value === undefined ? "nothing" : typeof value}` }, text);
}

function textLeaf(value: string, isNode: boolean): HTMLElement {
  const limit = isNode ? 60 : TEXT_LIMIT;
  const leafText = html("span", { class: "preview-leaf preview-leaf-string" }, `"${value.slice(0, limit)}${value.length > limit ? "…" : ""}"`);
  if (value.length <= limit || isNode) return leafText;
  const all = html("button", { type: "button", class: "preview-more" }, `Show all ${formatCount(value.length, "character")}`);
  all.addEventListener("click", () => {
    leafText.textContent = `"${value}"`;
    all.remove();
  });
  return html("span", {}, leafText, all);
}
