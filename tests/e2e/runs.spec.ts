/** Runs through `window.llmos`: what is fed comes out, what is stopped stops, what is wrong says where. */

import type { Page } from "@playwright/test";
import type { Payload, RunResult, SkillType } from "../../assets/bridge/llmos.d";
import { expect, test } from "./support/workbench";
import { graph, port, single, skill } from "./support/workflow";

/** Runs a payload in the page and gives its result. */
function run(page: Page, payload: Payload, options: { timeoutMs?: number; target?: string } = {}): Promise<RunResult> {
  return page.evaluate(([payload, options]) => window.llmos.run(payload, options), [payload, options] as const);
}

/** Runs a payload, stops it as soon as `node` has been started for `afterMs`, and gives the result and how long the stop took. */
function runAndStop(page: Page, payload: Payload): Promise<{ result: RunResult; stopMs: number }> {
  return page.evaluate(async (payload) => {
    const controller = new AbortController();
    let stoppedAt = 0;
    const result = await window.llmos.run(payload, {
      signal: controller.signal,
      onEvent: (event) => {
        // The code says that it is in its loop; only then is there something to stop.
        if (event.kind === "log" && event.text.includes("looping")) {
          stoppedAt = performance.now();
          controller.abort();
        }
      },
    });
    return { result, stopMs: performance.now() - stoppedAt };
  }, payload);
}

const ADD: Partial<Record<SkillType, string>> = {
  "python-wasm": "def execute(inputs):\n    return {'result': inputs['a'] + inputs['b']}",
  javascript: "function execute({a, b}) { return {result: a + b}; }",
};

for (const [type, code] of Object.entries(ADD) as [SkillType, string][]) {
  test(`${type}: what is fed comes out, and again from the cache`, async ({ workbench: page }) => {
    const payload = single(skill(type, code, { inputs: [port("a", "number"), port("b", "number")], outputs: [port("result", "number")] }), {
      a: 1.5,
      b: 2,
    });
    const first = await run(page, payload);
    expect(first.status).toBe("completed");
    expect(first.nodes.node).toMatchObject({ status: "completed", outputs: { result: 3.5 }, error: null, cached: false, level: 0 });
    const second = await run(page, payload);
    expect(second.nodes.node).toMatchObject({ status: "completed", outputs: { result: 3.5 }, cached: true });
  });
}

test("a re-run does only what changed", async ({ workbench: page }) => {
  const add = skill("javascript", "function execute({x}) { return x + 1; }", { inputs: [port("x", "number")] });
  const chain = (first: number, third: string) =>
    graph(
      [add, { ...add, skillId: "third", code: third }],
      { a: add.skillId, b: add.skillId, c: "third" },
      ["a.result -> b.x", "b.result -> c.x"],
      { a: { x: first } },
    );
  const cached = (result: RunResult) => Object.values(result.nodes).map((node) => node.cached);
  expect(cached(await run(page, chain(1, add.code)))).toEqual([false, false, false]);
  const changedEnd = await run(page, chain(1, "function execute({x}) { return x * 10; }"));
  expect(cached(changedEnd)).toEqual([true, true, false]);
  expect(changedEnd.nodes.c?.outputs.result).toBe(30);
  const changedStart = await run(page, chain(2, add.code));
  expect(cached(changedStart)).toEqual([false, false, false]);
  expect(changedStart.nodes.c?.outputs.result).toBe(5);
});

test("a skill that opts out is run each time, and so is what depends on it", async ({ workbench: page }) => {
  const stamp = skill("javascript", "function execute() { return Math.random(); }", { skillId: "stamp", cache: false });
  const pass = skill("javascript", "function execute({x}) { return x; }", { skillId: "pass", inputs: [port("x")] });
  const payload = graph([stamp, pass], { a: "stamp", b: "pass" }, ["a.result -> b.x"]);
  const [first, second] = [await run(page, payload), await run(page, payload)];
  expect(second.nodes.b?.cached).toBe(false);
  expect(second.nodes.b?.outputs.result).not.toBe(first.nodes.b?.outputs.result);
});

test("long runs of numbers cross every border as typed arrays", async ({ workbench: page }) => {
  const make = skill("python-wasm", "def execute(inputs):\n    return [i / 8 for i in range(100_000)]", { skillId: "make", outputs: [port("samples", "array")] });
  const square = skill("javascript", "function execute({samples}) { return samples.map((x) => x * x); }", {
    skillId: "square",
    inputs: [port("samples", "array")],
    outputs: [port("squares", "array")],
  });
  const sum = skill("python-wasm", "def execute(inputs):\n    squares = inputs['squares']\n    return {'total': sum(squares), 'kind': type(squares).__name__}", {
    skillId: "sum",
    inputs: [port("squares", "array")],
    outputs: [port("total", "number"), port("kind", "string")],
  });
  const payload = graph([make, square, sum], { make: "make", square: "square", sum: "sum" }, ["make.samples -> square.samples", "square.squares -> sum.squares"]);
  const seen = await page.evaluate(async (payload) => {
    const result = await window.llmos.run(payload);
    const { samples } = result.nodes.make!.outputs;
    return { typed: samples instanceof Float64Array, length: (samples as Float64Array).length, ...result.nodes.sum!.outputs };
  }, payload);
  const n = 99_999;
  expect(seen).toEqual({ typed: true, length: 100_000, total: (n * (n + 1) * (2 * n + 1)) / 6 / 64, kind: "array" });
});

