/** Mathematics and physics beside what can be derived on paper. */

import { column, eachNear, holds, near, number, numbers, plot, ratio, same, sum, type Refusal, type Row } from "./row";

const calculus: Row[] = [
  {
    skill: "symbolic-calculus",
    says: "x²·e⁻ˣ is differentiated, integrated, expanded and its turning points found exactly",
    check(outputs) {
      // −x(x − 2)e⁻ˣ, in whichever order its factors are written.
      const derivative = String(outputs.derivative).replaceAll(" ", "");
      holds("the derivative", ["-x*(x-2)*exp(-x)", "x*(2-x)*exp(-x)"].includes(derivative), derivative);
      near("definite_integral", outputs.definite_integral, 2 - 82 * Math.exp(-8), 1e-12);
      same("turning_points", outputs.turning_points, [0, 2]);
      same("series", outputs.series, "-x**5/6 + x**4/2 - x**3 + x**2");
      const [f, slope] = plot(outputs, "plot").series;
      eachNear("f", f!.y, (i) => f!.x[i]! ** 2 * Math.exp(-f!.x[i]!), 1e-12);
      eachNear("f′", slope!.y, (i) => slope!.x[i]! * (2 - slope!.x[i]!) * Math.exp(-slope!.x[i]!), 1e-12);
    },
  },
  {
    skill: "symbolic-calculus",
    says: "products without a sign and ^ are understood, and a definite integral of a Gaussian is erf",
    inputs: { expression: "2 t e^(-t^2)", variable: "t", from_value: 0, to_value: 1, series_order: 3 },
    check(outputs) {
      near("definite_integral", outputs.definite_integral, 1 - Math.exp(-1), 1e-12);
      same("series", outputs.series, "-2*t**3 + 2*t");
      near("turning point", numbers(outputs, "turning_points")[0], Math.SQRT1_2, 1e-9);
    },
  },
];

const EDGES: [string, string, number][] = [
  ["A", "B", 4], ["A", "C", 2], ["B", "C", 1], ["B", "D", 5], ["C", "D", 8], ["C", "E", 10], ["D", "E", 2], ["D", "F", 6], ["E", "F", 3],
];

/** All distances from a place, by relaxing every connection as often as there are places: slow and too simple to be wrong. */
function bellmanFord(source: string): Map<string, number> {
  const distances = new Map([[source, 0]]);
  for (let round = 0; round < 6; round += 1) {
    for (const [a, b, length] of EDGES.flatMap(([a, b, length]) => [[a, b, length], [b, a, length]] as [string, string, number][])) {
      const through = (distances.get(a) ?? Infinity) + length;
      if (through < (distances.get(b) ?? Infinity)) distances.set(b, through);
    }
  }
  return distances;
}

const paths: Row[] = [
  {
    skill: "shortest-path",
    says: "the textbook's network has its shortest way of 20",
    check(outputs) {
      same("path", outputs.path, ["Station", "Museum", "Harbour", "Theatre"]);
      same("distance", outputs.distance, 20);
    },
  },
  {
    skill: "shortest-path",
    says: "every distance is that of Bellman and Ford's algorithm",
    inputs: { edges: EDGES.map((edge) => edge.join(", ")).join("\n"), source: "A", target: "F" },
    check(outputs) {
      const expected = bellmanFord("A");
      const [places, distances] = [column(outputs, "table", "Place") as string[], column(outputs, "table", "Distance")];
      same("places", places.length, 6);
      places.forEach((place, index) => same(`distance of ${place}`, distances[index], expected.get(place)));
      same("distance", outputs.distance, expected.get("F"));
      const path = outputs.path as string[];
      const length = (a: string, b: string) => EDGES.find(([x, y]) => (x === a && y === b) || (x === b && y === a))![2];
      same("length of the way", sum(path.slice(1).map((place, index) => length(path[index]!, place))), expected.get("F"));
    },
  },
];

const monteCarlo: Row = {
  skill: "monte-carlo-pi",
  says: "the estimate lies within four standard errors of π, and the standard error is that of a binomial count",
  inputs: { samples: 200_000, seed: 12_345 },
  check(outputs) {
    const error = 4 * Math.sqrt(((Math.PI / 4) * (1 - Math.PI / 4)) / 200_000);
    near("estimate", outputs.estimate, Math.PI, 4 * error);
    ratio("standard_error", outputs.standard_error, error, 0.01);
    near("error", outputs.error, number(outputs, "estimate") - Math.PI, 1e-12);
    const [inside, outside] = plot(outputs, "points").series;
    same("points shown", inside!.x.length + outside!.x.length, 2000);
    holds("points inside are inside", inside!.x.every((x, i) => x * x + inside!.y[i]! ** 2 <= 1));
    holds("points outside are outside", outside!.x.every((x, i) => x * x + outside!.y[i]! ** 2 > 1));
  },
};

