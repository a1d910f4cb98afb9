/**
 * The host of runtimes alone, in a bare page with the workbench's policy: where its bytes come from and what happens when they do not,
 * batches and what their jobs share, values in each port's one form, Python's packages.
 */

import { test as base, expect, type Page } from "@playwright/test";
import type {} from "./harness/client";
import { openHarness, type HarnessSite } from "./harness/server";
import { makeWheel } from "./harness/wheel";

/**
 * `bare` is a page in a profile of its own, that nothing has been fetched for; `shared` is one page for all tests that do not care.
 * `site` serves `bare`.
 */
const test = base.extend<{ site: HarnessSite; bare: Page }, { shared: Page }>({
  shared: [
    async ({ browser }, use) => {
      const site = await openHarness();
      const page = await browser.newPage();
      await open(page, site);
      await use(page);
      await page.close();
      await site.close();
    },
    { scope: "worker" },
  ],
  site: async ({}, use) => {
    const site = await openHarness();
    await use(site);
    await site.close();
  },
  bare: async ({ page, site }, use) => {
    await open(page, site);
    await use(page);
  },
});

test.setTimeout(120_000);

async function open(page: Page, site: HarnessSite): Promise<void> {
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.harness !== undefined);
}

const ONE = "function execute() { return 1; }";

test.describe("bytes", () => {
  test("a file that was changed in the cache is dropped and fetched again", async ({ bare: page, site }) => {
    await page.evaluate((code) => harness.run("javascript", code), ONE);
    await page.evaluate(async () => {
      const cache = await caches.open("runtime-assets");
      for (const key of await cache.keys()) {
        const size = (await (await cache.match(key))!.arrayBuffer()).byteLength;
        await cache.put(key, new Response("x".repeat(size), { headers: { "content-length": String(size) } }));
      }
    });
    await open(page, site);
    site.requests.length = 0;
    const { outputs } = await page.evaluate((code) => harness.run("javascript", code), ONE);
    expect(outputs).toEqual({ y: 1 });
    expect(site.requests.filter((path) => path.startsWith("/runtime/"))).toHaveLength(1);
    await open(page, site);
    site.requests.length = 0;
    await page.evaluate((code) => harness.run("javascript", code), ONE);
    expect(site.requests.filter((path) => path.startsWith("/runtime/"))).toEqual([]);
  });

  test("a file that cannot be fetched is named, and the next run tries again", async ({ bare: page, site }) => {
    site.intercept = (path, response) => path.startsWith("/runtime/") && Boolean(response.writeHead(503).end());
    const { lost } = await page.evaluate((code) => harness.run("javascript", code), ONE);
    expect(lost).toMatchObject({ code: "runtime_unavailable", message: expect.stringMatching(/JavaScript could not be loaded.*javascript\.js.*503.*next run tries again/) });
    site.intercept = () => false;
    expect((await page.evaluate((code) => harness.run("javascript", code), ONE)).outputs).toEqual({ y: 1 });
  });

  test("a file that is not what the build made is refused", async ({ bare: page, site }) => {
    site.intercept = (path, response) => path.startsWith("/runtime/") && Boolean(response.writeHead(200).end("postMessage('evil')"));
    const { lost } = await page.evaluate((code) => harness.run("javascript", code), ONE);
    expect(lost?.message).toMatch(/javascript\.js arrived damaged/);
  });

  test("Python starts from its snapshot, without the network, with dice of its own", async ({ bare: page, site }) => {
    const code = "import random\ndef execute(inputs):\n    return random.random()";
    const first = await page.evaluate((code) => harness.run("python", code, {}, { y: "number" }), code);
    expect(first.lost).toBeUndefined();
    await expect.poll(() => page.evaluate(async () => (await (await caches.open("runtime-assets")).keys()).some((key) => key.url.includes("snapshot-python")))).toBe(true);
    await open(page, site);
    site.intercept = (path, response) => path.startsWith("/runtime/") && Boolean(response.destroy());
    const again = await page.evaluate(async (code) => {
      const outcome = await harness.run("python", code, {}, { y: "number" });
      return { ...outcome, stages: harness.messages.map((message) => (message.kind === "loading" ? message.stage : "")) };
    }, code);
    expect(again.lost).toBeUndefined();
    expect(again.stages).not.toContain("Starting Python for the first time");
    const other = await page.evaluate((code) => harness.run("python", code, {}, { y: "number" }, {}, 1), code);
    expect(new Set([first, again, other].map((outcome) => outcome.outputs?.y)).size).toBe(3);
  });

  test("a snapshot that does not start is made anew, and nobody notices", async ({ bare: page, site }) => {
    const code = "def execute(inputs):\n    return 1";
    await page.evaluate((code) => harness.run("python", code), code);
    const keys = () => page.evaluate(async () => (await (await caches.open("runtime-assets")).keys()).map((key) => key.url).filter((url) => url.includes("snapshot-python")));
    await expect.poll(keys).toHaveLength(1);
    await page.evaluate(async ([url]) => {
      const bytes = new Uint8Array(4096);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
      await (await caches.open("runtime-assets")).put(url!, new Response(bytes, { headers: { "content-length": "4096", "x-sha256": sha256 } }));
    }, await keys());
    await open(page, site);
    const outcome = await page.evaluate((code) => harness.run("python", code), code);
    expect(outcome).toMatchObject({ lost: undefined, outputs: { y: 1 } });
  });
});

