/**
 * Does ahead, in idle time, what a browser takes long over the first time: looking up how numbers are written, finding its fonts,
 * getting its graphics process to draw on a canvas, reading the code of plots. A plot needs all of it while a run goes on, when the
 * page has no time to wait. Nothing depends on it.
 */

const FIRSTS: (() => void)[] = [
  () => void new Intl.NumberFormat(navigator.language),
  () => {
    const context = document.createElement("canvas").getContext("2d");
    context?.fillRect(0, 0, 1, 1);
  },
  () => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    if (context === null) return;
    context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    context.measureText("0123456789.,−kMmµ");
  },
  // Whoever shows a plot imports it again, and says so if it cannot be had.
  () => void import("./plot").catch(() => undefined),
];

/** Each in an idle moment of its own, as soon as there is one; for when the page stands. */
export function warmUp(): void {
  const idle = "requestIdleCallback" in window ? (task: () => void) => void requestIdleCallback(task) : (task: () => void) => void setTimeout(task, 200);
  const [...left] = FIRSTS;
  const next = () => {
    left.shift()?.();
    if (left.length > 0) idle(next);
  };
  idle(next);
}
