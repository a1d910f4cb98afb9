/**
 * The worker of Three.js nodes. `execute(inputs)` returns a description of a scene, which is checked here field by field;
 * `execute(inputs, {THREE, scene, camera, renderer})` is run once with the real library, so that its errors are the run's errors.
 *
 * Nothing is drawn here: the renderer that code gets takes every call and does nothing. Pictures are made in the visible frame of
 * whoever looks at the node (`scene.ts`), which runs the program again; what only a graphics card can refuse shows there.
 */

import type * as Three from "three";
import type { Code, Port } from "../bridge/protocol";
import { captureConsole } from "./console";
import { JobFailure } from "./failure";
import { readScene, SceneError } from "./scene-description";
import { loadProgram, newStage, startProgram, takesStage } from "./scene-program";
import { serve, type Engine, type JobIo, type StartFiles } from "./serve";
import { failureOfCode, type UserModule } from "./user-module";

const WIDTH = 640;
const HEIGHT = 480;

class ThreeEngine implements Engine {
  readonly #modules = new Map<string, UserModule>();
  #library!: ArrayBuffer;
  #three: Promise<typeof Three> | undefined;
  #io: JobIo | undefined;

  async start(files: StartFiles): Promise<void> {
    this.#library = files["three.mjs"] as ArrayBuffer;
    captureConsole((stream, text) => this.#io?.log(stream, text));
  }

  async run(code: Code, values: Record<string, unknown>, io: JobIo): Promise<unknown> {
    this.#io = io;
    let module = this.#modules.get(code.codeId);
    if (module === undefined) this.#modules.set(code.codeId, (module = await loadProgram(code)));
    return takesStage(module.execute) ? this.#perform(module, code, values) : this.#describe(module, code, values);
  }

  async #describe(module: UserModule, code: Code, values: Record<string, unknown>): Promise<unknown> {
    const execute = module.execute as (inputs: Record<string, unknown>) => unknown;
    let returned: unknown;
    try {
      returned = await execute(values);
    } catch (error) {
      throw failureOfCode(code, module.url, error);
    }
    for (const port of scenePorts(code)) check(port, sceneOf(port, code, returned));
    return returned;
  }

  async #perform(module: UserModule, code: Code, values: Record<string, unknown>): Promise<unknown> {
    // The program may change what it was given; the frame must get what the node got.
    const inputs = structuredClone(values);
    const three = await (this.#three ??= load(this.#library));
    const program = await startProgram(module, code, values, newStage(three, rendererThatDrawsNothing(), WIDTH, HEIGHT));
    program.animate?.(0);
    const scene = { program: { code: code.text, inputs } };
    const others = typeof program.returned === "object" && program.returned !== null ? program.returned : {};
    return { ...others, ...Object.fromEntries(scenePorts(code).map((port) => [port.name, scene])) };
  }
}

async function load(library: ArrayBuffer): Promise<typeof Three> {
  const address = URL.createObjectURL(new Blob([library], { type: "text/javascript" }));
  try {
    return (await import(address)) as typeof Three;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function scenePorts(code: Code): Port[] {
  return code.outputs.filter((port) => port.type === "scene");
}

/** The scene in what was returned: by its name, or all of it where nothing else is promised. */
function sceneOf(port: Port, code: Code, returned: unknown): unknown {
  const held = typeof returned === "object" && returned !== null ? (returned as Record<string, unknown>) : {};
  return port.name in held || code.outputs.length > 1 ? held[port.name] : returned;
}

function check(port: Port, scene: unknown): void {
  // What is missing, or no scene at all, is said by the one who checks every output.
  if (typeof scene !== "object" || scene === null) return;
  try {
    readScene(Array.isArray(scene) ? { objects: scene } : scene);
  } catch (error) {
    if (!(error instanceof SceneError)) throw error;
    throw new JobFailure("bad_output", `Output '${port.name}': ${error.message}`);
  }
}

/** Takes any call and any setting. */
function rendererThatDrawsNothing(): unknown {
  const canvas = { width: WIDTH, height: HEIGHT, style: {}, addEventListener() {}, removeEventListener() {} };
  const known: Record<string | symbol, unknown> = {
    domElement: canvas,
    shadowMap: {},
    info: { render: {}, memory: {}, programs: [] },
    capabilities: { isWebGL2: true, getMaxAnisotropy: () => 1, maxTextures: 16 },
    xr: { enabled: false },
    getPixelRatio: () => 1,
    then: undefined,
  };
  return new Proxy(known, { get: (target, name) => (name in target ? target[name] : () => undefined) });
}

serve(new ThreeEngine());
