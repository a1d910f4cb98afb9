/**
 * Does ahead, in idle time, what a browser takes long over the first time: looking up how numbers are written, and getting its
 * graphics process to draw on a canvas. A plot needs both while a run goes on, when the page has no time to wait. Nothing depends
 * on it.
 */

const FIRSTS: (() => void)[] = [
  () => void new Intl.NumberFormat(navigator.language),
  () => {
    const context = document.createElement("canvas").getContext("2d");
    context?.fillRect(0, 0, 1, 1);
  },
];

/** Each in an idle moment of its own, as soon as there is one. */
export function warmUp(): void {
  const idle = "requestIdleCallback" in window ? (task: () => void) => void requestIdleCallback(task) : (task: () => void) => void setTimeout(task, 200);
  const [...left] = FIRSTS;
  const next = () => {
    left.shift()?.();
    if (left.length > 0) idle(next);
  };
  idle(next);
}
