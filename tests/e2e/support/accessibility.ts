/**
 * Looks at a page by the rules of WCAG 2.2 AA, with axe-core, and keeps its report among the test's artifacts.
 *
 * What is drawn by others inside a frame (the scene's sandbox) is looked at too where axe can reach it.
 */

import AxeBuilder from "@axe-core/playwright";
import type { Page, TestInfo } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { expect } from "./workbench";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Smallest target of the pointer, and of a thumb. */
export const TARGET_PX = { pointer: 24, touch: 44 } as const;

/** Fails, screen by screen and rule by rule, where the page breaks a rule. The whole report is `axe-<screen>.json`. */
export async function audit(page: Page, info: TestInfo, screen: string): Promise<void> {
  await settled(page);
  const found = await new AxeBuilder({ page }).setLegacyMode(true).withTags(RULES).analyze();
  const report = {
    screen,
    violations: found.violations,
    incomplete: found.incomplete.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.target.join(" ")) })),
    passed: found.passes.map((rule) => rule.id),
  };
  const path = info.outputPath(`axe-${screen}.json`);
  await writeFile(path, JSON.stringify(report, null, 1));
  await info.attach(`axe-${screen}`, { path, contentType: "application/json" });
  await page.screenshot({ path: info.outputPath(`${screen}.png`) });
  const wrong = found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}\n    ${node.failureSummary?.split("\n").slice(1).join(" ").trim()}`));
  expect.soft(found.passes.length, `${screen}: axe looked at something`).toBeGreaterThan(5);
  expect.soft(wrong, `${screen} breaks rules`).toEqual([]);
}

/** Controls in sight that are smaller than a finger or a pointer needs, each with its size. Links inside sentences are exempt, as in WCAG. */
export function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const controls = document.querySelectorAll<HTMLElement>("button, a[href], input, select, textarea, summary, [role='button'], [role='tab'], [role='option'], [role='menuitem'], [role='radio'], [role='treeitem']");
    const small: string[] = [];
    for (const control of controls) {
      if (control.closest(".stage, [hidden], p, .prose, td") !== null && !control.matches("button")) continue;
      const box = control.getBoundingClientRect();
      const inSight = control.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      if (!inSight) continue;
      // A label around or beside a control is part of its target; so is what an ::after adds around it.
      const label = control instanceof HTMLInputElement ? (control.closest("label") ?? control.labels?.[0] ?? control.parentElement) : null;
      const grown = getComputedStyle(control, "::after");
      const reach = grown.content !== "none" && grown.position === "absolute" ? { width: parseFloat(grown.width), height: parseFloat(grown.height) } : { width: 0, height: 0 };
      const width = Math.max(box.width, reach.width, label?.getBoundingClientRect().width ?? 0);
      const height = Math.max(box.height, reach.height, label?.getBoundingClientRect().height ?? 0);
      if (width < least - 0.5 || height < least - 0.5) {
        const name = control.getAttribute("aria-label") ?? control.textContent?.trim().slice(0, 30) ?? "";
        small.push(`${control.tagName.toLowerCase()}.${control.className} “${name}” ${Math.round(width)} × ${Math.round(height)}`);
      }
    }
    return small;
  }, least);
}

/** Waits until nothing moves: a colour in the middle of a transition is nobody's choice. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const turn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await turn();
    const passing = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.race([Promise.allSettled(passing.map((animation) => animation.finished)), new Promise((resolve) => setTimeout(resolve, 1000))]);
    await turn();
  });
}