test.describe("workers", () => {
  test("a terminated worker says no more, and its slot works again", async ({ shared: page }) => {
    const { said, outputs } = await page.evaluate(async (one) => {
      await harness.run("javascript", one);
      void harness.run("javascript", "async function execute() { for (let i = 0; ; i++) { console.log('alive'); await new Promise((next) => setTimeout(next, 5)); } }");
      while (!harness.messages.some((message) => message.kind === "log")) await new Promise((next) => setTimeout(next, 5));
      harness.terminate("javascript");
      const before = harness.messages.length;
      const { outputs } = await harness.run("javascript", one);
      return { said: harness.messages.slice(before).filter((message) => message.kind === "log"), outputs };
    }, ONE);
    expect(said).toEqual([]);
    expect(outputs).toEqual({ y: 1 });
  });

  test("a frame that leaves its page is built anew", async ({ shared: page }) => {
    const { lost, after } = await page.evaluate(async (one) => {
      await harness.run("javascript", one);
      const running = harness.run("javascript", "function execute() { return new Promise(() => undefined); }");
      document.querySelector("iframe")!.srcdoc = "<p>elsewhere</p>";
      const { lost } = await running;
      return { lost, after: (await harness.run("javascript", one)).outputs };
    }, ONE);
    expect(lost).toMatchObject({ code: "engine_died" });
    expect(after).toEqual({ y: 1 });
  });

  test("jobs of a batch get each other's outputs, and each its own copy", async ({ shared: page }) => {
    const lists = await page.evaluate(async () => {
      const push = harness.code("javascript", "function execute({list}) { list.push(list.length); return list; }", { y: "array" });
      const first = harness.makeJob(push, { list: [] });
      const left = harness.makeJob(push, {}, [["list", first.step, "y"]]);
      const right = harness.makeJob(push, {}, [["list", first.step, "y"]]);
      await harness.dispatch("javascript", 0, [push], [first, left, right]);
      const later = ["a", "b"].map(() => harness.makeJob(push, {}, [["list", right.step, "y"]]));
      await harness.dispatch("javascript", 0, [], later);
      return [first, left, right, ...later].map((job) => harness.host.value(job.step, "y"));
    });
    expect(lists).toEqual([[0], [0, 1], [0, 1], [0, 1, 2], [0, 1, 2]]);
  });

  test("what code keeps of an output is not what others see", async ({ shared: page }) => {
    const values = await page.evaluate(async () => {
      const keep = harness.code("javascript", "const table = new Float64Array(4096); function execute() { table[0] += 1; return table; }", { y: "array" });
      const jobs = [harness.makeJob(keep, {}), harness.makeJob(keep, {})];
      await harness.dispatch("javascript", 0, [keep], jobs);
      const again = harness.makeJob(keep, {});
      await harness.dispatch("javascript", 0, [], [again]);
      return [...jobs, again].map((job) => (harness.host.value(job.step, "y") as Float64Array)[0]);
    });
    expect(values).toEqual([1, 2, 3]);
  });

  test("a value that is no longer kept is said by its input", async ({ shared: page }) => {
    const { reports } = await page.evaluate(async () => {
      const code = harness.code("javascript", "function execute({x}) { return x; }");
      return harness.dispatch("javascript", 0, [code], [harness.makeJob(code, {}, [["x", "forgotten", "y"]])]);
    });
    expect(reports[0]?.error).toMatchObject({ code: "bad_input", message: expect.stringContaining("'x'") });
  });
});