test("logs arrive while the code runs", async ({ workbench: page }) => {
  const code = "import asyncio\nasync def execute(inputs):\n    for i in range(3):\n        print('line', i)\n        await asyncio.sleep(0.05)\n    return 1";
  const events = await page.evaluate(async (payload) => {
    const events: string[] = [];
    await window.llmos.run(payload, { onEvent: (event) => events.push(event.kind === "log" ? event.text : event.kind) });
    return events.filter((event) => event !== "runtime");
  }, single(skill("python-wasm", code)));
  expect(events[0]).toBe("started");
  expect(events.at(-1)).toBe("finished");
  expect(events.slice(1, -1).join("")).toBe("line 0\nline 1\nline 2\n");
});

const LOOPS: Partial<Record<SkillType, string>> = {
  "python-wasm": "def execute(inputs):\n    print('looping')\n    while True: pass",
  javascript: "function execute() { console.log('looping'); while (true); }",
};

for (const [type, code] of Object.entries(LOOPS) as [SkillType, string][]) {
  test(`${type}: an endless loop stops when told, and the next run works`, async ({ workbench: page }) => {
    const before = single(skill(type, type === "javascript" ? "function execute() { console.log('before'); return 1; }" : "def execute(inputs):\n    print('before')\n    return 1"));
    expect((await run(page, before)).status).toBe("completed");
    const { result, stopMs } = await runAndStop(page, single(skill(type, code)));
    expect(result.status).toBe("cancelled");
    expect(result.nodes.node?.status).toBe("cancelled");
    test.info().annotations.push({ type: "stop", description: `${Math.round(stopMs)} ms` });
    const after = single(skill(type, type === "javascript" ? "function execute() { return 2; }" : "def execute(inputs):\n    return 2"));
    expect((await run(page, after)).nodes.node?.outputs.result).toBe(2);
  });
}

test("a run that still waits for its packages stops at once, and the next one works", async ({ visit }) => {
  const page = await visit();
  // The package's file never arrives.
  await page.context().route(/runtime\/[^/]*sympy/, () => undefined);
  const waiting = single(skill("python-wasm", "import sympy\ndef execute(inputs):\n    return 1"));
  const stopped = await page.evaluate(async (payload) => {
    const controller = new AbortController();
    const result = window.llmos.run(payload, { signal: controller.signal });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    controller.abort();
    return result;
  }, waiting);
  expect(stopped.nodes.node?.status).toBe("cancelled");
  const next = await run(page, single(skill("javascript", "function execute() { return 3; }")));
  expect(next.nodes.node?.outputs.result).toBe(3);
});

test("a node that takes too long fails by name, the others go on", async ({ workbench: page }) => {
  const loop = skill("javascript", "function execute() { while (true); }", { skillId: "loop" });
  const quick = skill("javascript", "function execute() { return 7; }", { skillId: "quick" });
  const after = skill("javascript", "function execute({x}) { return x; }", { skillId: "after", inputs: [port("x")] });
  const payload = graph([loop, quick, after], { loop: "loop", quick: "quick", after: "after" }, ["loop.result -> after.x"]);
  const result = await run(page, payload, { timeoutMs: 400 });
  expect(result.status).toBe("failed");
  expect(result.nodes.loop).toMatchObject({ status: "failed", error: { code: "timeout" } });
  expect(result.nodes.after).toMatchObject({ status: "skipped", error: null });
  expect(result.nodes.quick).toMatchObject({ status: "completed", outputs: { result: 7 } });
});

