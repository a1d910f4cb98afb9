/**
 * Previews of values, on a bare page under the workbench's own policy: what a person reads, does and takes along. The bundle and the
 * stylesheet are those of the built page.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Download, Locator, Page } from "@playwright/test";
import { DIST } from "./support/site";
import { expect, test as base } from "./support/workbench";

type Theme = "dark" | "light";
type Size = "node" | "panel" | "full";

/** A preview on the bare page; `value` is JavaScript, so that typed arrays and large values can be made there. */
interface Shown {
  kind: string;
  value: string;
  size?: Size;
  unit?: string;
  label?: string;
  theme?: Theme;
}

const SIZES: Record<Size, [width: number, height: number]> = { node: [200, 110], panel: [420, 300], full: [1000, 600] };

class Bench {
  readonly page: Page;
  /** What the page's policy refused. */
  readonly refused: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" && message.text().includes("Content Security Policy")) this.refused.push(message.text());
    });
  }

  /** Mounts a preview and waits until it stands. */
  async show({ kind, value, size = "panel", unit, label = "gain", theme = "dark" }: Shown): Promise<Locator> {
    const script = `(async () => {
      const { mountPreview } = await import(new URL("bridge/page.js", document.baseURI).href);
      document.documentElement.dataset.theme = ${JSON.stringify(theme)};
      const place = document.getElementById("place");
      globalThis.shown?.dispose();
      place.style.width = "${SIZES[size][0]}px";
      place.style.height = "${SIZES[size][1]}px";
      place.style.display = "flex";
      globalThis.value = ${value};
      globalThis.shown = mountPreview(place, globalThis.value, {
        kind: ${JSON.stringify(kind)}, size: ${JSON.stringify(size)}, label: ${JSON.stringify(label)}, unit: ${JSON.stringify(unit)},
        theme: ${JSON.stringify(theme)}, reducedMotion: true, renderMarkdown: async (text) => "<p>rendered: <em></em><a href='https://example.org/'>link</a></p>".replace("<em></em>", text.length),
      });
    })()`;
    await this.page.evaluate(script);
    const root = this.page.locator(".preview-root[data-state=shown]");
    await expect(root).toHaveCount(1);
    return root;
  }
}

const test = base.extend<{ bench: Bench }>({
  bench: async ({ browser, site }, use) => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    const index = await readFile(join(DIST, "index.html"), "utf8");
    const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(index)?.[0] ?? "";
    const sheets = index.match(/<link[^>]*rel="stylesheet"[^>]*>/g) ?? [];
    expect(policy).not.toBe("");
    expect(sheets.length).toBeGreaterThan(0);
    await page.route(`${site.url}bare`, (route) =>
      route.fulfill({ contentType: "text/html", body: `<!doctype html><html data-theme="dark">${policy}${sheets.join("")}<body><div id="place"></div></body></html>` }),
    );
    const thrown: Error[] = [];
    page.on("pageerror", (error) => thrown.push(error));
    await page.goto(`${site.url}bare`);
    await use(new Bench(page));
    await context.close();
    expect(thrown).toEqual([]);
  },
});

const text = async (download: Download): Promise<string> => readFile(await download.path(), "utf8");

/** What happens when an action of the toolbar is used. */
async function downloaded(page: Page, root: Locator, name: string): Promise<Download> {
  const waiting = page.waitForEvent("download");
  await root.getByRole("button", { name }).click();
  return waiting;
}

const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

/** Texts that a plot has drawn onto its canvas since `listen`: axis labels and ticks. */
const PEEK = `{
  globalThis.drawn = new Set();
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { globalThis.drawn.add(text); return draw.call(this, text, ...rest); };
}`;
const drawnTexts = (page: Page): Promise<string[]> => page.evaluate("const texts = [...globalThis.drawn]; globalThis.drawn.clear(); texts");

/** Settles the frames in which a chart draws. */
const settle = (page: Page): Promise<void> => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));

