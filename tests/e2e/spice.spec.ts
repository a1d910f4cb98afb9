/**
 * SPICE nodes against native ngspice, ten decks; what a deck, its inputs and its outputs can get wrong; and that a run which failed,
 * or never ended, leaves nothing behind for the next.
 */

import type { Page } from "@playwright/test";
import type { Payload, Port, RunResult } from "../../assets/bridge/llmos.d";
import { distance, type Samples } from "../spice/compare";
import { deckNames, deckText, nativeRun, type NativePlot } from "../spice/native";
import { expect, test } from "./support/workbench";
import { port, single, skill } from "./support/workflow";

const AGREEMENT = 1e-6;

/** A payload of one node that runs this deck, never from the cache. */
function deck(code: string, outputs: Port[], more: { inputs?: Port[]; values?: Record<string, unknown> } = {}): Payload {
  return single(skill("spice", code, { outputs, inputs: more.inputs ?? [], cache: false }), more.values ?? {});
}

/** Runs a payload; typed arrays of its node come back as plain ones. */
function run(page: Page, payload: Payload): Promise<RunResult["nodes"][string]> {
  return page.evaluate(async (payload) => {
    const { nodes } = await window.llmos.run(payload);
    const node = nodes["node"]!;
    const plain = (value: unknown): unknown => {
      if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
      if (Array.isArray(value)) return value.map(plain);
      if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
      return value;
    };
    return { ...node, outputs: plain(node.outputs) as Record<string, unknown> };
  }, payload);
}

const DIVIDER = "Divider\nV1 in 0 9\nR1 in out 1k\nR2 out 0 2k\n.op\n";

/** After whatever happened before, the next run is right. */
async function expectRight(page: Page): Promise<void> {
  const node = await run(page, deck(DIVIDER, [port("voltage", "number", { from: "v(out)" })]));
  expect(node).toMatchObject({ status: "completed", error: null });
  expect(node.outputs["voltage"]).toBeCloseTo(6, 9);
}

/** Ports that take every vector of an analysis, complex ones in two parts. */
function portsFor(plot: NativePlot, index: number): Port[] {
  return plot.vectors.flatMap(({ name, imaginary }, at) => {
    const vector = `${plot.analysis}.${name}`;
    if (imaginary === undefined) return [port(`p${index}v${at}re`, "array", { from: vector })];
    return [port(`p${index}v${at}re`, "array", { from: `re(${vector})` }), port(`p${index}v${at}im`, "array", { from: `im(${vector})` })];
  });
}

for (const name of deckNames()) {
  test(`${name} agrees with native ngspice`, async ({ workbench: page }) => {
    const native = nativeRun(name);
    const node = await run(page, deck(deckText(name), native.plots.flatMap(portsFor)));
    expect(node.error).toBeNull();
    for (const [index, plot] of native.plots.entries()) {
      const ours = (vector: string): Samples => {
        const at = plot.vectors.findIndex((one) => one.name === vector);
        return { real: node.outputs[`p${index}v${at}re`] as number[], imaginary: node.outputs[`p${index}v${at}im`] as number[] | undefined };
      };
      const worst = distance(plot, ours);
      expect(worst.share, `${plot.analysis}: ${worst.vector} at ${worst.at}, beside ${native.version}`).toBeLessThan(AGREEMENT);
    }
  });
}

test.describe("what goes in", () => {
  test("numbers become parameters in full precision, and win over the deck's own", async ({ workbench: page }) => {
    const code = "Divider\n.param r=5k other=2\n+ supply={r*2}\nV1 in 0 {supply}\nR1 in out {r}\nR2 out 0 {other}\n.op\n";
    const inputs = [port("r", "number"), port("supply", "number")];
    const node = await run(page, deck(code, [port("i", "number", { from: "-i(v1)" })], { inputs, values: { r: 1 / 3, supply: 1.23456789012345 } }));
    expect(node.outputs["i"]).toBeCloseTo(1.23456789012345 / (2 + 1 / 3), 9);
  });

  test("text, lists and whole netlists take the place of their names", async ({ workbench: page }) => {
    const code = "Source by points\nV1 in 0 pwl({{points}})\n{{parts}}\n.tran {{step}} 2m\n";
    const inputs = [port("points", "array"), port("parts", "circuit"), port("step", "string")];
    const values = { points: [[0, 0], [1e-3, 4]], parts: { netlist: "R1 in out 1k\nR2 out 0 1k" }, step: "10u" };
    const node = await run(page, deck(code, [port("last", "number", { from: "v(out)" }), port("half", "number", { from: "max(v(out))" })], { inputs, values }));
    expect(node.outputs).toEqual({ last: 2, half: 2 });
  });

  test("text cannot leave the line it stands in", async ({ workbench: page }) => {
    const node = await run(page, deck("Divider\nV1 in 0 {{level}}\nR1 in 0 1k\n.op\n", [port("v", "number", { from: "v(in)" })], {
      inputs: [port("level", "string")],
      values: { level: "1\n.control\nquit\n.endc" },
    }));
    expect(node.error).toMatchObject({ code: "bad_input", message: "Input 'level' has several lines, but {{level}} stands inside one.", line: 2 });
  });
});