/** Bad code and bad results: the code of the error, and what its words must hold. */
const FAULTS: { name: string; type: SkillType; code: string; output?: Parameters<typeof port>[1]; error: string; words: RegExp; line?: number }[] = [
  { name: "an exception", type: "python-wasm", code: "def execute(inputs):\n    return 1 / 0", error: "code_error", words: /ZeroDivisionError/, line: 2 },
  { name: "a syntax error", type: "python-wasm", code: "def execute(inputs):\n    return (1 +", error: "code_error", words: /SyntaxError/ },
  { name: "no execute", type: "python-wasm", code: "x = 1", error: "code_error", words: /execute/ },
  { name: "a deep recursion", type: "python-wasm", code: "def execute(inputs):\n    return execute(inputs)", error: "code_error", words: /RecursionError/ },
  { name: "the wrong type", type: "python-wasm", code: "def execute(inputs):\n    return {'result': 'abc'}", output: "number", error: "bad_output", words: /'result'.*number.*abc/s },
  { name: "an exit", type: "python-wasm", code: "import sys\ndef execute(inputs):\n    sys.exit(3)", error: "code_error", words: /exit/i },
  { name: "an exception", type: "javascript", code: "function execute() {\n  return missing.value;\n}", error: "code_error", words: /missing is not defined/, line: 2 },
  { name: "a syntax error", type: "javascript", code: "function execute() { return (1 + ; }", error: "code_error", words: /SyntaxError/ },
  { name: "no execute", type: "javascript", code: "const x = 1;", error: "code_error", words: /execute/ },
  { name: "a deep recursion", type: "javascript", code: "function execute(inputs) { return 1 + execute(inputs); }", error: "code_error", words: /call stack/ },
  { name: "the wrong type", type: "javascript", code: "function execute() { return {result: 'abc'}; }", output: "number", error: "bad_output", words: /'result'.*number.*abc/s },
  { name: "a missing output", type: "javascript", code: "function execute() { return {}; }", output: "number", error: "bad_output", words: /'result'/ },
  { name: "a function as output", type: "javascript", code: "function execute() { return {result: () => 1}; }", error: "bad_output", words: /'result'/ },
  { name: "100 MB of output", type: "javascript", code: "function execute() { return {result: new Float64Array(12_500_000)}; }", error: "output_too_large", words: /'result'.*MB/s },
  { name: "100 MB of output", type: "python-wasm", code: "def execute(inputs):\n    return {'result': 'x' * 100_000_000}", error: "output_too_large", words: /'result'.*MB/s },
  { name: "a package that is nowhere", type: "python-wasm", code: "import surely_not_a_package_9f2\ndef execute(inputs):\n    return 1", error: "package_missing", words: /surely.not.a.package.9f2/ },
];

for (const { name, type, code, output, error, words, line } of FAULTS) {
  test(`${type}: ${name} ends in a message that names the place, and nothing else is lost`, async ({ workbench: page }) => {
    const bad = skill(type, code, { skillId: "bad", outputs: [port("result", output ?? "any")] });
    const good = skill(type, type === "javascript" ? "function execute() { return 5; }" : "def execute(inputs):\n    return 5", { skillId: "good" });
    const result = await run(page, graph([bad, good], { bad: "bad", good: "good" }));
    expect(result.nodes.bad).toMatchObject({ status: "failed", error: { code: error } });
    const failure = result.nodes.bad?.error;
    expect(`${failure?.message}\n${failure?.detail ?? ""}`).toMatch(words);
    if (line) expect(failure?.line).toBe(line);
    expect(result.nodes.good).toMatchObject({ status: "completed", outputs: { result: 5 } });
  });
}

test("100 MB of printed text is cut, said so, and the run goes on", async ({ workbench: page }) => {
  const code = "def execute(inputs):\n    line = 'x' * 999\n    for _ in range(100_000): print(line)\n    return 1";
  const result = await run(page, single(skill("python-wasm", code)));
  expect(result.status).toBe("completed");
  const logs = result.nodes.node?.logs.map((entry) => entry.text).join("") ?? "";
  expect(logs.length).toBeLessThan(300_000);
  expect(logs).toMatch(/left out|more/);
});

test("a payload that cannot run is refused before anything starts", async ({ workbench: page }) => {
  const step = skill("javascript", "function execute({x}) { return x; }", { inputs: [port("x", "number")] });
  const refusal = (payload: unknown) =>
    page.evaluate(async (payload) => {
      try {
        await window.llmos.run(payload as never);
        return "ran";
      } catch (error) {
        return `${(error as { code: string }).code}: ${(error as Error).message}`;
      }
    }, payload);
  const id = step.skillId;
  expect(await refusal(graph([step], { a: id, b: id }, ["a.result -> b.x", "b.result -> a.x"]))).toMatch(/^cycle: .*a → b → a/s);
  expect(await refusal(graph([step], { a: id }))).toMatch(/^missing_input: .*a.*x/s);
  expect(await refusal(graph([step], { a: "other" }))).toMatch(/^unknown_skill: .*other/s);
  expect(await refusal(graph([step], { a: id, b: id }, ["a.nothing -> b.x"], { a: { x: 1 } }))).toMatch(/^unknown_output: .*nothing/s);
  expect(await refusal(graph([step], { a: id }, [], { a: { x: "many" } }))).toMatch(/number/);
  expect(await refusal({ workflow: 7 })).toMatch(/^malformed_request/);
});

test("a thousand nodes run side by side and in a chain", async ({ workbench: page }) => {
  const add = skill("javascript", "function execute({x}) { return x + 1; }", { inputs: [port("x", "number", { default: 0 })] });
  const ids = Array.from({ length: 1000 }, (_, index) => `n${index}`);
  const nodes = Object.fromEntries(ids.map((id) => [id, add.skillId]));
  const values = Object.fromEntries(ids.map((id, index) => [id, { x: index }]));
  const wide = await run(page, graph([add], nodes, [], values));
  expect(ids.map((id) => wide.nodes[id]?.outputs.result)).toEqual(ids.map((_, index) => index + 1));
  const chain = await run(page, graph([add], nodes, ids.slice(1).map((id, index) => `n${index}.result -> ${id}.x`), { n0: { x: 0 } }));
  expect(chain.nodes.n999?.outputs.result).toBe(1000);
});
