/** Markdown, as Rust rendered it: HTML that is safe to insert. Its links open elsewhere and tell nobody where they were. */

import { Copy } from "lucide";

import { copyText, html, note } from "./dom";
import { Mismatch, type Part, type PreviewOptions } from "./part";

export function mountMarkdown(body: HTMLElement, value: unknown, { renderMarkdown, size }: PreviewOptions): Part {
  if (typeof value !== "string") throw new Mismatch("Markdown is a text.");
  if (value.trim() === "") {
    body.append(note("An empty text."));
    return { dispose: () => body.replaceChildren() };
  }
  const page = html("div", { class: "preview-markdown" });
  body.append(page);
  let shown = true;
  renderMarkdown(value).then(
    (rendered) => {
      if (!shown) return;
      page.innerHTML = rendered;
      for (const link of page.querySelectorAll("a[href]")) {
        link.setAttribute("target", "_blank");
        link.setAttribute("rel", "noopener noreferrer");
        if (size === "node") link.setAttribute("tabindex", "-1");
      }
    },
    // The text as it was written is better than none.
    () => page.append(html("pre", {}, value)),
  );
  return {
    dispose: () => {
      shown = false;
      body.replaceChildren();
    },
    actions: [{ name: "Copy Markdown", icon: Copy, done: "Copied", run: () => copyText(value) }],
    caption: "Markdown",
  };
}
