/** Compares what the runtime gave with what native ngspice gives, point by point of native's sweep. */

import type { NativePlot } from "./native";

export interface Samples {
  real: ArrayLike<number>;
  imaginary?: ArrayLike<number> | undefined;
}

/** The largest distance between the two, as a share of the largest value of that kind in the analysis; and where it is. */
export interface Distance {
  share: number;
  vector: string;
  at: number;
}

/** `ours` gives a vector by native's name. */
export function distance(plot: NativePlot, ours: (name: string) => Samples): Distance {
  const sweep = plot.vectors[0]!;
  const worst: Distance = { share: 0, vector: "", at: 0 };
  const scales = new Map<string, number>();
  for (const { kind, real, imaginary } of plot.vectors) {
    const largest = real.reduce((best, value, at) => Math.max(best, Math.hypot(value, imaginary?.[at] ?? 0)), 0);
    scales.set(kind, Math.max(scales.get(kind) ?? 0, largest));
  }
  const abscissae = ours(sweep.name).real;
  for (const { name, kind, real, imaginary } of plot.vectors) {
    const given = ours(name);
    const scale = scales.get(kind) || 1;
    for (let point = 0; point < real.length; point += 1) {
      const place = real.length === 1 ? 0 : position(abscissae, sweep.real[point]!);
      const off = Math.hypot(interpolate(given.real, place) - real[point]!, given.imaginary === undefined ? 0 : interpolate(given.imaginary, place) - (imaginary?.[point] ?? 0));
      if (!(off / scale <= worst.share)) Object.assign(worst, { share: off / scale, vector: name, at: sweep.real[point]! });
    }
  }
  return worst;
}

/** Where `value` stands among ascending abscissae, as an index with a fraction. */
function position(abscissae: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = abscissae.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (abscissae[middle]! <= value) low = middle;
    else high = middle;
  }
  const span = abscissae[high]! - abscissae[low]!;
  return span === 0 ? low : low + Math.min(1, Math.max(0, (value - abscissae[low]!) / span));
}

function interpolate(values: ArrayLike<number>, place: number): number {
  const low = Math.floor(place);
  const high = Math.min(low + 1, values.length - 1);
  return values[low]! + (values[high]! - values[low]!) * (place - low);
}
