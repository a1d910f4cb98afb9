/** The face of evolution, as a person uses it: what recurs is found, read with its evidence, changed, taken, rejected, and kept in order. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { call, done, expect, test } from "./support/workbench";

const DAY_S = 86_400;

/** Traces of the same wish on different days; the newest was yesterday. */
async function work(page: Page, goals: [goal: string, rating: number][], skills: string[] = []): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  for (const [index, [goal, success_rating]] of goals.entries()) {
    const started_at = now - (goals.length - index) * DAY_S;
    const content = `# Execution Trace: ${goal}\n\n## Question\n\n${goal}\n\n## Answer\n\n1. Read the file\n2. Plot it by day\n`;
    await done(page, "POST", "/traces", { kind: "chat", goal, started_at, duration_ms: 1_500, success_rating, content, skills_used: skills });
  }
}

const PLOT: [string, number][] = [
  ["Plot the daily temperature of Berlin", 0.9],
  ["please draw the daily temperature of Berlin", 0.3],
  ["can you plot the daily temperature of Berlin", 1],
  ["Plot the daily temperature of Berlin", 0.95],
];
const LETTER: [string, number][] = [
  ["Proofread a cover letter for a job", 0.8],
  ["Proofread the cover letter for a job", 0.9],
  ["please proofread a cover letter for a job", 0.9],
];

async function openEvolution(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Sections" }).getByRole("button", { name: "Evolve" }).click();
  await expect(page.getByRole("heading", { name: "Evolution" })).toBeVisible();
}

