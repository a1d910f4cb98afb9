/** The workbench for everyone: every screen by the rules of WCAG 2.2 AA, in each dress that a person may ask for. */

import type { Page, TestInfo } from "@playwright/test";
import { audit, smallTargets, TARGET_PX } from "./support/accessibility";
import { done, expect, openWorkbench, test } from "./support/workbench";

type Go = (page: Page) => Promise<void>;

const section = (page: Page, name: string) => page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name, exact: true });

const inVolumes = (tab: string | RegExp): Go => async (page) => {
  await section(page, "Volumes").click();
  await page.locator(".desk-volume").first().click();
  await page.getByRole("tab", { name: tab }).click();
};

/** The screens that a desk and a phone have in common: name, and the way there from anywhere. */
const SCREENS: [string, Go][] = [
  ["skills", async (page) => {
    await section(page, "Skills").click();
    await expect(page.locator(".skills-rows .skill-row").first()).toBeVisible();
  }],
  ["volumes-files", inVolumes("Files")],
  ["volumes-history", async (page) => {
    await inVolumes("History")(page);
    await expect(page.getByRole("listbox", { name: "Commits, newest first" }).getByRole("option").first()).toBeVisible();
  }],
  ["volumes-proposals", inVolumes(/Proposals/)],
  ["settings", async (page) => {
    await section(page, "Settings").click();
    await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  }],
];

/** Work that every screen has something to show of. */
async function prepare(page: Page): Promise<void> {
  const skill = (words: string) => `---\nname: Half-wave\ndescription: A diode and a load.\ncategory: electronics\nkeywords: [diode]\n---\n# Half-wave\n\n${words}\n`;
  await done(page, "PUT", "/skills/half-wave", { source: skill("One diode.") });
  await done(page, "PUT", "/skills/half-wave", { source: skill("One diode and one load.") });
}

async function run(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator(".run-done")).toBeVisible({ timeout: 60_000 });
}

async function auditAll(page: Page, info: TestInfo, screens: [string, Go][]): Promise<void> {
  for (const [name, go] of screens) {
    await test.step(name, async () => {
      await go(page);
      await audit(page, info, name);
      expect.soft(await smallTargets(page, TARGET_PX.pointer), `${name}: targets of ${TARGET_PX.pointer} px`).toEqual([]);
    });
  }
}

const escape: Go = async (page) => {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
};

/** The screens of a desk: canvas, results, palettes and dialogs. */
const AT_A_DESK: [string, Go][] = [
  ["canvas-inspector", async (page) => {
    await section(page, "Work").click();
    await page.locator('[data-node="filter"]').click();
    await expect(page.getByRole("complementary", { name: "Inspector" })).toBeVisible();
  }],
  ["run-results", async (page) => {
    await run(page);
    await page.keyboard.press("Control+j");
    await expect(page.getByRole("tab", { name: "Results" })).toBeVisible();
  }],
  ["run-logs", async (page) => page.getByRole("tab", { name: "Logs" }).click()],
  ["run-timeline", async (page) => page.getByRole("tab", { name: "Timeline" }).click()],
  ["command-palette", async (page) => {
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toBeVisible();
  }],
  ["keys", async (page) => {
    await escape(page);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
  }],
  ["chat", async (page) => {
    await escape(page);
    await page.keyboard.press("Control+l");
    await expect(page.getByRole("combobox", { name: "Message" })).toBeVisible();
  }],
  ["people", async (page) => {
    await page.keyboard.press("Control+l");
    await page.locator(".profile-button").click();
    await expect(page.getByRole("menu")).toBeVisible();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
  }],
  ["skill", async (page) => {
    await page.keyboard.press("Escape");
    await section(page, "Skills").click();
    await page.getByRole("searchbox", { name: "Find a skill" }).fill("half-wave");
    await page.locator(".skills-rows .skill-row", { hasText: "Half-wave" }).first().click();
    await expect(page.locator(".skills-title h1")).toBeVisible();
  }],
  ["skill-editor", async (page) => {
    await page.getByRole("tab", { name: "Edit" }).click();
    await expect(page.getByRole("textbox", { name: /File of/ })).toBeVisible();
  }],
  ["remote", async (page) => {
    await inVolumes("Remote")(page);
    await expect(page.getByRole("tabpanel").or(page.locator(".desk-volume-main")).first()).toBeVisible();
  }],
];

for (const [dress, media] of [
  ["dark", { colorScheme: "dark" }],
  ["light", { colorScheme: "light" }],
  ["high-contrast-dark", { colorScheme: "dark", contrast: "more" }],
  ["high-contrast-light", { colorScheme: "light", contrast: "more" }],
  ["forced-colours", { colorScheme: "dark", forcedColors: "active" }],
] as const) {
  test(`every screen keeps the rules, ${dress}`, async ({ visit }, info) => {
    test.setTimeout(600_000);
    const page = await visit();
    await page.emulateMedia(media);
    await prepare(page);
    await auditAll(page, info, [...AT_A_DESK, ...SCREENS]);
  });
}

