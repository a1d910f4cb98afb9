/** The badge in the header: how safe a person's work is, in a mark and a few words, and the way to the page of this device. */

import type { Health } from "./health";
import { icon, made } from "./notice";

const MARKS: Record<Health["level"], string> = { kept: "database", attention: "triangle-alert", danger: "circle-alert" };

let badge: HTMLButtonElement | undefined;

/** Shows this health; a press calls `open`. */
export function showBadge(health: Health, open: () => void): void {
  const profile = document.querySelector(".profile-button");
  if (profile === null) return;
  if (badge === undefined || !badge.isConnected) {
    badge = made("button", "health-badge", { type: "button" });
    profile.before(badge);
  }
  badge.dataset["level"] = health.level;
  badge.onclick = open;
  badge.title = health.text;
  badge.setAttribute("aria-label", `This device: ${health.short}. ${health.text}`);
  const words = made("span", "health-words", {});
  words.textContent = health.level === "kept" ? "" : health.short;
  badge.replaceChildren(icon(MARKS[health.level]), words);
}
