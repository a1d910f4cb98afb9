/**
 * The workbench's words in another language. The source is written in English; a catalogue (`languages/<code>.json`) says each text in the
 * other, and this puts it into the page as texts appear. With English chosen nothing of this is loaded.
 *
 * What people wrote is left alone: texts inside `translate="no"`, code, fields and rendered documents are never looked up.
 */

type Catalogue = Record<string, string>;

/** Attributes that hold words for people. */
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
/** What holds words of others. */
const OF_OTHERS = [
  "[translate='no']", "pre", "code", "textarea", "[contenteditable]", ".prose", ".cm-editor", ".preview", ".node-title", ".port-name", ".palette-name",
  ".palette-description", ".choice-about", ".steps-about", ".invitation p", ".reader-about", ".about-cell", ".palette-item", ".workflow-name", ".skill-row-name", ".skill-row-about", ".skills-title h1", ".chat-text", ".chat-bubble", ".desk-diff", ".desk-file-name", ".step-title",
].join(",");
/** In a source `{}` stands for anything and `{#}` for a number; in the other language `{}` is what stood there, in its order. */
const GAPS = /\{#?\}/g;
const REMEMBERED = 2000;
/** Keys are called what stands on them. */
const KEY = /^(Ctrl|Shift|Alt|Delete|Enter|Escape|F\d|.$)/u;

let language = "en";
let catalogue: Catalogue = {};
let patterns: { like: RegExp; text: string }[] = [];
let observer: MutationObserver | undefined;
/** Texts as they were before they were put into another language, so that they can be put back. */
const sources = new Map<string, string | undefined>();
const originals = new WeakMap<Node, Map<string, { source: string; shown: string }>>();

/** Shows the workbench in this language, from now on. One that cannot be brought leaves what is shown. */
export async function speak(code: string): Promise<void> {
  if (code === language) return;
  if (code === "en") {
    observer?.disconnect();
    language = code;
    document.documentElement.lang = code;
    restore(document.documentElement);
    return;
  }
  const response = await fetch(new URL(`languages/${code}.json`, document.baseURI));
  if (!response.ok) throw new Error(`the server answered ${response.status} for the words of ${code}`);
  catalogue = (await response.json()) as Catalogue;
  patterns = Object.entries(catalogue)
    .filter(([source]) => source.search(GAPS) >= 0)
    .map(([source, text]) => ({ like: pattern(source), text }));
  sources.clear();
  language = code;
  document.documentElement.lang = code;
  translate(document.documentElement);
  observer ??= new MutationObserver(hear);
  observer.observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributeFilter: ATTRIBUTES });
}

function pattern(source: string): RegExp {
  const gaps = [...source.matchAll(GAPS)].map(([gap]) => (gap === "{#}" ? "([\\d.,\\s]+)" : "(.+?)"));
  return new RegExp(`^${source.split(GAPS).map((part, place) => escaped(part) + (gaps[place] ?? "")).join("")}$`, "su");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A text in the other language; undefined where the catalogue does not have it. */
export function lookUp(text: string): string | undefined {
  const core = text.trim();
  if (core === "" || !/\p{L}/u.test(core)) return undefined;
  if (!sources.has(core)) {
    if (sources.size >= REMEMBERED) sources.clear();
    sources.set(core, find(core));
  }
  const found = sources.get(core);
  return found === undefined ? undefined : text.replace(core, () => found);
}

function find(core: string): string | undefined {
  const whole = catalogue[core];
  if (whole !== undefined) return whole;
  for (const { like, text } of patterns) {
    const gaps = like.exec(core);
    if (gaps === null) continue;
    let place = 0;
    // What fills a gap may be words of ours as well, such as the name of a type.
    return text.replace(GAPS, () => {
      const gap = gaps[++place] ?? "";
      return catalogue[gap] ?? gap;
    });
  }
  return undefined;
}

function hear(records: MutationRecord[]): void {
  for (const { type, target, addedNodes, attributeName } of records) {
    if (type === "childList") addedNodes.forEach(translate);
    else if (type === "characterData") put(target, "", target.nodeValue ?? "", (text) => (target.nodeValue = text));
    else if (attributeName !== null) attribute(target as Element, attributeName);
  }
}

function translate(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node: Node | null = root; node !== null; node = walker.nextNode()) {
    const text = node;
    if (text.nodeType === Node.TEXT_NODE) put(text, "", text.nodeValue ?? "", (shown) => (text.nodeValue = shown));
    else if (text instanceof Element) for (const name of ATTRIBUTES) attribute(text, name);
  }
}

function attribute(element: Element, name: string): void {
  const text = element.getAttribute(name);
  if (text !== null) put(element, name, text, (shown) => element.setAttribute(name, shown));
}

/** Puts a text into the other language, unless it is there already or is not ours. */
function put(node: Node, name: string, text: string, show: (text: string) => void): void {
  const known = originals.get(node);
  if (known?.get(name)?.shown === text) return;
  const shown = lookUp(text);
  if (shown === undefined || shown === text) return;
  const element = node instanceof Element ? node : node.parentElement;
  if (element === null || (element.localName === "kbd" && KEY.test(text)) || (name === "" && element.closest(OF_OTHERS) !== null) || element.closest("[translate='no']") !== null || element.localName === "script" || element.localName === "style") return;
  const texts = known ?? new Map<string, { source: string; shown: string }>();
  texts.set(name, { source: text, shown });
  if (known === undefined) originals.set(node, texts);
  show(shown);
}

/** Puts the texts back that are still as they were put. */
function restore(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node: Node | null = root; node !== null; node = walker.nextNode()) {
    for (const [name, { source, shown }] of originals.get(node) ?? []) {
      if (name === "") {
        if (node.nodeValue === shown) node.nodeValue = source;
      } else if (node instanceof Element && node.getAttribute(name) === shown) node.setAttribute(name, source);
    }
    originals.delete(node);
  }
}