const BODE = `(() => {
  const x = Float64Array.from({ length: 401 }, (_, i) => 10 ** (1 + i / 80));
  return {
    title: "RC low-pass",
    x: { label: "Frequency", unit: "Hz", scale: "log" }, y: { label: "Gain", unit: "dB" }, y2: { label: "Phase", unit: "°" },
    series: [
      { name: "Gain", x, y: x.map((f) => -10 * Math.log10(1 + (f / 1000) ** 2)) },
      { name: "Phase", x, y: x.map((f) => (-Math.atan(f / 1000) * 180) / Math.PI), axis: "y2" },
    ],
  };
})()`;

test.describe("single values", () => {
  test("a number stands with prefix and unit, and is copied with every digit", async ({ bench }) => {
    const root = await bench.show({ kind: "number", value: "1591.5494309189535", unit: "Hz" });
    await expect(root.locator(".preview-number")).toHaveText("1.592kHz");
    await expect(root.locator(".preview-exact")).toHaveText("1591.5494309189535 Hz");
    await expect(root.locator(".preview-number")).toHaveAttribute("title", "1591.5494309189535 Hz");
    await root.getByRole("button", { name: "Copy" }).click();
    await expect(root.getByRole("status")).toHaveText("Copied");
    expect(await clipboard(bench.page)).toBe("1591.5494309189535");
  });

  test("prefix, digits and unit are chosen as engineers do", async ({ bench }) => {
    const cases: [value: string, unit: string | undefined, expected: string][] = [
      ["0.0047", "F", "4.7mF"],
      ["5000", "mV", "5V"],
      ["-3.0103", "dB", "−3.01dB"],
      ["999.96", "Hz", "1kHz"],
      ["0", "V", "0V"],
      ["7200", "s", "7200s"],
      ["2.5e-7", undefined, "2.5×10⁻⁷"],
      ["1234567.8", undefined, "1.235×10⁶"],
      ["12345.678", undefined, "12346"],
      ["1234567", undefined, "1\u202f234\u202f567"],
      ["NaN", "V", "NaNV"],
      ["-Infinity", undefined, "−∞"],
    ];
    for (const [value, unit, expected] of cases) {
      const root = await bench.show({ kind: "number", value, ...(unit === undefined ? {} : { unit }) });
      await expect(root.locator(".preview-number"), `${value} ${unit}`).toHaveText(expected);
    }
  });

  test("a text is text, whatever it says", async ({ bench }) => {
    const root = await bench.show({ kind: "string", value: JSON.stringify("<img src=x onerror=alert(1)><b>bold</b>") });
    await expect(root.locator("pre")).toHaveText("<img src=x onerror=alert(1)><b>bold</b>");
    await expect(root.locator("b, img")).toHaveCount(0);
  });

  test("a value that is not there, or not what was promised, is said in words", async ({ bench }) => {
    await expect(await bench.show({ kind: "plot", value: "undefined" })).toContainText("No value yet");
    const root = await bench.show({ kind: "plot", value: JSON.stringify("oops <b>") });
    await expect(root).toContainText("This should be a plot, but is a string.");
    await expect(root.locator(".preview-leaf-string")).toHaveText('"oops <b>"');
  });
});

