/** Plots, tables and scenes: what goes in must be what is shown, at the place where it belongs. */

import { column, eachNear, holds, near, number, plot, ratio, same, spaced, type Outputs, type Refusal, type Row } from "./row";

interface SceneObject {
  type: string;
  name?: string;
  text?: string;
  heights?: number[][];
  points?: number[][];
  position?: number[];
}

function objects(outputs: Outputs, type?: string): SceneObject[] {
  const scene = outputs.scene as { objects?: SceneObject[] };
  holds("a list of objects", Array.isArray(scene.objects));
  return scene.objects!.filter((object) => type === undefined || object.type === type);
}

const plots: Row[] = [
  {
    skill: "line-plot",
    says: "two quantities in different units get an axis each",
    inputs: { x: [1, 10, 100], y: [0, -3, -20], y2: [0, -45, -84], x_scale: "log", x_label: "Frequency", x_unit: "Hz", y_unit: "dB", y2_unit: "°" },
    check(outputs) {
      const drawn = plot(outputs, "plot");
      same("axes", [drawn.x?.scale, drawn.x?.label, drawn.y?.unit, drawn.y2?.unit], ["log", "Frequency", "dB", "°"]);
      same("curves", drawn.series.map(({ y, axis }) => [y, axis ?? "y"]), [[[0, -3, -20], "y"], [[0, -45, -84], "y2"]]);
      same("points", outputs.points, 6);
    },
  },
  {
    skill: "line-plot",
    says: "points that have no place on a logarithmic axis are left out, and the same unit shares an axis",
    inputs: { x: [0, 1, 2, 3], y: [1, 2, -1, 4], y2: [1, 2, 3, 4], x_scale: "log", y_scale: "log", y_unit: "V", y2_unit: "V" },
    check(outputs) {
      const drawn = plot(outputs, "plot");
      same("first curve", [drawn.series[0]!.x, drawn.series[0]!.y], [[1, 3], [2, 4]]);
      same("second axis", drawn.y2, undefined);
    },
  },
  {
    skill: "overlay-plot",
    says: "curves keep their points, and means are weighed by distance",
    inputs: { x1: [0, 1, 4], y1: [0, 2, 2], name1: "Ramp", x2: [0, 4], y2: [3, 3], name2: "Flat", y_unit: "V" },
    check(outputs) {
      same("names", plot(outputs, "plot").series.map(({ name }) => name), ["Ramp", "Flat"]);
      same("mean", column(outputs, "comparison", "Mean"), [7 / 4, 3]);
      same("spread", column(outputs, "comparison", "Spread"), [2, 0]);
    },
  },
];

const tables: Row[] = [
  {
    skill: "table-view",
    says: "rows are sorted with gaps last, shortened and rounded; units stay",
    inputs: {
      table: { columns: [{ name: "Part", values: ["R10", "R2", "R1", "R3"] }, { name: "Value", unit: "Ω", values: [1234.56, null, 0.00123456, 99.999] }] },
      sort_by: "Value",
      descending: true,
      limit: 4,
      digits: 3,
    },
    check(outputs) {
      same("parts", column(outputs, "table", "Part"), ["R10", "R3", "R1", "R2"]);
      same("values", column(outputs, "table", "Value"), [1230, 100, 0.00123, null]);
      same("rows", outputs.rows, 4);
      holds("the unit in the heading", String(outputs.markdown).startsWith("| Part | Value (Ω) |\n| --- | ---: |\n| R10 | 1230 |"), outputs.markdown);
    },
  },
  {
    skill: "table-view",
    says: "texts sort as people count: R2 before R10",
    inputs: { table: { columns: [{ name: "Part", values: ["R10", "R2", "R1"] }] }, sort_by: "Part", limit: 2 },
    check: (outputs) => same("parts", column(outputs, "table", "Part"), ["R1", "R2"]),
  },
];

