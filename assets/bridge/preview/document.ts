/**
 * HTML out of a node, in a frame of its own where no script runs and nothing is fetched.
 *
 * Three fences, each enough: what could run or load is taken out while the text is parsed in a document that is never shown; the
 * frame's sandbox allows no scripts; its policy allows only styles and pictures that are in the text itself. The page's policy is
 * inherited by the frame and refuses styles in markup, so they are set from here, through the object model, once it has loaded:
 * that, and nothing else, is why the frame may be reached from this page (`allow-same-origin`, without `allow-scripts`).
 */

import { Copy, Download } from "lucide";

import { copyText, download, fileName, html, note } from "./dom";
import { Mismatch, type Part, type PreviewOptions, type Theme } from "./part";

const POLICY = "default-src 'none'; img-src data: blob:; media-src data: blob:; font-src data:; style-src 'unsafe-inline'";
/** What could run, load, leave or nest. */
const REFUSED = "script, iframe, frame, frameset, object, embed, applet, link, meta, base, portal, noscript, template";

interface Cleaned {
  markup: string;
  styles: string[];
}

export async function mountDocument(body: HTMLElement, value: unknown, options: PreviewOptions): Promise<Part> {
  if (typeof value !== "string") throw new Mismatch("HTML is a text.");
  if (value.trim() === "") {
    body.append(note("An empty page."));
    return { dispose: () => body.replaceChildren() };
  }
  const { markup, styles } = clean(value);
  const frame = html("iframe", { class: "preview-document", sandbox: "allow-same-origin", title: options.label, referrerpolicy: "no-referrer" });
  if (options.size === "node") frame.tabIndex = -1;
  const loaded = new Promise<void>((resolve) => frame.addEventListener("load", () => resolve(), { once: true }));
  frame.srcdoc = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${POLICY}"></head><body>${markup}</body></html>`;
  body.append(frame);
  await loaded;
  const paint = (theme: Theme) => dress(frame, styles, theme, options.size === "node" ? 0.6 : 1);
  paint(options.theme);
  return {
    dispose: () => frame.remove(),
    setTheme: paint,
    actions: [
      { name: "Copy HTML", icon: Copy, done: "Copied", run: () => copyText(value) },
      { name: "Download HTML", icon: Download, done: "Downloaded", run: () => download(fileName(options.label, "html"), new Blob([value], { type: "text/html" })) },
    ],
    caption: "HTML, shown without scripts",
  };
}

/** Parses where nothing runs, takes out what is refused, and sets styles aside. */
export function clean(text: string): Cleaned {
  const parsed = new DOMParser().parseFromString(quieten(text), "text/html");
  const styles: string[] = [];
  for (const style of parsed.querySelectorAll("style, xmp[data-preview-sheet]")) {
    styles.push(style.textContent ?? "");
    style.remove();
  }
  for (const element of parsed.querySelectorAll(REFUSED)) element.remove();
  for (const element of parsed.querySelectorAll("*")) cleanAttributes(element);
  return { markup: parsed.body.innerHTML, styles };
}

/**
 * Gives what the page's policy refuses another name before the text is parsed, because each refusal is a red line in the console.
 * This is for quiet, not for safety: what it misses is refused all the same.
 */
function quieten(text: string): string {
  return text
    .replace(/<style\b([^>]*)>/gi, "<xmp data-preview-sheet>")
    .replace(/<\/style\s*>/gi, "</xmp>")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/(\s)style\s*=/gi, "$1data-preview-style=").replace(/(\s)on[a-z]+\s*=/gi, "$1data-preview-refused="));
}

function cleanAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    if (name === "style") {
      // The frame's inherited policy would refuse it; `dress` sets it through the object model.
      element.removeAttribute(name);
      element.setAttribute("data-preview-style", value);
    } else if (/^(on|data-preview-refused$)/i.test(name) || /^(action|formaction|ping|srcdoc|background|http-equiv)$/i.test(name)) {
      element.removeAttribute(name);
    } else if (/^(xlink:)?(href|src|srcset|poster|data)$/i.test(name) && !/^\s*(#|data:image\/|blob:)/i.test(value)) {
      element.removeAttribute(name);
    }
  }
}

/** Sets the text's own styles and the theme's ground, through the object model. */
function dress(frame: HTMLIFrameElement, styles: readonly string[], theme: Theme, zoom: number): void {
  const inner = frame.contentDocument;
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!inner || !view) return;
  const outer = getComputedStyle(frame);
  const sheet = (text: string) => {
    const made = new view.CSSStyleSheet();
    made.replaceSync(text);
    return made;
  };
  const ground = `:root { color-scheme: ${theme}; } body { margin: 12px; zoom: ${zoom}; color: ${outer.color}; font: ${outer.fontSize}/1.5 ${outer.fontFamily}; overflow-wrap: anywhere; } img, svg { max-width: 100%; }
    table { border-collapse: collapse; } td, th { padding: 4px 8px; text-align: start; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }`;
  inner.adoptedStyleSheets = [sheet(ground), ...styles.map(sheet)];
  for (const element of inner.querySelectorAll<HTMLElement>("[data-preview-style]")) {
    element.style.cssText = element.dataset["previewStyle"] ?? "";
  }
}