test.describe("plots", () => {
  test("ticks carry units, labels what takes no prefix", async ({ bench }) => {
    await bench.page.evaluate(PEEK);
    await bench.show({ kind: "plot", value: BODE, size: "full" });
    await settle(bench.page);
    const texts = await drawnTexts(bench.page);
    for (const expected of ["10 Hz", "100 Hz", "1 kHz", "10 kHz", "100 kHz", "0", "−20", "−60", "Gain (dB)", "Phase (°)", "Frequency"]) expect(texts).toContain(expected);
  });

  test("ticks of very small and very large numbers are legible", async ({ bench }) => {
    await bench.page.evaluate(PEEK);
    await bench.show({
      kind: "plot",
      value: `{ x: { unit: "s" }, y: { label: "Density" }, series: [{ name: "n", x: [0, 1e-15, 2e-15], y: [1e20, 2e20, 3e20] }] }`,
      size: "full",
    });
    await settle(bench.page);
    const texts = await drawnTexts(bench.page);
    expect(texts).toContain("1.0 fs");
    expect(texts).toContain("200");
    expect(texts).toContain("Density (×10¹⁸)");
  });

  test("the cursor reads all traces at one place, by pointer and by keys", async ({ bench }) => {
    const root = await bench.show({ kind: "plot", value: BODE, size: "full" });
    const over = root.locator(".u-over");
    const place = (await over.boundingBox())!;
    // 1 kHz is two fifths of the way from 10 Hz to 1 MHz.
    await bench.page.mouse.move(place.x + place.width * 0.4, place.y + 40);
    const card = root.locator(".preview-plot-readout");
    await expect(card).toContainText("Frequency 1.000 kHz");
    await expect(card.locator(".preview-plot-reading").nth(0)).toHaveText("Gain−3.010 dB");
    await expect(card.locator(".preview-plot-reading").nth(1)).toHaveText("Phase−45.00°");
    await expect(root.locator(".preview-plot-mark")).toHaveCount(2);
    await root.locator(".preview-plot-stage").focus();
    await bench.page.keyboard.press("ArrowRight");
    await expect(card).toContainText("Frequency 1.029 kHz");
    await expect(root.locator(".preview-plot-stage [role=status]")).toContainText("Frequency 1.029 kHz; Gain −3.137 dB");
    await bench.page.keyboard.press("Home");
    await expect(card).toContainText("Frequency 10.00 Hz");
    await bench.page.keyboard.press("Escape");
    await expect(card).toBeHidden();
  });

  test("zooms by drag, wheel and keys, and shows all again", async ({ bench }) => {
    const { page } = bench;
    await page.evaluate(PEEK);
    const root = await bench.show({
      kind: "plot",
      value: `(() => { const x = Float64Array.from({ length: 1001 }, (_, i) => i / 1000); return { x: { unit: "s" }, y: { unit: "V" }, series: [{ name: "v", x, y: x.map((t) => Math.sin(20 * t)) }] }; })()`,
      size: "full",
    });
    const place = (await root.locator(".u-over").boundingBox())!;
    const ticks = async () => {
      await settle(page);
      return drawnTexts(page);
    };
    expect(await ticks()).toContain("0.9 s");
    await page.mouse.move(place.x + place.width * 0.5, place.y + 100);
    await page.mouse.down();
    await page.mouse.move(place.x + place.width * 0.6, place.y + 104, { steps: 4 });
    await page.mouse.up();
    const zoomed = await ticks();
    expect(zoomed).toContain("550 ms");
    expect(zoomed).not.toContain("0.9 s");
    await page.mouse.dblclick(place.x + 200, place.y + 100);
    expect(await ticks()).toContain("0.9 s");
    await page.mouse.wheel(0, -400);
    const nearer = await ticks();
    expect(nearer).not.toContain("0.9 s");
    await root.locator(".preview-plot-stage").focus();
    await page.keyboard.press("0");
    expect(await ticks()).toContain("0.9 s");
    await page.keyboard.press("+");
    expect(await ticks()).not.toContain("0.9 s");
    await root.getByRole("button", { name: "Show all" }).click();
    expect(await ticks()).toContain("0.9 s");
  });

  test("the legend hides and shows, and the axis fits what is left", async ({ bench }) => {
    const { page } = bench;
    await page.evaluate(PEEK);
    const root = await bench.show({
      kind: "plot",
      value: `{ series: [{ name: "small", x: [0, 1, 2], y: [0, 1, 0] }, { name: "large", x: [0, 1, 2], y: [0, 1000, 0] }] }`,
      size: "full",
    });
    await settle(page);
    expect(await drawnTexts(page)).toContain("1000");
    const large = root.getByRole("button", { name: "large" });
    await large.click();
    await expect(large).toHaveAttribute("aria-pressed", "false");
    await settle(page);
    const texts = await drawnTexts(page);
    expect(texts).not.toContain("1000");
    expect(texts).toContain("0.5");
  });

  test("a peak of one sample in a million is drawn, and read", async ({ bench }) => {
    const root = await bench.show({
      kind: "plot",
      value: `(() => { const y = new Float64Array(1_000_000); y[700_000] = 5; return { y: { unit: "V" }, series: [{ name: "v", x: Float64Array.from(y, (_, i) => i), y }] }; })()`,
      size: "full",
    });
    await settle(bench.page);
    // The column of the peak is inked from top to bottom of it: a row at half its height has colour there and nowhere else.
    const inked = await bench.page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".uplot canvas")!;
      const over = document.querySelector<HTMLElement>(".u-over")!;
      const inside = { x: over.offsetLeft, y: over.offsetTop, width: over.clientWidth, height: over.clientHeight };
      const row = canvas.getContext("2d")!.getImageData(inside.x, inside.y + inside.height * 0.33, inside.width, 1).data;
      const columns: number[] = [];
      for (let at = 0; at < inside.width; at += 1) if ((row[4 * at + 2] ?? 0) > 180 && (row[4 * at + 3] ?? 0) > 128) columns.push(at / inside.width);
      return columns;
    });
    expect(inked.length).toBeGreaterThan(0);
    for (const share of inked) expect(share).toBeCloseTo(0.7, 2);
    await root.locator(".preview-plot-stage").focus();
    await bench.page.keyboard.press("End");
    await expect(root.locator(".preview-plot-readout")).toContainText("0 V");
  });

  test("gaps, one point, a constant and an empty plot are all right", async ({ bench }) => {
    await bench.page.evaluate(PEEK);
    await bench.show({ kind: "plot", value: `{ series: [{ name: "gap", x: [0, 1, 2, 3], y: [1, NaN, Infinity, 2] }] }`, size: "full" });
    await settle(bench.page);
    expect(await drawnTexts(bench.page)).toContain("1.5");
    await bench.show({ kind: "plot", value: `{ series: [{ name: "one", x: [5], y: [7] }] }`, size: "full" });
    await settle(bench.page);
    expect(await drawnTexts(bench.page)).toContain("7.0");
    await bench.show({ kind: "plot", value: `{ series: [{ name: "flat", x: [0, 1], y: [3, 3] }] }`, size: "full" });
    await settle(bench.page);
    expect(await drawnTexts(bench.page)).toContain("3.00");
    await expect(await bench.show({ kind: "plot", value: `{ series: [] }` })).toContainText("This plot has no series.");
    await expect(await bench.show({ kind: "plot", value: `{ series: [{ name: "a", x: [], y: [] }] }` })).toContainText("no points yet");
    await expect(await bench.show({ kind: "plot", value: `{ series: [{ name: "a", x: [1], y: [NaN] }] }` })).toContainText("finite number");
  });

  test("a curve that turns back is read at its nearest point", async ({ bench }) => {
    const root = await bench.show({
      kind: "plot",
      value: `(() => { const turn = Float64Array.from({ length: 361 }, (_, i) => (i * Math.PI) / 180); return { x: { unit: "V" }, y: { unit: "A" }, series: [{ name: "loop", x: turn.map(Math.cos), y: turn.map(Math.sin) }] }; })()`,
      size: "full",
    });
    const place = (await root.locator(".u-over").boundingBox())!;
    await bench.page.mouse.move(place.x + place.width / 2, place.y + place.height * 0.06);
    await expect(root.locator(".preview-plot-readout")).toContainText("loop");
    await expect(root.locator(".preview-plot-value")).toHaveText("0.000 V, 1.000 A");
  });

  test("an axis is made logarithmic and linear again", async ({ bench }) => {
    await bench.page.evaluate(PEEK);
    const root = await bench.show({ kind: "plot", value: `{ x: { unit: "Hz" }, series: [{ name: "a", x: [1, 10, 100, 1000, 10000], y: [1, 2, 3, 4, 5] }] }`, size: "full" });
    await settle(bench.page);
    expect(await drawnTexts(bench.page)).toContain("5 kHz");
    const button = root.getByRole("button", { name: "Logarithmic x axis" });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await settle(bench.page);
    expect(await drawnTexts(bench.page)).toEqual(expect.arrayContaining(["1 Hz", "10 Hz", "100 Hz", "1 kHz", "10 kHz"]));
  });

  test("is taken along as CSV and PNG", async ({ bench }) => {
    const root = await bench.show({
      kind: "plot",
      value: `{ x: { label: "Time", unit: "s" }, y: { unit: "V" }, series: [{ name: 'a "quoted", name', x: [0, 1, 2], y: [0.1, NaN, 3] }, { name: "b", x: [0, 1, 2], y: [1, 2, 1e-30] }] }`,
      label: "Step response (V)",
    });
    const csv = await downloaded(bench.page, root, "Download CSV");
    expect(csv.suggestedFilename()).toBe("step-response-v.csv");
    expect(await text(csv)).toBe('Time (s),"a ""quoted"", name (V)",b (V)\r\n0,0.1,1\r\n1,,2\r\n2,3,1e-30\r\n');
    const png = await downloaded(bench.page, root, "Download PNG");
    expect(png.suggestedFilename()).toBe("step-response-v.png");
    expect((await readFile(await png.path())).subarray(1, 4).toString()).toBe("PNG");
  });

  test("in a node it is a still picture with a name", async ({ bench }) => {
    const root = await bench.show({ kind: "plot", value: BODE, size: "node" });
    await expect(root.getByRole("img", { name: "gain: plot of Gain, Phase" })).toBeVisible();
    await expect(root.getByRole("button")).toHaveCount(0);
    const box = (await root.boundingBox())!;
    expect([Math.round(box.width), Math.round(box.height)]).toEqual(SIZES.node);
  });
});

