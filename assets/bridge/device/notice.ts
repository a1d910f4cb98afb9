/** A quiet sentence at the lower edge, with what can be done about it. It stays until somebody answers it, and takes no focus. */

export interface Notice {
  text: string;
  /** The buttons, the main one first: their names, and what they do. The notice goes when one is pressed. */
  actions: { name: string; act: () => void }[];
}

export function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

let place: HTMLElement | undefined;

/** Shows a notice in place of the one that has this name; what comes back takes it away. */
export function notify(name: string, notice: Notice): () => void {
  place ??= document.body.appendChild(made("div", "toasts keeper-notices", { role: "status", "aria-live": "polite" }));
  const close = () => row.remove();
  const buttons = notice.actions.map(({ name, act }) => {
    const button = made("button", "text-button", { type: "button" });
    button.textContent = name;
    button.onclick = () => {
      close();
      act();
    };
    return button;
  });
  const text = made("span", "", {});
  text.textContent = notice.text;
  const later = made("button", "icon-button", { type: "button", "aria-label": "Close", title: "Close" });
  later.append(icon("x"));
  later.onclick = close;
  const row = made("div", "toast keeper-notice", { "data-notice": name });
  row.append(text, ...buttons, later);
  place.querySelector(`[data-notice="${name}"]`)?.remove();
  place.append(row);
  return close;
}

export function made<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, attributes: Record<string, string>): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
