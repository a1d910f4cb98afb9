/** The row over a preview in a panel: a few words on what is there, and its actions as small buttons with names. */

import { Check } from "lucide";

import { html, icon } from "./dom";
import type { Action } from "./part";

const DONE_MS = 1_400;

export class Toolbar {
  readonly element: HTMLElement;
  readonly #status = html("span", { class: "preview-status", role: "status" });
  readonly #switches: (() => void)[] = [];

  constructor(caption: string | undefined, actions: readonly Action[]) {
    this.element = html(
      "div",
      { class: "preview-toolbar" },
      html("span", { class: "preview-caption" }, caption),
      this.#status,
      html("span", { class: "preview-actions", role: "group", "aria-label": "Actions" }, ...actions.map((action) => this.#button(action))),
    );
  }

  #button(action: Action): HTMLButtonElement {
    const button = html("button", { type: "button", class: "preview-button", title: action.name, "aria-label": action.name });
    const face = () => button.replaceChildren(action.icon ? icon(action.icon) : (action.text ?? action.name));
    face();
    const { pressed } = action;
    if (pressed) {
      const show = () => button.setAttribute("aria-pressed", String(pressed()));
      show();
      this.#switches.push(show);
    }
    button.addEventListener("click", () => void this.#run(action, button, face));
    return button;
  }

  async #run(action: Action, button: HTMLButtonElement, face: () => void): Promise<void> {
    try {
      await action.run();
    } catch (error) {
      this.#say(`${action.name} did not work: ${error instanceof Error ? error.message : String(error)}`, "preview-status-failed");
      return;
    } finally {
      for (const show of this.#switches) show();
    }
    if (action.done === undefined) return;
    this.#say(action.done, "");
    button.replaceChildren(icon(Check));
    setTimeout(() => {
      face();
      this.#status.textContent = "";
    }, DONE_MS);
  }

  #say(text: string, className: string): void {
    this.#status.className = `preview-status ${className}`.trim();
    this.#status.textContent = text;
  }
}