test.describe("arrays", () => {
  test("numbers are a curve with their ends beside it", async ({ bench }) => {
    const root = await bench.show({ kind: "array", value: "Float64Array.from({ length: 1024 }, (_, i) => i * 0.001)", unit: "V" });
    await expect(root.locator(".preview-caption")).toHaveText("Float64Array, 1024 numbers");
    await expect(root.locator(".preview-ends")).toHaveText("0 V, 1 mV, 2 mV, 3 mV, … 1.02 V, 1.021 V, 1.022 V, 1.023 V");
    await expect(root.locator("canvas")).toBeVisible();
  });

  test("a few numbers are read, other things listed, none at all is said", async ({ bench }) => {
    await expect((await bench.show({ kind: "array", value: "[1, 2.5]" })).locator("li")).toHaveText(["1", "2.5"]);
    await expect((await bench.show({ kind: "array", value: `["a", { b: 1 }]` })).locator(".preview-tree")).toBeVisible();
    await expect(await bench.show({ kind: "array", value: "[]" })).toContainText("An empty array.");
  });
});

test.describe("tables", () => {
  const LARGE = `{ columns: [
    { name: "name", values: Array.from({ length: 100_000 }, (_, i) => "item " + (i * 7919) % 100_000) },
    { name: "value", unit: "mV", values: Float64Array.from({ length: 100_000 }, (_, i) => (i * 37) % 100_000 - 50_000) },
  ] }`;

  test("a hundred thousand rows scroll with a few in the document", async ({ bench }) => {
    const root = await bench.show({ kind: "table", value: LARGE });
    await expect(root.locator(".preview-caption")).toHaveText("100\u202f000 rows × 2 columns");
    const rows = root.locator("tbody tr[aria-rowindex]");
    expect(await rows.count()).toBeLessThan(60);
    await root.locator(".preview-table-scroller").evaluate((element) => (element.scrollTop = element.scrollHeight));
    await expect(rows.last()).toContainText("100000");
    await expect(rows.last()).toBeInViewport();
    await expect(root.getByRole("columnheader").first()).toBeInViewport();
    expect(await rows.count()).toBeLessThan(60);
  });

  test("is sorted by a click on a head, up, down and back, names as people count", async ({ bench }) => {
    const root = await bench.show({ kind: "table", value: LARGE });
    const first = root.locator("tbody tr[aria-rowindex='2'] td");
    await root.getByRole("button", { name: "Sort by value" }).or(root.getByRole("button", { name: "value" })).first().click();
    const head = root.getByRole("columnheader", { name: "value" });
    await expect(head).toHaveAttribute("aria-sort", "ascending");
    await expect(first.nth(2)).toHaveText("−50000");
    await head.getByRole("button").press("Enter");
    await expect(head).toHaveAttribute("aria-sort", "descending");
    await expect(first.nth(2)).toHaveText("49999");
    await head.getByRole("button").click();
    await expect(head).toHaveAttribute("aria-sort", "none");
    await expect(first.nth(0)).toHaveText("1");
    const name = root.getByRole("columnheader", { name: "name" });
    await name.getByRole("button").click();
    await expect(name).toHaveAttribute("aria-sort", "ascending");
    await expect(root.locator("tbody tr[aria-rowindex='4'] td").nth(1)).toHaveText("item 2");
  });

  test("is copied and downloaded as it is sorted, quoted where it must be", async ({ bench }) => {
    const value = `{ columns: [{ name: "a,b", values: ["x\\ny", 'say "hi"', null] }, { name: "n", values: [2, 1, 3] }] }`;
    const root = await bench.show({ kind: "table", value, label: "Readings" });
    await root.getByRole("columnheader", { name: "n", exact: true }).getByRole("button").click();
    await expect(root.locator("th[aria-sort=ascending]")).toHaveCount(1);
    const csv = await downloaded(bench.page, root, "Download CSV");
    expect(csv.suggestedFilename()).toBe("readings.csv");
    expect(await text(csv)).toBe('"a,b",n\r\n"say ""hi""",1\r\n"x\ny",2\r\n,3\r\n');
    await root.getByRole("button", { name: "Copy for a spreadsheet" }).click();
    await expect(root.getByRole("status")).toHaveText("Copied");
    expect(await clipboard(bench.page)).toContain("a,b\tn");
  });

  test("cells are text, whatever they say", async ({ bench }) => {
    const root = await bench.show({ kind: "table", value: `{ columns: [{ name: "<b>head</b>", values: ["<img src=x onerror=1>"] }] }` });
    await expect(root.getByRole("columnheader").nth(1)).toHaveText("<b>head</b>");
    await expect(root.locator("tbody td").nth(2)).toHaveText("<img src=x onerror=1>");
    await expect(root.locator("img, b")).toHaveCount(0);
  });
});