/** On a phone the sections stand at the lower edge, and controls are for thumbs. */
test.describe("on a phone", () => {
  test("every screen keeps the rules, and a thumb reaches every control", async ({ browser, site }, info) => {
    test.setTimeout(600_000);
    const profile = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const page = await profile.newPage();
    await openWorkbench(page, site.url);
    await prepare(page);
    const screens: [string, Go][] = [
      ["work", async (page) => expect(page.locator(".step-card").first()).toBeVisible()],
      ["step", async (page) => page.locator(".step-head").first().click()],
      ["chat", async (page) => {
        await section(page, "Chat").click();
        await expect(page.getByRole("combobox", { name: "Message" })).toBeVisible();
      }],
      ["skills", SCREENS[0]![1]],
      ["volumes", async (page) => {
        await section(page, "Volumes").click();
        await expect(page.locator(".desk-volume").first()).toBeVisible();
      }],
      ["settings", async (page) => {
        await section(page, "Settings").click();
        await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
      }],
      ["help", async (page) => {
        await page.getByRole("button", { name: "Go to help", exact: true }).click();
        await expect(page.getByRole("heading", { name: "First steps", level: 1 })).toBeVisible();
      }],
      ["tour", async (page) => {
        await page.getByRole("button", { name: "Take the tour", exact: true }).click();
        await expect(page.getByRole("dialog", { name: "Tour" })).toBeVisible();
      }],
    ];
    for (const [name, go] of screens) {
      await test.step(name, async () => {
        await go(page);
        await audit(page, info, `phone-${name}`);
        expect.soft(await smallTargets(page, TARGET_PX.touch), `${name}: targets of ${TARGET_PX.touch} px`).toEqual([]);
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name} is no wider than the phone`).toBeLessThanOrEqual(390);
      });
    }
    await profile.close();
  });
});

test("by keyboard alone: a value is changed, a run started and heard, its result looked at, an action found", async ({ visit }) => {
  test.setTimeout(120_000);
  const page = await visit();
  const heard = page.locator("p.only-heard[role='status']");
  // From the start of the page to the canvas by Tab, with the focus in sight at each step.
  const stops: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const active = document.activeElement as HTMLElement;
      const style = getComputedStyle(active);
      const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || active.closest(":focus-within") !== null && style.borderColor !== "";
      return { name: active.getAttribute("aria-label") ?? active.textContent?.trim() ?? "", node: active.closest("[data-node]")?.getAttribute("data-node") ?? "", marked };
    });
    expect(stop.marked, `the focus is seen on ${stop.name}`).toBe(true);
    stops.push(stop.name);
    if (stop.node !== "") break;
  }
  expect(stops.indexOf("Name of the workflow")).toBeGreaterThanOrEqual(0);
  expect(stops.indexOf("Name of the workflow"), "the header comes before the rail").toBeLessThan(stops.indexOf("Skills"));
  expect(await page.evaluate(() => document.activeElement?.closest("[data-node]") !== null), `Tab reaches a node: ${stops.join(" · ")}`).toBe(true);

  await page.keyboard.press("Control+Enter");
  await expect(heard).toContainText("Run of 5 nodes started");
  await expect(heard).toContainText("Run completed, 5 nodes", { timeout: 60_000 });

  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest(".inspector-panel") !== null)).toBe(true);
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("help");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "First steps", level: 1 })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("main", { name: "Work" })).toBeVisible();
});

test("at 200 % zoom nothing is cut off, and the work goes on", async ({ browser, site }, info) => {
  test.setTimeout(120_000);
  // A window of 1440 pixels at 200 % is one of 720 pixels, each drawn as four.
  const profile = await browser.newContext({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  const page = await profile.newPage();
  await openWorkbench(page, site.url);
  await run(page);
  for (const [name, go] of [["work", async () => undefined], ...SCREENS] as [string, Go][]) {
    await test.step(name, async () => {
      if (name === "volumes-history" || name === "volumes-proposals") return;
      await go(page);
      const cut = await page.evaluate(() => {
        const wide = [...document.querySelectorAll<HTMLElement>(".header > *, .rail > *")].filter((element) => {
          const box = element.getBoundingClientRect();
          return element.checkVisibility() && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
        });
        return { scroll: document.documentElement.scrollWidth, wide: wide.map((element) => element.className) };
      });
      expect.soft(cut, name).toEqual({ scroll: 720, wide: [] });
      await page.screenshot({ path: info.outputPath(`zoom-${name}.png`) });
    });
  }
  await profile.close();
});

test("nothing moves for those who asked for that", async ({ visit }) => {
  test.setTimeout(120_000);
  const page = await visit();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const moving = () => page.evaluate(() => document.getAnimations().filter((animation) => {
    const timing = animation.effect?.getComputedTiming();
    return animation.playState === "running" && Number(timing?.duration) > 1;
  }).length);
  for (let looks = 0; looks < 5; looks++) {
    expect(await moving()).toBe(0);
    // Looks over a second of the run: what moves may begin at any time of it.
    await page.waitForTimeout(200);
  }
  await expect(page.locator(".run-done")).toBeVisible({ timeout: 60_000 });
});