function surface(formula: string, f: (x: number, y: number) => number): Row {
  const [range, resolution, height] = [2, 20, 0.5];
  const axis = spaced(-range, range, resolution + 1);
  const values = axis.flatMap((x) => axis.map((y) => f(x, y)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return {
    skill: "surface-3d",
    says: `${formula} has its values at their places`,
    inputs: { formula, range, resolution, height },
    check(outputs) {
      near("minimum", outputs.minimum, low, 1e-9);
      near("maximum", outputs.maximum, high, 1e-9);
      same("points", outputs.points, 21 * 21);
      const [drawn] = objects(outputs, "surface");
      same("rows", drawn!.heights!.length, 21);
      // The scene is 10 wide; row 0 lies at the back, where y is largest.
      drawn!.heights!.forEach((row, j) =>
        eachNear(`row ${j}`, row, (i) => ((f(axis[i]!, -axis[j]!) - low) / (high - low) - 0.5) * 10 * height, 1e-6));
    },
  };
}

const corner = 1000;
const sweep = spaced(1, 5, 81).map((exponent) => 10 ** exponent);

const landscape: Row = {
  skill: "gain-landscape",
  says: "the surface is the family of low-pass curves, the measured one lies on it, the corners on a straight line",
  inputs: { frequency: sweep, gain: sweep.map((f) => -10 * Math.log10(1 + (f / corner) ** 2) + (f > 9e4 ? 0.05 : 0)), corner_frequency: corner, floor: -60 },
  check(outputs) {
    near("deviation", outputs.deviation, 0.05, 1e-9);
    const [drawn] = objects(outputs, "surface");
    const heights = drawn!.heights!;
    same("size", [heights.length, heights[0]!.length], [41, 121]);
    // 2.6 high for 60 dB, 0 dB on top. In the middle row the capacitor is the measured one.
    const up = (decibel: number) => (Math.max(decibel, -60) / 60 + 0.5) * 2.6;
    const at = (column: number) => 10 ** (1 + (4 * column) / 120);
    const family = (row: number) => corner / 10 ** (1 - (2 * row) / 40);
    for (const row of [0, 20, 40]) eachNear(`row ${row}`, heights[row]!, (column) => up(-10 * Math.log10(1 + (at(column) / family(row)) ** 2)), 1e-6);
    const [measured, corners] = objects(outputs, "line");
    const middle = measured!.points![40]!;
    near("height of the measured corner", middle[1], up(-10 * Math.log10(2)) + 0.04, 1e-6);
    near("place of the measured corner", middle[0], 0, 1e-6);
    const [first, last] = [corners!.points![0]!, corners!.points!.at(-1)!];
    for (const [x, , z] of corners!.points!) near("line of the corners", (z! - first[2]!) * (last[0]! - first[0]!), (x! - first[0]!) * (last[2]! - first[2]!), 1e-6);
    const labels = objects(outputs, "text").map(({ text }) => text);
    holds("labels of the decades", ["10 Hz", "100 Hz", "1 kHz", "10 kHz", "100 kHz"].every((label) => labels.includes(label)), labels);
  },
};

const cube: Row = {
  skill: "animated-cube",
  says: "it hands over its program and inputs to be drawn",
  inputs: { turns_per_minute: 12 },
  check(outputs) {
    const { program } = outputs.scene as { program?: { code: string; inputs: Record<string, unknown> } };
    holds("a program", typeof program?.code === "string" && program.code.includes("BoxGeometry"));
    same("inputs", [program!.inputs.turns_per_minute, program!.inputs.size], [12, 1.6]);
  },
};

const MU = 398600.4418;

const orbits: Row[] = [
  {
    skill: "orbit-3d",
    says: "the geostationary orbit takes a sidereal day at 35 786 km",
    inputs: { semi_major_axis: 42164.17, eccentricity: 0, inclination: 0 },
    check(outputs) {
      near("period", outputs.period, 86164.1, 0.5);
      near("periapsis_altitude", outputs.periapsis_altitude, 35786, 1);
      near("apoapsis_altitude", outputs.apoapsis_altitude, 35786, 1);
      near("periapsis_speed", outputs.periapsis_speed, 3.0747, 1e-4);
      eachNear("altitude", plot(outputs, "altitude").series[0]!.y, () => number(outputs, "periapsis_altitude"), 1e-6);
    },
  },
  {
    skill: "orbit-3d",
    says: "the Molniya orbit obeys Kepler's three laws",
    check(outputs) {
      const [a, e] = [26560, 0.74];
      ratio("third law", outputs.period, 2 * Math.PI * Math.sqrt(a ** 3 / MU), 1e-12);
      ratio("vis viva", outputs.periapsis_speed, Math.sqrt(MU * (2 / (a * (1 - e)) - 1 / a)), 1e-12);
      // Second law: between dots of equal time the radius sweeps equal areas.
      const dots = objects(outputs, "sphere").filter(({ name }) => name !== "Central body").map(({ position }) => position!);
      same("dots", dots.length, 48);
      const scale = 4 / (a * (1 + e));
      near("lowest point", Math.hypot(...dots[0]!) / scale, a * (1 - e), 1e-6 * a);
      near("highest point", Math.hypot(...dots[24]!) / scale, a * (1 + e), 1e-6 * a);
      // First law: an ellipse with the body in a focus, so the distances to both foci add up to 2a.
      const other = dots[0]!.map((value) => (-value / (1 - e)) * 2 * e);
      dots.forEach((dot, i) => near(`sum of distances at ${i}`, (Math.hypot(...dot) + Math.hypot(...dot.map((v, k) => v - other[k]!))) / scale, 2 * a, 1e-6 * a));
      // Kepler's equation: the time of each dot, from where it is.
      dots.forEach((dot, i) => {
        const radius = Math.hypot(...dot) / scale;
        const E = Math.acos(Math.min(1, Math.max(-1, (1 - radius / a) / e))) * (i <= 24 ? 1 : -1);
        const share = (E - e * Math.sin(E)) / (2 * Math.PI);
        near(`time of dot ${i}`, (share + 1) % 1, (i / 48) % 1, 1e-6);
      });
      // North is up: seen from the focus, the highest point of this orbit stands over the north.
      holds("the highest point is over the north", dots[24]![1]! > 0);
      near("its latitude", (Math.asin(dots[24]![1]! / Math.hypot(...dots[24]!)) * 180) / Math.PI, 63.4, 1e-6);
    },
  },
];

export const rows: Row[] = [
  ...plots,
  ...tables,
  surface("x^2 - y^2 / 2", (x, y) => x ** 2 - y ** 2 / 2),
  surface("-x^2 * exp(-(x**2 + y^2)) + 0.5*sin(pi*y)", (x, y) => -(x ** 2) * Math.exp(-(x ** 2 + y ** 2)) + 0.5 * Math.sin(Math.PI * y)),
  landscape,
  cube,
  ...orbits,
];

export const refusals: Refusal[] = [
  { skill: "line-plot", inputs: { x: [1, 2], y: [1, 2, 3] }, words: /x has 2 points and y 3/ },
  { skill: "table-view", inputs: { table: { columns: [{ name: "a", values: [1] }] }, sort_by: "b" }, words: /no column "b"; the table has "a"/ },
  { skill: "surface-3d", inputs: { formula: "sin(x" }, words: /the end stands where a closing bracket should/ },
  { skill: "orbit-3d", inputs: { eccentricity: 1.2 }, words: /closes has 0 to just below 1/ },
];