test("what recurs is drafted, read with its evidence, changed and taken, or rejected with a reason and not offered again", async ({ visit }) => {
  const page = await visit();
  await openEvolution(page);
  await expect(page.locator(".evo-nothing")).toContainText("Every chat and every run leaves a trace");
  await work(page, PLOT);
  await work(page, LETTER);
  await page.getByRole("button", { name: "Look now" }).click();
  await expect(page.locator(".evo-told")).toContainText("2 drafts to review");

  await page.locator(".evo-row", { hasText: "Plot daily temperature" }).click();
  const draft = page.locator(".evo-draft");
  await expect(draft.locator(".evo-figures")).toContainText("times4days4");
  await expect(draft.locator(".evo-trial.passed")).toContainText("comes up by itself");
  await expect(draft.locator(".prose")).toContainText("When to Use");
  await expect(draft.locator(".evo-points .evo-point")).toHaveCount(4);
  await expect(draft.locator(".evo-points .evo-point.poor")).toHaveCount(1);
  await draft.locator("button.evo-trace-row").first().click();
  await expect(draft.locator(".evo-trace-open pre")).toContainText("Plot it by day");

  await draft.getByRole("button", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: /File of Plot daily temperature/ });
  await editor.press("Control+End");
  await page.keyboard.insertText("\nBy the hour where the file has hours.\n");
  await draft.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(page.locator(".desk-notices")).toContainText("is a skill now");
  const skill = await done(page, "GET", "/skills/plot-daily-temperature-of-berlin");
  expect(skill.source).toContain("By the hour where the file has hours.");
  const { commits } = await done(page, "GET", "/volumes/history?volume=user/me&limit=2");
  expect(commits.map((commit: { message: string }) => commit.message.trim())).toEqual([
    "Edit skill: plot-daily-temperature-of-berlin",
    "Evolution: Create skill 'plot-daily-temperature-of-berlin' from 4 traces",
  ]);

  await draft.getByRole("button", { name: "Reject…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByRole("dialog")).toContainText("Say in a word why not");
  await page.getByRole("textbox", { name: "Why not" }).fill("too personal");
  await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(page.locator(".evo-nothing")).toBeVisible();
  await work(page, LETTER);
  await page.getByRole("button", { name: "Look now" }).click();
  await expect(page.locator(".evo-told")).toContainText("Nothing new to offer");
  await page.getByRole("tab", { name: "At a glance" }).click();
  await expect(page.locator(".evo-card", { hasText: "Not wanted" })).toContainText("too personal");
  await expect(page.locator(".evo-card", { hasText: "Held back" })).toContainText("was rejected: too personal");
  await expect(page.locator(".evo-card", { hasText: "What recurs" }).getByRole("row")).toHaveCount(3);
  await expect(page.locator(".evo-card", { hasText: "Skills made here" })).toContainText("Plot daily temperature");
});

test("a skill goes on to the team with the words of its commit, and a trace is shared with them", async ({ visit }) => {
  const page = await visit();
  await done(page, "POST", "/teams", { team_id: "rockets", name: "Rockets" });
  await done(page, "POST", "/profiles/switch", { user_id: "me", team_id: "rockets" });
  await work(page, PLOT);
  await openEvolution(page);
  await page.getByRole("button", { name: "Look now" }).click();
  const draft = page.locator(".evo-draft");
  await draft.locator("button.evo-trace-row").first().click();
  await draft.getByRole("checkbox", { name: "My team may learn from this trace" }).check();
  await expect(page.locator(".desk-notices")).toContainText("Your team may learn from it");
  const { traces } = await done(page, "GET", "/traces");
  expect(traces.filter((trace: { shared: boolean }) => trace.shared)).toHaveLength(1);

  await draft.getByRole("button", { name: "Accept for the team…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Accept for the team" }).click();
  await expect(page.locator(".desk-notices")).toContainText("is in team rockets's volume");
  const { commits } = await done(page, "GET", "/volumes/history?volume=team/rockets&limit=1");
  expect(commits[0].message.trim()).toBe("Promote 'plot-daily-temperature-of-berlin' from user:me - Reason: Useful for team");
});

test("settings hold, and the old llmos comes over with a report of what stays behind", async ({ visit }) => {
  const page = await visit();
  await work(page, LETTER);
  await openEvolution(page);
  await page.getByRole("button", { name: "What evolution may do" }).click();
  await page.getByRole("spinbutton", { name: "From so many times on" }).fill("5");
  await page.getByRole("radio", { name: /Only by hand/ }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".evo-head")).toContainText("runs only by hand");
  await page.getByRole("button", { name: "Look now" }).click();
  await expect(page.locator(".evo-told")).toContainText("none of them often and well enough yet");
  expect((await done(page, "GET", "/evolution/due")).due.map((row: { level: string }) => row.level)).not.toContain("user");

  await page.getByRole("tab", { name: "At a glance" }).click();
  await expect(page.locator(".evo-card", { hasText: "What recurs" })).toContainText("2 more");
  const old = await mkdtemp(join(tmpdir(), "llmos-"));
  await mkdir(join(old, "memories/traces"), { recursive: true });
  await mkdir(join(old, "agents"));
  await mkdir(join(old, "state"));
  await writeFile(join(old, "memories/traces/t1.md"), "---\ngoal_text: Build a robot\nsuccess_rating: 0.9\ncreated_at: 2025-01-31T10:00:00\n---\nNotes");
  await writeFile(join(old, "agents/VisionAgent.md"), "---\nname: Vision Agent\ntype: specialized\n---\n# Vision Agent\nSees things.\n");
  await writeFile(join(old, "state/valence.json"), "{}");
  await page.getByLabel("Choose a folder").setInputFiles(old);
  await rm(old, { recursive: true });
  const report = page.locator(".evo-report");
  await expect(report).toContainText("2 files would come over");
  await expect(report).toContainText("states of mind have no place here");
  expect((await call(page, "GET", "/skills/vision-agent")).status).toBe(404);
  await report.getByRole("button", { name: "Bring 2 files over" }).click();
  await expect(report).toContainText("2 files came over, in one commit");
  expect((await done(page, "GET", "/skills/vision-agent")).description).toBe("Sees things.");
});