test.describe("trees", () => {
  test("open and close, show long lists by the hundred, and survive rings", async ({ bench }) => {
    const root = await bench.show({
      kind: "any",
      value: `(() => { const ring = { list: Array.from({ length: 250 }, (_, i) => "entry " + i), data: new Float64Array([1, 2]), none: null, on: true, text: "<b>" }; ring.self = ring; return ring; })()`,
      size: "full",
    });
    await expect(root.locator(".preview-leaf-string").filter({ hasText: "<b>" })).toHaveText('"<b>"');
    await expect(root.locator("li", { hasText: "self" })).toContainText("a ring");
    const list = root.getByRole("button", { name: /list of 250/ });
    await list.click();
    const entries = root.locator(".preview-branch .preview-branch").first().locator("> li:not(.preview-more-line)");
    await expect(entries).toHaveCount(100);
    await root.getByRole("button", { name: "Show 100 more of 150 entries" }).click();
    await root.getByRole("button", { name: "Show 50 more of 50 entries" }).click();
    await expect(entries).toHaveCount(250);
    await list.click();
    await expect(list).toHaveAttribute("aria-expanded", "false");
    await root.getByRole("button", { name: "Copy as JSON" }).click();
    await expect(root.getByRole("status")).toHaveText("Copied");
    const copied = JSON.parse(await clipboard(bench.page)) as Record<string, unknown>;
    expect(copied).toMatchObject({ data: [1, 2], none: null, on: true, self: "[ring]" });
  });
});

