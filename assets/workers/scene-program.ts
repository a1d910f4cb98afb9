/**
 * Runs `execute(inputs, {THREE, scene, camera, renderer})` and finds its `animate(time_ms)`: once in the run's worker, where nothing
 * is drawn, and again in the worker of the visible frame.
 */

import type * as Three from "three";
import { JobFailure } from "./failure";
import { failureOfCode, loadUserModule, type UserModule } from "./user-module";

export interface Stage {
  THREE: typeof Three;
  scene: Three.Scene;
  camera: Three.PerspectiveCamera;
  renderer: unknown;
  width: number;
  height: number;
}

export interface Program {
  /** What `execute` returned, without what it returned to animate with. */
  returned: unknown;
  /** Undefined where nothing moves. Throws `JobFailure`. */
  animate: ((timeMs: number) => void) | undefined;
}

export const HOW_TO_WRITE = "Write function execute(inputs) { return {objects: […]}; }, or execute(inputs, {THREE, scene, camera, renderer}).";
const NO_DOCUMENT = "There is no document here: draw with the scene, camera and renderer that execute is given.";

/** Whether it takes a second parameter, be it one with a default, which its length does not count. */
export function takesStage(execute: UserModule["execute"]): boolean {
  if (execute.length >= 2) return true;
  const source = Function.prototype.toString.call(execute);
  let depth = 0;
  for (const letter of source.slice(source.indexOf("("))) {
    if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    else if (letter === "," && depth === 1) return true;
    if (depth === 0) return false;
  }
  return false;
}

export function newStage(three: typeof Three, renderer: unknown, width: number, height: number): Stage {
  const camera = new three.PerspectiveCamera(50, width / height, 0.1, 2_000);
  camera.position.set(4, 3, 6);
  camera.lookAt(0, 0, 0);
  return { THREE: three, scene: new three.Scene(), camera, renderer, width, height };
}

export async function startProgram(module: UserModule, code: { skillId: string }, inputs: Record<string, unknown>, stage: Stage): Promise<Program> {
  const execute = module.execute as (inputs: Record<string, unknown>, stage: Stage) => unknown;
  let returned: unknown;
  try {
    returned = await execute(inputs, stage);
  } catch (error) {
    throw explained(failureOfCode(code, module.url, error));
  }
  const held = typeof returned === "object" && returned !== null ? (returned as Record<string, unknown>) : undefined;
  const animate = [returned, held?.animate, module.animate].find((one) => typeof one === "function") as ((timeMs: number) => unknown) | undefined;
  return {
    returned: held === undefined || !("animate" in held) ? (typeof returned === "function" ? undefined : returned) : without(held, "animate"),
    animate: animate && ((timeMs) => guarded(() => animate(timeMs), code, module.url)),
  };
}

export async function loadProgram(code: { text: string; skillId: string }): Promise<UserModule> {
  try {
    return await loadUserModule(code, HOW_TO_WRITE);
  } catch (error) {
    throw error instanceof JobFailure ? explained(error) : error;
  }
}

function guarded(run: () => unknown, code: { skillId: string }, url: string): void {
  try {
    run();
  } catch (error) {
    throw explained(failureOfCode(code, url, error));
  }
}

/** Adds what to do where code looks for a page. */
function explained(failure: JobFailure): JobFailure {
  if (!/\b(?:document|window) is not defined/.test(failure.message)) return failure;
  return new JobFailure(failure.code, failure.message, [NO_DOCUMENT, failure.detail].filter(Boolean).join("\n"), failure.line);
}

function without(record: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
