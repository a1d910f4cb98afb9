/**
 * The library, skill by skill: each runs in the page as a person would run it, and its answers are held against theory.
 *
 * What theory says stands in ../skills-data; this file only runs it. Nothing may be left out: a skill without a row fails a test
 * of its own.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";
import type { NodeResult, Payload, RunResult, Workflow } from "../../assets/bridge/llmos.d";
import { REFUSALS, ROWS, type Inputs, type Outputs } from "../skills-data";
import { expect, openWorkbench, test } from "./support/workbench";

const WORKFLOWS = fileURLToPath(new URL("../../assets/workflows/", import.meta.url));

// The first skill that needs a runtime or a package waits for its bytes, on a machine that may be busy with other things.
test.describe.configure({ timeout: 180_000 });

/** One page for all rows: the runtimes stay warm, and no skill may spoil the next one's run. */
let page: Page;

test.beforeAll(async ({ profile, site }) => {
  page = await profile.newPage();
  await openWorkbench(page, site.url);
});

test.afterAll(() => page.close());

interface Finished {
  status: RunResult["status"];
  nodes: Record<string, NodeResult>;
}

/** Asks the workbench for a payload of these nodes, and runs it. */
async function runWorkflow(workflow: Pick<Workflow, "nodes" | "edges">): Promise<Finished> {
  return page.evaluate(async (workflow) => {
    const answer = await window.llmos.fetch("/workflows/execute", { method: "POST", body: JSON.stringify(workflow) });
    const body = (await answer.json()) as { payload?: Payload; error?: { message: string } };
    if (body.payload === undefined) throw new Error(body.error?.message ?? `${answer.status} without a payload`);
    const result = await window.llmos.run(body.payload);
    /** Typed arrays as plain ones, so that a value is the same on either side of the page's border. */
    const plain = (value: unknown): unknown => {
      if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
      if (Array.isArray(value)) return value.map(plain);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    };
    const nodes = Object.entries(result.nodes).map(([id, node]) => [id, { ...node, outputs: plain(node.outputs) as Outputs }] as const);
    return { status: result.status, nodes: Object.fromEntries(nodes) };
  }, workflow);
}

async function runSkill(skillId: string, inputValues: Inputs = {}): Promise<NodeResult> {
  const result = await runWorkflow({ nodes: [{ nodeId: "node", skillId, inputValues }], edges: [] });
  return result.nodes.node!;
}

function outputsOf(node: NodeResult): Outputs {
  expect(node.error, node.error === null ? "" : `${node.error.message}\n${node.error.detail ?? ""}`).toBeNull();
  expect(node.status).toBe("completed");
  return node.outputs;
}

for (const { skill, says, inputs, check } of ROWS) {
  test(`${skill}: ${says}`, async () => check(outputsOf(await runSkill(skill, inputs))));
}

for (const { skill, inputs, words } of REFUSALS) {
  test(`${skill}: refuses ${JSON.stringify(inputs)} in words that help`, async () => {
    const node = await runSkill(skill, inputs);
    expect(node.status).toBe("failed");
    expect(node.error?.code).toBe("code_error");
    expect(node.error?.message).toMatch(words);
  });
}

test("every executable skill has a row, and every row a skill", async () => {
  const { skills } = await page.evaluate(async () => {
    const answer = await window.llmos.fetch("/workflows/skills/executable");
    return (await answer.json()) as { skills: { skillId: string }[] };
  });
  const library = skills.map(({ skillId }) => skillId).sort();
  expect(library.length).toBeGreaterThanOrEqual(16);
  expect([...new Set(ROWS.map(({ skill }) => skill))].sort()).toEqual(library);
});

test("context skills say when to use them, how, and show an example", async () => {
  const bodies = await page.evaluate(async () => {
    const list = (await (await window.llmos.fetch("/skills?limit=500")).json()) as { skills: { skill_id: string; executable: boolean }[] };
    const context = list.skills.filter(({ executable }) => !executable);
    return Promise.all(
      context.map(async ({ skill_id }) => (await (await window.llmos.fetch(`/skills/${skill_id}`)).json()) as { skill_id: string; content: string; description: string; keywords: string[] }),
    );
  });
  expect(bodies.length).toBeGreaterThanOrEqual(8);
  for (const { skill_id, content, description, keywords } of bodies) {
    for (const heading of ["## When to Use", "## Approach", "## Example"]) expect(content, skill_id).toContain(heading);
    expect(description.length, skill_id).toBeGreaterThan(40);
    expect(keywords.length, skill_id).toBeGreaterThanOrEqual(3);
  }
});

for (const file of readdirSync(WORKFLOWS).filter((name) => name.endsWith(".json"))) {
  test(`workflow ${file} runs to its end`, async () => {
    const workflow = JSON.parse(readFileSync(WORKFLOWS + file, "utf8")) as Workflow;
    expect(workflow.workflowId).toBe(file.replace(".json", ""));
    const result = await runWorkflow(workflow);
    for (const [id, node] of Object.entries(result.nodes)) expect(node, id).toMatchObject({ status: "completed", error: null });
    expect(result.status).toBe("completed");
  });
}

test("the demo measures the same corner in ngspice and in Python, and draws it in all its nodes", async () => {
  const workflow = JSON.parse(readFileSync(`${WORKFLOWS}rc-filter.json`, "utf8")) as Workflow;
  const { nodes } = await runWorkflow(workflow);
  const corner = 1 / (2 * Math.PI * 1000 * 1e-7);
  expect(Math.abs((nodes.filter!.outputs.corner_frequency as number) / corner - 1)).toBeLessThan(1e-4);
  expect(Math.abs((nodes.analysis!.outputs.corner_frequency as number) / corner - 1)).toBeLessThan(1e-4);
  expect(nodes.analysis!.outputs.slope as number).toBeCloseTo(-20, 1);
  expect(nodes.square!.outputs.peak as number).toBeCloseTo(Math.tanh(1 / (4 * 1000 * 1e-4)), 3);
  expect(nodes.landscape!.outputs.deviation as number).toBeLessThan(1e-3);
  expect(nodes.values!.outputs.rows).toBe(7);
});