test.describe("pictures", () => {
  const SVG = `{ mime: "image/svg+xml", bytes: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><script>parent.ran = 1</script><rect width="300" height="200" fill="teal"/></svg>') }`;

  test("fit their place, show their size, and are taken along", async ({ bench }) => {
    const root = await bench.show({ kind: "image", value: SVG, label: "Figure 1" });
    await expect(root.locator(".preview-caption")).toContainText("300 × 200");
    await expect(root.getByRole("img", { name: "Figure 1" })).toBeVisible();
    const button = root.getByRole("button", { name: "Actual size" });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    expect((await downloaded(bench.page, root, "Download image")).suggestedFilename()).toBe("figure-1.svg");
    expect(await bench.page.evaluate("globalThis.ran")).toBeUndefined();
  });

  test("that are broken are said to be, and the address of a closed one is given back", async ({ bench }) => {
    await expect(await bench.show({ kind: "image", value: `{ mime: "image/png", bytes: new Uint8Array([1, 2, 3]) }` })).toContainText("cannot be drawn");
    const root = await bench.show({ kind: "image", value: SVG });
    const address = (await root.locator("img").getAttribute("src"))!;
    await bench.page.evaluate("globalThis.shown.dispose()");
    await expect(root).toHaveCount(0);
    const isGone = await bench.page.evaluate(
      (url) => new Promise((resolve) => Object.assign(new Image(), { onload: () => resolve(false), onerror: () => resolve(true), src: url })),
      address,
    );
    expect(isGone).toBe(true);
  });
});