test("two Pythons that start at once share one snapshot", async ({ bare: page }) => {
  const seen = await page.evaluate(async () => {
    const code = "def execute(inputs):\n    return 1";
    const outcomes = await Promise.all([0, 1].map((index) => harness.run("python", code, {}, { y: "any" }, {}, index)));
    const made = harness.messages.filter((message) => message.kind === "loading" && message.stage === "Starting Python for the first time");
    return { made: made.length, outputs: outcomes.map((outcome) => outcome.outputs) };
  });
  expect(seen).toEqual({ made: 1, outputs: [{ y: 1 }, { y: 1 }] });
});

test.describe("values", () => {
  const FORMS: { name: string; type: "table" | "plot" | "image" | "circuit" | "scene" | "array" | "integer"; give: string; canonical?: unknown; text?: string; error?: RegExp }[] = [
    { name: "records as a table", type: "table", give: "[{a: 1, b: 'x'}, {a: 2}]", canonical: { columns: [{ name: "a", values: [1, 2] }, { name: "b", values: ["x", null] }] }, text: "table 2 × 2" },
    { name: "a record of lists as a table", type: "table", give: "{a: [1, 2]}", canonical: { columns: [{ name: "a", values: [1, 2] }] } },
    { name: "columns and rows as a table", type: "table", give: "{columns: ['a', 'b'], rows: [[1, 2], [3, 4]]}", canonical: { columns: [{ name: "a", values: [1, 3] }, { name: "b", values: [2, 4] }] } },
    { name: "a crooked table", type: "table", give: "{columns: ['a', 'b'], rows: [[1, 2], [3]]}", error: /'y'.*2 columns.*row 2 holds 1/ },
    { name: "bare x and y as a plot", type: "plot", give: "{x: [1, 2], y: [3, 4], x_label: 't'}", canonical: { series: [{ name: "y", x: [1, 2], y: [3, 4] }], x: { label: "t" } }, text: "plot of 1 series" },
    { name: "a shared x", type: "plot", give: "{title: 'T', x: [1, 2], y: {label: 'V', scale: 'log'}, series: [{name: 's', y: [3, 4], kind: 'bar'}]}", canonical: { title: "T", y: { label: "V", scale: "log" }, series: [{ name: "s", x: [1, 2], y: [3, 4], kind: "bar" }] } },
    { name: "a plot of two lengths", type: "plot", give: "{series: [{name: 's', x: [1], y: [3, 4]}]}", error: /'y'.*'s'.*1 values and y 2/ },
    { name: "an SVG as an image", type: "image", give: "'<svg xmlns=\"http://www.w3.org/2000/svg\"/>'", text: "image/svg+xml 41 B" },
    { name: "a data: URL as an image", type: "image", give: "'data:image/png;base64,iVBORw0KGgo='", text: "image/png 8 B" },
    { name: "text that is no image", type: "image", give: "'a cat'", error: /'y' should be an image.*"a cat"/ },
    { name: "a netlist as a circuit", type: "circuit", give: "'title\\nr1 1 0 1k'", canonical: { netlist: "title\nr1 1 0 1k" }, text: "netlist of 2 lines" },
    { name: "half an integer", type: "integer", give: "1.5", error: /'y' should be an integer.*1\.5/ },
    { name: "nothing for an array", type: "array", give: "undefined", error: /'y' is missing/ },
    { name: "an object that holds itself", type: "array", give: "(() => { const a = []; a.push(a); return a; })()", error: /'y'.*refers to itself/ },
  ];
  for (const { name, type, give, canonical, text, error } of FORMS) {
    test(name, async ({ shared: page }) => {
      const { report, outputs } = await page.evaluate(([give, type]) => harness.run("javascript", `function execute() { return {y: ${give}}; }`, {}, { y: type }), [give, type] as const);
      if (error !== undefined) {
        expect(report?.error).toMatchObject({ code: "bad_output", message: expect.stringMatching(error) });
        return;
      }
      expect(report?.error).toBeNull();
      if (canonical !== undefined) expect(outputs?.y).toEqual(canonical);
      if (text !== undefined) expect(report?.outputs[0]?.text).toBe(text);
    });
  }

  test("Python's values each have one form outside, and come back as they went", async ({ shared: page }) => {
    const seen = await page.evaluate(async () => {
      const give = `
import array, datetime, decimal, fractions
def execute(inputs):
    return {"y": {
        "tuple": (1, 2), "set": {3, 1, 2}, "complex": 1 + 2j, "nan": float("nan"), "none": None, "big": 2**80,
        "fraction": fractions.Fraction(1, 4), "decimal": decimal.Decimal("0.5"), "date": datetime.date(2026, 1, 2),
        "floats": [i / 2 for i in range(300)], "ints": list(range(300)), "short": [0.5, 1.5], "mixed": [1, "a", None],
        "array": array.array("f", [1, 2]), "long": array.array("q", [1, 2]), "bytes": b"ab", "nested": {1: {"a": [True]}},
    }}`;
      const made = harness.code("python", give, { y: "object" });
      const back = harness.code("python", "def execute(inputs):\n    return {'y': {name: type(value).__name__ for name, value in inputs['x'].items()}}", { y: "object" });
      const first = harness.makeJob(made, {});
      const second = harness.makeJob(back, {}, [["x", first.step, "y"]]);
      const { reports } = await harness.dispatch("python", 0, [made, back], [first, second]);
      const value = harness.host.value(first.step, "y") as Record<string, unknown>;
      const forms = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, ArrayBuffer.isView(item) ? item.constructor.name : item]));
      return { errors: reports.map((report) => report?.error), forms, types: harness.host.value(second.step, "y") };
    });
    expect(seen.errors).toEqual([null, null]);
    expect(seen.forms).toEqual({
      tuple: [1, 2], set: [1, 2, 3], complex: { re: 1, im: 2 }, nan: NaN, none: null, big: 2 ** 80, fraction: 0.25, decimal: 0.5, date: "2026-01-02",
      floats: "Float64Array", ints: "Int32Array", short: [0.5, 1.5], mixed: [1, "a", null], array: "Float32Array", long: "Float64Array", bytes: "Uint8Array",
      nested: { 1: { a: [true] } },
    });
    expect(seen.types).toMatchObject({ tuple: "list", none: "NoneType", floats: "array", ints: "array", short: "list", bytes: "bytes", nested: "dict", nan: "float" });
  });

  test("open figures fill the image outputs that were left out, and are closed", async ({ shared: page }) => {
    // The library itself comes from Pyodide's delivery network; what is tested is what becomes of its figures.
    const code = `
import sys, types
def execute(inputs):
    library, pyplot, figures = types.ModuleType("matplotlib"), types.ModuleType("matplotlib.pyplot"), {}
    class Figure:
        def savefig(self, target, format, bbox_inches):
            target.write(b"\\x89PNG\\r\\n\\x1a\\n" + self.name)
    Figure.__module__ = "matplotlib.figure"
    pyplot.get_fignums, pyplot.figure, pyplot.close = lambda: list(figures), figures.get, lambda which: figures.clear()
    sys.modules.update({"matplotlib": library, "matplotlib.pyplot": pyplot})
    for number, name in ((1, b"first"), (2, b"second")):
        figures[number] = Figure()
        figures[number].name = name
    inputs["figures"] = figures
    return {"n": 1}`;
    const { report, outputs, logs } = await page.evaluate((code) => harness.run("python", code, {}, { n: "integer", chart: "image" }), code);
    expect(report?.error).toBeNull();
    expect(outputs).toMatchObject({ n: 1, chart: { mime: "image/png" } });
    expect(logs.map((log) => log.text).join("")).toContain("1 open figure(s) had no image output");
  });
});