const spectra: Row[] = [
  {
    skill: "eigenvalues",
    says: "the chain of masses has the eigenvalues 2 − 2cos(kπ/5) and sines as eigenvectors",
    check(outputs) {
      eachNear("eigenvalue", numbers(outputs, "eigenvalues"), (k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / 5), 1e-13);
      near("determinant", outputs.determinant, 5, 1e-12);
      holds("the residual is rounding", number(outputs, "residual") < 1e-14, outputs.residual);
      const first = (outputs.eigenvectors as number[][])[0]!;
      eachNear("first eigenvector", first, (i) => Math.sqrt(2 / 5) * Math.sin(((i + 1) * Math.PI) / 5), 1e-12);
    },
  },
  {
    skill: "eigenvalues",
    says: "Hilbert's matrix of order 6 has its known condition, and its eigenvectors are at right angles",
    inputs: { matrix: Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => 1 / (i + j + 1))) },
    check(outputs) {
      ratio("condition", outputs.condition, 1.49510586424e7, 1e-6);
      ratio("determinant", outputs.determinant, 5.3672998868168e-18, 1e-6);
      const vectors = outputs.eigenvectors as number[][];
      vectors.forEach((v, i) => vectors.forEach((w, j) => near(`v${i}·v${j}`, sum(v.map((value, k) => value * w[k]!)), i === j ? 1 : 0, 1e-12)));
    },
  },
];

/** The complete elliptic integral of the first kind, by the arithmetic-geometric mean. */
function ellipticK(modulus: number): number {
  let [a, b] = [1, Math.sqrt(1 - modulus * modulus)];
  while (Math.abs(a - b) > 1e-15) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  return Math.PI / (2 * a);
}

const largeSwing = 2;
const pendulumPeriod = 4 * Math.sqrt(1 / 9.81) * ellipticK(Math.sin(largeSwing / 2));

const motions: Row[] = [
  {
    skill: "ode-solver",
    says: "a pendulum that swings wide comes back after 4√(l/g)·K(sin θ₀/2), with its energy",
    inputs: { system: "pendulum", start: [largeSwing, 0], duration: pendulumPeriod, steps: 4000 },
    check(outputs) {
      near("angle after one period", numbers(outputs, "first").at(-1)!, largeSwing, 1e-8);
      near("angular speed after one period", numbers(outputs, "second").at(-1)!, 0, 1e-7);
      near("angle after half a period", numbers(outputs, "first")[2000]!, -largeSwing, 1e-8);
      holds("energy is kept", number(outputs, "drift") < 1e-10, outputs.drift);
      same("axes", [plot(outputs, "plot").y?.unit, plot(outputs, "plot").y2?.unit], ["rad", "rad/s"]);
    },
  },
  {
    skill: "ode-solver",
    says: "a small swing with friction is the closed formula's, and the error estimate is honest",
    inputs: { system: "pendulum", parameters: [9.81, 1, 0.4], start: [1e-4, 0], duration: 8, steps: 2000 },
    check(outputs) {
      const time = numbers(outputs, "time");
      const damping = 0.2;
      const speed = Math.sqrt(9.81 - damping ** 2);
      const exact = (t: number) => 1e-4 * Math.exp(-damping * t) * (Math.cos(speed * t) + (damping / speed) * Math.sin(speed * t));
      eachNear("angle", numbers(outputs, "first"), (i) => exact(time[i]!), 1e-12);
      holds("the error estimate", number(outputs, "error_estimate") < 1e-12, outputs.error_estimate);
    },
  },
  {
    skill: "ode-solver",
    says: "hunters and prey keep their invariant, and average to their equilibrium",
    inputs: { system: "lotka-volterra", duration: 400, steps: 40_000 },
    check(outputs) {
      const [prey, hunters] = [numbers(outputs, "first"), numbers(outputs, "second")];
      const invariant = (i: number) => 0.1 * prey[i]! - 0.4 * Math.log(prey[i]!) + 0.4 * hunters[i]! - 1.1 * Math.log(hunters[i]!);
      holds("nobody dies out", Math.min(...prey, ...hunters) > 0);
      for (let i = 0; i < prey.length; i += 1000) ratio(`invariant at ${i}`, invariant(i), invariant(0), 1e-6);
      ratio("mean prey", sum(prey) / prey.length, 0.4 / 0.1, 0.05);
      ratio("mean hunters", sum(hunters) / hunters.length, 1.1 / 0.4, 0.05);
    },
  },
];

export const rows: Row[] = [...calculus, ...paths, monteCarlo, ...spectra, ...motions];

export const refusals: Refusal[] = [
  { skill: "symbolic-calculus", inputs: { expression: "x**2 * exp(-x" }, words: /check brackets/ },
  { skill: "symbolic-calculus", inputs: { expression: "a*x" }, words: /also holds a/ },
  { skill: "shortest-path", inputs: { target: "Moon" }, words: /'Moon' is not in the network/ },
  { skill: "shortest-path", inputs: { edges: "A, B, -3" }, words: /negative/ },
  { skill: "eigenvalues", inputs: { matrix: [[1, 2], [3, 4]] }, words: /symmetric/ },
  { skill: "ode-solver", inputs: { system: "lorenz", start: [1, 2] }, words: /takes 3/ },
];