test.describe("models", () => {
  test("a model card comes when a deck includes it, and those that it reads in turn", async ({ workbench: page }) => {
    const current = port("current", "number", { from: "-i(vd)" });
    const common = "Vd d 0 1\nVg g 0 0.8\n";
    const bsim = await run(page, deck(`Transistor\n.include modelcard.CMOS90\n${common}M1 d g 0 0 N90 w=1u l=0.09u\n.op\n`, [current]));
    expect(bsim.outputs["current"]).toBeCloseTo(268.5e-6, 7);
    const corner = "Transistor\n.include modelcard.GF180\n.include modelcard.GF180.typical\n";
    const gf180 = await run(page, deck(`${corner}${common}X1 d g 0 0 nmos_3p3 w=10u l=0.28u\n.op\n`, [current]));
    expect(gf180).toMatchObject({ status: "completed", outputs: { current: expect.any(Number) } });
  });

  test("what draws lots draws the same ones each time", async ({ workbench: page }) => {
    const lots = deck("Lots\n.param level=agauss(1,0.3,1)\nV1 in 0 {level}\nR1 in 0 1\n.op\n", [port("level", "number", { from: "v(in)" })]);
    const first = (await run(page, lots)).outputs["level"];
    expect(first).not.toBe(1);
    expect((await run(page, lots)).outputs["level"]).toBe(first);
  });
});

test.describe("what comes out", () => {
  test("each type of output in its own form", async ({ workbench: page }) => {
    const code = "Low-pass\nV1 in 0 dc 2 ac 1\nR1 in out 1k\nC1 out 0 159.1549431n\n.op\n.ac dec 10 10 100k\n.meas ac corner when vdb(out)=-3.0103\n";
    const outputs = [
      port("corner", "number"),
      port("gain", "array", { from: "vdb(out)" }),
      port("phase", "array", { from: "phase(v(out))" }),
      port("bode", "plot", { from: "vdb(out), vp(out)" }),
      port("points", "table", { from: "v(out)" }),
      port("resting", "number", { from: "op.v(out)" }),
      port("circuit", "circuit"),
    ];
    const { outputs: got } = await run(page, deck(code, outputs));
    expect(got["corner"]).toBeCloseTo(1000, 0);
    const [gain, phase] = [got["gain"], got["phase"]] as number[][];
    expect(gain![20]).toBeCloseTo(-10 * Math.log10(2), 6);
    expect(phase![20]).toBeCloseTo(-45, 6);
    expect(got["bode"]).toMatchObject({ title: "Low-pass", x: { label: "Frequency", unit: "Hz", scale: "log" }, y: { unit: "dB" }, y2: { unit: "°" }, series: [{ name: "vdb(out)", axis: "y" }, { name: "vp(out)", axis: "y2" }] });
    expect((got["points"] as { columns: { name: string }[] }).columns.map(({ name }) => name)).toEqual(["frequency", "v(out)"]);
    expect(got["resting"]).toBe(2);
    expect(got["circuit"]).toEqual({ netlist: expect.stringContaining(".ac dec 10 10 100k") });
  });

  test("curves of a nested sweep stand apart", async ({ workbench: page }) => {
    const code = "Transistor\nVd d 0 1\nVg g 0 1\nM1 d g 0 0 n w=1u l=1u\n.model n nmos(level=1 vto=0.5 kp=1m)\n.dc Vd 0 2 0.1 Vg 1 2 0.5\n";
    const { outputs } = await run(page, deck(code, [port("curves", "plot", { from: "-i(vd)" })]));
    const { series } = outputs["curves"] as { series: { name: string; x: number[]; y: number[] }[] };
    expect(series.map(({ name, x }) => [name, x.length])).toEqual([["-i(vd) · 1", 21], ["-i(vd) · 2", 21], ["-i(vd) · 3", 21]]);
    expect(series[2]!.y[20]).toBeCloseTo(0.5e-3 * 1.5 ** 2, 6);
  });

  test("an unknown vector is answered with those there are", async ({ workbench: page }) => {
    const node = await run(page, deck(DIVIDER, [port("voltage", "number", { from: "v(nowhere)" })]));
    expect(node.error).toMatchObject({ code: "bad_output", message: "Output 'voltage' cannot be filled: There is no v(nowhere)." });
    expect(node.error?.detail).toContain("op1 (Operating Point, 1 points): v(in), v(out), i(v1)");
  });

  test("a measurement that cannot be made is told in ngspice's words", async ({ workbench: page }) => {
    const node = await run(page, deck("Step\nV1 a 0 pulse(0 1 1u 1u)\nR1 a 0 1\n.tran 1u 10u\n.meas tran late when v(a)=2\n", [port("late", "number")]));
    expect(node.error).toMatchObject({ code: "simulation_failed", message: "The measurement 'late' could not be made." });
    expect(node.error?.detail).toContain("out of interval");
  });

  test("commands of a .control block run, and what they print is a log", async ({ workbench: page }) => {
    const code = "Commands\nV1 a 0 3\nR1 a 0 1k\n.control\nop\nlet power = -v(a)*i(v1)\nprint power\n.endc\n";
    const node = await run(page, deck(code, [port("power", "number")]));
    expect(node.outputs["power"]).toBeCloseTo(9e-3, 12);
    expect(node.logs.map(({ text }) => text).join("")).toContain("power = 9.0");
    await expectRight(page);
  });
});