test.describe("packages", () => {
  test("a bundled package is brought before its code runs", async ({ shared: page }) => {
    const { report, outputs } = await page.evaluate(() =>
      harness.run("python", "import networkx\ndef execute(inputs):\n    return networkx.shortest_path(networkx.path_graph(4), 0, 3)", {}, { y: "array" }, { imports: ["networkx"] }),
    );
    expect(report?.error).toBeNull();
    expect(outputs?.y).toEqual([0, 1, 2, 3]);
  });

  test("a pure package comes from the index with what it needs, and stays for a visit without the network", async ({ page, site }) => {
    const wheels = [
      makeWheel("tinytop", "1.10.0", "import tinybase\nvalue = tinybase.value + 1\n", ["tinybase>=1", 'missing-extra; extra == "all"', 'colorama; sys_platform == "win32"']),
      makeWheel("tinytop", "1.9.0", "value = 'old'\n"),
      makeWheel("tinybase", "2.0", "value = 41\n"),
    ];
    site.intercept = (path, response) => {
      const wheel = wheels.find(({ file }) => path === `/files/${file}` || path === `/files/${file}.metadata`);
      if (wheel !== undefined) return Boolean(response.writeHead(200).end(path.endsWith(".metadata") ? wheel.metadata : wheel.bytes));
      const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
      if (project === undefined) return false;
      const files = wheels.filter(({ file }) => file.startsWith(`${project}-`)).map(({ file, sha256 }) => ({ filename: file, url: `../../files/${file}`, hashes: { sha256 }, "core-metadata": true }));
      return Boolean(files.length === 0 ? response.writeHead(404).end() : response.writeHead(200).end(JSON.stringify({ files })));
    };
    await page.addInitScript((indexUrl) => {
      globalThis.hostOptions = { indexUrl };
    }, `${site.url}simple`);
    const use = () => page.evaluate(() => harness.run("python", "import tinytop\ndef execute(inputs):\n    return tinytop.value", {}, { y: "any" }, { imports: ["tinytop"] }));
    await open(page, site);
    expect((await use()).outputs).toEqual({ y: 42 });

    const answered = site.intercept;
    site.intercept = (path, response) => (/^\/(simple|files)\//.test(path) ? Boolean(response.destroy()) : answered(path, response));
    await open(page, site);
    expect((await use()).outputs).toEqual({ y: 42 });
  });

  test("what is missing is said by name before the run, with what to do", async ({ page, site }) => {
    await page.addInitScript((sources) => {
      globalThis.hostOptions = sources;
    }, { indexUrl: `${site.url}simple`, packageBaseUrl: `${site.url}delivery/` });
    await open(page, site);
    const ask = (imports: string[]) =>
      page.evaluate(async (imports) => JSON.parse(await harness.host.preparePackages(JSON.stringify([{ codeId: "c", imports, packages: [] }]))) as { missing: { name: string; codeIds: string[]; message: string }[] }, imports);
    expect(await ask(["json", "os.path", "qiskit", "js"])).toEqual({ missing: [] });
    const { missing } = await ask(["sureley_not_there", "numpy"]);
    expect(missing.map(({ name }) => name).sort()).toEqual(["numpy", "sureley-not-there"]);
    expect(missing.find(({ name }) => name === "sureley-not-there")?.message).toMatch(/was not found.*Check the spelling/);
    expect(missing.find(({ name }) => name === "numpy")?.message).toMatch(/'numpy' is not at hand.*404/);
    const { report } = await page.evaluate(() => harness.run("python", "import sureley_not_there\ndef execute(inputs):\n    return 1", {}, { y: "any" }, { imports: ["sureley_not_there"] }));
    expect(report?.error?.code).toBe("package_missing");
  });
});
