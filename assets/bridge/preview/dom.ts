/**
 * Small helpers to build previews: elements, icons, buttons, copying and downloading.
 *
 * Text always goes in as text: nothing here parses HTML, and nothing writes a style attribute, which the page's policy refuses.
 */

import { createElement as createIcon, type IconNode } from "lucide";

type Child = Node | string | undefined | false;

export interface Attributes {
  class?: string | undefined;
  title?: string | undefined;
  /** Any further attribute, as it stands in markup. */
  [attribute: string]: string | number | boolean | undefined;
}

/** An HTML element; attributes that are `undefined` or `false` are left out, `true` stands empty. */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** An SVG element. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** A Lucide icon, 16 pixels, hidden from readers: its button has the name. */
export function icon(node: IconNode): SVGElement {
  return createIcon(node, { width: 16, height: 16, "stroke-width": 1.5, "aria-hidden": "true" });
}

/** A sentence that stands where a value would. */
export function note(text: string, detail?: string): HTMLElement {
  return html("p", { class: "preview-note" }, text, detail !== undefined && html("span", { class: "preview-note-detail" }, detail));
}

export const copyText = (text: string): Promise<void> => navigator.clipboard.writeText(text);

/** Hands a file to the person. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  html("a", { href: url, download: name }).click();
  // The browser reads the address in a task of its own; a minute is ample and frees the bytes all the same.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `Gain of the filter` and `csv` make `gain-of-the-filter.csv`. */
export function fileName(label: string, extension: string): string {
  const stem = label.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
  return `${stem === "" ? "output" : stem}.${extension}`;
}

/** The colour that a custom property stands for, in a form that a canvas takes; it follows the element's theme. */
export function resolveColour(within: Element, property: string): string {
  return getComputedStyle(within).getPropertyValue(property).trim() || "currentcolor";
}
