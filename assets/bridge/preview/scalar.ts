/** Single values: a number set large with its unit, a yes or no, a text. */

import { Copy, Download } from "lucide";

import { copyText, download, fileName, html, note } from "./dom";
import { Mismatch, type Action, type Part, type PreviewOptions } from "./part";
import { formatCount, formatExact, quantity } from "./units";

/** Characters of a text that are set before "show more". */
const TEXT_LIMIT = 20_000;
const TEXT_LIMIT_IN_NODE = 300;

const copying = (text: string): Action => ({ name: "Copy", icon: Copy, done: "Copied", run: () => copyText(text) });

export function mountNumber(body: HTMLElement, value: unknown, { unit = "", size, kind }: PreviewOptions): Part {
  if (typeof value !== "number") throw new Mismatch("A number was promised.");
  const { figure, unit: shownUnit } = quantity(value, unit, kind === "integer" ? { digits: 15 } : {});
  const exact = formatExact(value, unit);
  body.append(
    html(
      "p",
      { class: "preview-number", title: exact },
      html("span", { class: "preview-figure" }, figure),
      shownUnit !== "" && html("span", { class: "preview-unit" }, shownUnit),
    ),
  );
  if (size !== "node") body.append(html("p", { class: "preview-exact" }, exact));
  return { dispose: () => body.replaceChildren(), actions: [copying(String(value))], caption: kind === "integer" ? "integer" : "number" };
}

export function mountBoolean(body: HTMLElement, value: unknown): Part {
  if (typeof value !== "boolean") throw new Mismatch("True or false was promised.");
  body.append(html("p", { class: "preview-boolean", "data-value": String(value) }, html("span", { class: "preview-lamp" }), String(value)));
  return { dispose: () => body.replaceChildren(), actions: [copying(String(value))], caption: "boolean" };
}

export function mountString(body: HTMLElement, value: unknown, { size, label }: PreviewOptions): Part {
  if (typeof value !== "string") throw new Mismatch("A text was promised.");
  body.append(value === "" ? note("An empty text.") : longText(value, size === "node" ? TEXT_LIMIT_IN_NODE : TEXT_LIMIT, size !== "node"));
  return {
    dispose: () => body.replaceChildren(),
    actions: [
      copying(value),
      { name: "Download as a file", icon: Download, done: "Downloaded", run: () => download(fileName(label, "txt"), new Blob([value], { type: "text/plain" })) },
    ],
    caption: `text, ${formatCount(value.length, "character")}`,
  };
}

/** Text as it is, the rest of a very long one behind a button. */
export function longText(text: string, limit: number, canGrow: boolean): HTMLElement {
  const pre = html("pre", { class: "preview-text" }, text.slice(0, limit));
  if (text.length <= limit) return pre;
  if (!canGrow) {
    pre.append("…");
    return pre;
  }
  let shown = limit;
  const more = html("button", { type: "button", class: "preview-more" });
  const name = () => (more.textContent = `Show more (${formatCount(text.length - shown, "character")} left)`);
  name();
  more.addEventListener("click", () => {
    pre.append(text.slice(shown, shown + limit));
    shown += limit;
    if (shown >= text.length) more.remove();
    else name();
  });
  return html("div", { class: "preview-long-text" }, pre, more);
}