test.describe("scenes", () => {
  const SCENE = `{ objects: [{ geometry: { type: "BoxGeometry" }, material: { type: "MeshStandardMaterial", color: "#4488ff" } }] }`;

  test("are drawn in their frame, and handed over as a picture", async ({ bench }) => {
    const root = await bench.show({ kind: "scene", value: SCENE, label: "Cube" });
    await expect(root.locator(".preview-scene-waiting")).toHaveCount(0);
    await expect(root.locator(".preview-scene-problem")).toBeHidden();
    const picture = await downloaded(bench.page, root, "Download PNG");
    expect(picture.suggestedFilename()).toBe("cube.png");
    expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe("PNG");
  });

  test("are a still picture in a node, and no frame stays behind", async ({ bench }) => {
    const root = await bench.show({ kind: "scene", value: SCENE, size: "node", label: "Cube" });
    await expect(root.getByRole("img", { name: "Cube: 3D scene" })).toBeVisible();
    await expect(root.locator("iframe")).toHaveCount(0);
  });
});

test.describe("circuits", () => {
  test("a netlist is coloured beside its components", async ({ bench }) => {
    const root = await bench.show({
      kind: "circuit",
      value: JSON.stringify("RC low-pass\n* comment\nV1 in 0 ac 1\nR1 in out\n+ 4.7k\nC1 out 0 100n\nX1 out 0 load gain=<b>\n.control\nrun\n.endc\n.end"),
      size: "full",
    });
    await expect(root.locator(".preview-code-title")).toHaveText("RC low-pass");
    await expect(root.locator(".preview-code-comment")).toHaveText("* comment");
    await expect(root.locator(".preview-components tbody tr")).toHaveText([
      "V1Voltage sourcein – 0ac 1",
      "R1Resistorin – out4.7 kΩ",
      "C1Capacitorout – 0100 nF",
      "X1Subcircuitout – 0load gain=<b>",
    ]);
  });

  test("a quantum circuit is drawn gate by gate", async ({ bench }) => {
    const root = await bench.show({
      kind: "circuit",
      value: `{ quantum: { qubits: 3, gates: [
        { name: "h", qubits: [0] }, { name: "cx", qubits: [0, 1] }, { name: "rz", qubits: [2], params: [Math.PI / 4] },
        { name: "swap", qubits: [1, 2] }, { name: "measure", qubits: [0] }, { name: "<script>", qubits: [1] }] } }`,
    });
    await expect(root.locator(".preview-caption")).toHaveText("3 qubits, 6 gates");
    await expect(root.locator(".preview-gate-name")).toHaveText(["H", "RZ(π/4)", "<script>"]);
    await expect(root.locator(".preview-control")).toHaveCount(1);
    await expect(root.locator(".preview-swap")).toHaveCount(2);
    await expect(root.locator(".preview-meter")).toHaveCount(1);
    await expect(root.locator(".preview-quantum-wire")).toHaveCount(3);
    await expect(root.locator("script")).toHaveCount(0);
  });
});