/** Decks that fail, each in a way of its own. */
const FAILURES: Record<string, { code: string; message: RegExp; line?: number }> = {
  "a part that is cut short": { code: "Cut\nV1 in 0 1\nR1 in out\n.op\n", message: /'r1 in out' is not a valid resistor/, line: 3 },
  "an unknown model": { code: "Model\nV1 in 0 1\nD1 in 0 nothing\n.op\n", message: /no model 'nothing'/, line: 3 },
  "an unknown subcircuit": { code: "Subcircuit\nV1 in 0 1\nX1 in 0 nothing\n.op\n", message: /no subcircuit 'nothing'/, line: 3 },
  "an undefined parameter": { code: "Parameter\nV1 in 0 {level}\nR1 in 0 1\n.op\n", message: /parameter 'level' is not defined/, line: 2 },
  "a part that ngspice does not know": { code: "Part\nV1 in 0 1\nA1 in out thing\n.op\n", message: /does not know this kind of part/, line: 3 },
  "a missing library": { code: "Library\nV1 in 0 1\n.include nowhere.lib\n.op\n", message: /includes 'nowhere.lib', which is not here/, line: 3 },
  "a model parameter that ends ngspice": { code: "Exit\nV1 in 0 1\nD1 in 0 d\n.model d d(is=1e-14 foo=1)\n.op\n", message: /number or a model parameter that it cannot read/ },
  "no analysis": { code: "Nothing\nV1 in 0 1\nR1 in 0 1\n", message: /asks for no analysis/ },
  "a singular matrix": { code: "Singular\nV1 in 0 1\nV2 in 0 2\nR1 in 0 1k\n.op\n", message: /no unique solution: its matrix is singular at the current through V\d/ },
  "a time step that collapses": { code: "Collapse\nV1 a 0 1\nB1 b 0 v=exp(1000*v(b))+v(a)\nR1 b 0 1\n.tran 1u 1m\n", message: /could not go on at t = .* the time step became too small/ },
  "a deck that quits": { code: "Quit\nV1 in 0 1\nR1 in 0 1\n.control\nquit\n.endc\n", message: /ngspice ended itself/ },
};

test.describe("what fails says why, and the next run is right", () => {
  for (const [name, { code, message, line }] of Object.entries(FAILURES)) {
    test(name, async ({ workbench: page }) => {
      // A good run before, whose results must not be taken for those of the bad one.
      await expectRight(page);
      const node = await run(page, deck(code, [port("voltage", "number", { from: "v(in)" })]));
      expect(node).toMatchObject({ status: "failed", outputs: {}, error: { code: "simulation_failed", message: expect.stringMatching(message) } });
      if (line !== undefined) expect(node.error?.line).toBe(line);
      await expectRight(page);
    });
  }

  test("a simulation that never ends stops when told", async ({ workbench: page }) => {
    const endless = deck("Endless\nV1 in 0 sin(0 1 1g)\nR1 in out 1k\nC1 out 0 1p\n.tran 1p 1000\n", [port("voltage", "number", { from: "v(out)" })]);
    const { status, stopMs } = await page.evaluate(async (payload) => {
      const controller = new AbortController();
      let stoppedAt = 0;
      const result = await window.llmos.run(payload, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind !== "started") return;
          stoppedAt = performance.now();
          controller.abort();
        },
      });
      return { status: result.nodes["node"]?.status, stopMs: performance.now() - stoppedAt };
    }, endless);
    expect(status).toBe("cancelled");
    expect(stopMs).toBeLessThan(2_000);
    await expectRight(page);
  });
});