test.describe("documents", () => {
  test("HTML is shown with its styles, without its scripts, and asks nobody for anything", async ({ bench, catcher, site }) => {
    const hostile = `<h1 style="color: rgb(1, 2, 3)">Report</h1><style>p { color: rgb(4, 5, 6) } @import url("${catcher.url}/import");
      body { background: url("${catcher.url}/css") }</style><p>text</p>
      <script>parent.ran = 1; document.body.textContent = "ran"</script><img src="${catcher.url}/image" onerror="parent.ran = 1"><img src=x onerror="parent.ran=1">
      <svg onload="parent.ran = 1"><script>parent.ran = 1</script></svg><a href="javascript:parent.ran = 1" id="link">link</a>
      <iframe src="${catcher.url}/frame"></iframe><link rel="stylesheet" href="${catcher.url}/link"><meta http-equiv="refresh" content="0;url=${catcher.url}/refresh">
      <form action="${catcher.url}/form"><button>Send</button></form><base href="${catcher.url}/"><img src="${site.url}icon.svg">`;
    site.requests.length = 0;
    const root = await bench.show({ kind: "html", value: JSON.stringify(hostile).replaceAll("</script>", "<\\/script>"), size: "full" });
    const frame = root.frameLocator("iframe");
    await expect(frame.locator("h1")).toHaveCSS("color", "rgb(1, 2, 3)");
    await expect(frame.locator("p")).toHaveCSS("color", "rgb(4, 5, 6)");
    await frame.locator("#link").click();
    await frame.getByRole("button", { name: "Send" }).click();
    await expect(frame.locator("h1")).toHaveText("Report");
    await expect(frame.locator("script, iframe, link, base")).toHaveCount(0);
    expect(await bench.page.evaluate("globalThis.ran")).toBeUndefined();
    expect(catcher.contacts).toEqual([]);
    expect(site.requests.filter((path) => path.includes("icon"))).toEqual([]);
    const sandbox = (await root.locator("iframe").getAttribute("sandbox"))!;
    expect(sandbox).not.toContain("allow-scripts");
  });

  test("Markdown is what was rendered, its links open elsewhere", async ({ bench }) => {
    const root = await bench.show({ kind: "markdown", value: JSON.stringify("# Title") });
    await expect(root.locator(".preview-markdown")).toContainText("rendered: 7");
    await expect(root.getByRole("link")).toHaveAttribute("rel", "noopener noreferrer");
  });
});

test("no preview asks for a style or script that the policy refuses, in either theme", async ({ bench }) => {
  const values: [kind: string, value: string][] = [
    ["number", "1"],
    ["boolean", "true"],
    ["plot", BODE],
    ["array", "[1, 2, 3, 4, 5]"],
    ["table", `{ columns: [{ name: "a", values: [1] }] }`],
    ["any", "({ a: { b: [1] } })"],
    ["circuit", JSON.stringify("t\nR1 a b 1k")],
    ["circuit", `{ quantum: { qubits: 1, gates: [{ name: "h", qubits: [0] }] } }`],
    ["html", JSON.stringify(`<style>p { color: red }</style><p style="color: blue" onclick="1">text</p>`)],
    ["markdown", JSON.stringify("text")],
  ];
  for (const theme of ["dark", "light"] as const) {
    for (const size of ["node", "panel", "full"] as const) {
      for (const [kind, value] of values) await bench.show({ kind, value, size, theme });
    }
  }
  expect(bench.refused).toEqual([]);
});
