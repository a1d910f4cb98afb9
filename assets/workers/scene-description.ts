/**
 * What `scene_data` may say, read strictly: a description of objects, lights and a camera becomes a form in which every field is
 * there and of its type, or an error that names the place, such as `objects[2].material.color`.
 *
 * Both ways of writing are understood: plain (`{type: "sphere", radius: 1, color: "#f80"}`) and Three.js' own names
 * (`{type: "mesh", geometry: {type: "SphereGeometry", args: [1]}, material: {type: "MeshStandardMaterial", color: "#f80"}}`).
 * Nothing here draws; `scene-build.ts` makes Three.js objects of what comes out.
 */

export type Triple = [number, number, number];
export type Colour = string | number | Triple;

export interface BufferShape {
  position: Float32Array;
  normal?: Float32Array;
  color?: Float32Array;
  uv?: Float32Array;
  index?: Uint32Array;
}

export type Shape = { kind: "three"; name: string; args: number[] } | { kind: "buffer"; buffers: BufferShape };

export interface Look {
  type: string;
  color?: Colour;
  emissive?: Colour;
  numbers: Record<string, number>;
  flags: Record<string, boolean>;
  side?: "front" | "back" | "double";
}

export type Motion =
  | { kind: "rotate"; axis: Triple; radiansPerSecond: number }
  | { kind: "oscillate"; axis: Triple; amplitude: number; periodSeconds: number };

interface Common {
  name: string;
  position: Triple;
  rotation: Triple;
  scale: Triple;
  visible: boolean;
  motions: Motion[];
}

export type SceneObject = Common &
  (
    | { kind: "mesh" | "points" | "line"; shape: Shape; look: Look; widthUnits: number }
    | { kind: "arrow"; from: Triple; to: Triple; color: Colour }
    | { kind: "text"; text: string; color: Colour; height: number }
    | { kind: "grid"; size: number; divisions: number; color: Colour }
    | { kind: "axes"; size: number }
    | { kind: "group"; children: SceneObject[] }
  );

export interface SceneLight {
  kind: "ambient" | "hemisphere" | "directional" | "point" | "spot";
  color: Colour;
  groundColor: Colour;
  intensity: number;
  position: Triple;
  target: Triple;
}

export interface SceneDescription {
  objects: SceneObject[];
  lights: SceneLight[];
  camera: { position: Triple | undefined; target: Triple; fieldOfViewDegrees: number };
  background: Colour | undefined;
  motions: Motion[];
}

/** A description that cannot be drawn; the message names the place in it. */
export class SceneError extends Error {
  override readonly name = "SceneError";
}

const OBJECT_LIMIT = 20_000;
const DEPTH_LIMIT = 20;
const MATERIALS = ["MeshStandardMaterial", "MeshPhysicalMaterial", "MeshPhongMaterial", "MeshLambertMaterial", "MeshBasicMaterial", "MeshNormalMaterial", "MeshToonMaterial", "LineBasicMaterial", "PointsMaterial"];
/** Geometries of Three.js that numbers alone describe, by their plain names. */
const GEOMETRIES: Record<string, string> = {
  box: "BoxGeometry", cube: "BoxGeometry", sphere: "SphereGeometry", cylinder: "CylinderGeometry", cone: "ConeGeometry", torus: "TorusGeometry",
  torusknot: "TorusKnotGeometry", knot: "TorusKnotGeometry", plane: "PlaneGeometry", circle: "CircleGeometry", ring: "RingGeometry", capsule: "CapsuleGeometry",
  icosahedron: "IcosahedronGeometry", octahedron: "OctahedronGeometry", tetrahedron: "TetrahedronGeometry", dodecahedron: "DodecahedronGeometry",
};
const KINDS = [...Object.keys(GEOMETRIES), "surface", "points", "line", "arrow", "text", "grid", "axes", "group", "mesh"];
const NUMBERS = ["metalness", "roughness", "opacity", "emissiveIntensity", "shininess", "size", "clearcoat", "transmission", "thickness", "ior"];
const FLAGS = ["wireframe", "flatShading", "vertexColors", "transparent", "sizeAttenuation", "depthWrite", "depthTest"];

/** Reads `scene_data`; throws a `SceneError` at the first thing that is not as it should be. */
export function readScene(value: unknown): SceneDescription {
  const scene = record(value, "the scene");
  if (!Array.isArray(scene.objects)) throw wrong("objects", "a list of objects", scene.objects);
  const count = { objects: 0 };
  return {
    objects: scene.objects.map((object, index) => readObject(object, `objects[${index}]`, 0, count)),
    lights: scene.lights === undefined ? [] : list(scene.lights, "lights").map((light, index) => readLight(light, `lights[${index}]`)),
    camera: readCamera(scene.camera),
    background: scene.background === undefined || scene.background === null ? undefined : colour(scene.background, "background"),
    motions: readMotions(scene.animation, "animation"),
  };
}

function readObject(value: unknown, place: string, depth: number, count: { objects: number }): SceneObject {
  count.objects += 1;
  if (count.objects > OBJECT_LIMIT) throw new SceneError(`The scene has more than ${OBJECT_LIMIT} objects; make points or one mesh of them.`);
  if (depth > DEPTH_LIMIT) throw new SceneError(`${place} is nested more than ${DEPTH_LIMIT} levels deep.`);
  const object = record(value, place);
  const common: Common = {
    name: typeof object.name === "string" ? object.name : typeof object.label === "string" ? object.label : "",
    position: triple(object.position, `${place}.position`, [0, 0, 0]),
    rotation: triple(object.rotation, `${place}.rotation`, [0, 0, 0]),
    scale: typeof object.scale === "number" ? [object.scale, object.scale, object.scale] : triple(object.scale, `${place}.scale`, [1, 1, 1]),
    visible: object.visible !== false,
    motions: readMotions(object.animation, `${place}.animation`),
  };
  return { ...common, ...readKind(object, kindOf(object, place), place, depth, count) };
}

function kindOf(object: Record<string, unknown>, place: string): string {
  const written = object.type ?? (typeof object.geometry === "string" ? object.geometry : object.geometry === undefined ? undefined : "mesh");
  const kind = typeof written === "string" ? written.toLowerCase().replace(/geometry$/, "") : written;
  if (typeof kind !== "string" || !KINDS.includes(kind)) throw wrong(`${place}.type`, `one of ${KINDS.join(", ")}`, written);
  return kind;
}

type Kind = SceneObject extends infer One ? (One extends SceneObject ? Omit<One, keyof Common> : never) : never;

function readKind(object: Record<string, unknown>, kind: string, place: string, depth: number, count: { objects: number }): Kind {
  switch (kind) {
    case "group":
      return { kind, children: list(object.children ?? object.objects, `${place}.children`).map((child, index) => readObject(child, `${place}.children[${index}]`, depth + 1, count)) };
    case "grid":
      return { kind, size: number(object.size, `${place}.size`, 10), divisions: number(object.divisions, `${place}.divisions`, 10), color: colour(object.color ?? "#888888", `${place}.color`) };
    case "axes":
      return { kind, size: number(object.size, `${place}.size`, 1) };
    case "text":
      if (typeof object.text !== "string") throw wrong(`${place}.text`, "text", object.text);
      return { kind, text: object.text, color: colour(object.color ?? "#888888", `${place}.color`), height: number(object.size ?? object.height, `${place}.size`, 0.4) };
    case "arrow":
      return { kind, from: triple(object.from ?? object.origin, `${place}.from`, [0, 0, 0]), to: triple(object.to, `${place}.to`), color: colour(object.color ?? "#e69f00", `${place}.color`) };
    case "points":
    case "line": {
      const buffers = pointBuffers(object, place);
      const width = number(object.width ?? object.lineWidth, `${place}.width`, 0);
      return { kind, shape: { kind: "buffer", buffers }, look: readLook(object, place, kind, buffers.color !== undefined), widthUnits: width };
    }
    default: {
      const shape = readShape(object, kind, place);
      const coloured = shape.kind === "buffer" && shape.buffers.color !== undefined;
      return { kind: "mesh", shape, look: readLook(object, place, "mesh", coloured), widthUnits: 0 };
    }
  }
}

/** The geometry of a mesh: in a field of its own, or written into the object. */
function readShape(object: Record<string, unknown>, kind: string, place: string): Shape {
  const inner = typeof object.geometry === "object" && object.geometry !== null ? record(object.geometry, `${place}.geometry`) : undefined;
  const held = inner ?? object;
  const at = inner === undefined ? place : `${place}.geometry`;
  const written = inner === undefined ? kind : inner.type;
  if (typeof written !== "string") throw wrong(`${at}.type`, "the name of a geometry", written);
  const plain = written.toLowerCase().replace(/geometry$/, "");
  if (plain === "buffer") return { kind: "buffer", buffers: meshBuffers(held, at) };
  if (plain === "surface") return { kind: "buffer", buffers: surfaceBuffers(held, at) };
  const name = GEOMETRIES[plain];
  if (name === undefined) throw wrong(`${at}.type`, `one of ${Object.keys(GEOMETRIES).join(", ")}, surface, BufferGeometry`, written);
  const args = held.args === undefined ? plainArguments(name, held, at) : list(held.args, `${at}.args`).map((item, index) => number(item, `${at}.args[${index}]`));
  return { kind: "three", name, args };
}

/** The constructor's numbers from fields with names. */
function plainArguments(name: string, held: Record<string, unknown>, at: string): number[] {
  const field = (key: string, fallback: number) => number(held[key], `${at}.${key}`, fallback);
  const size = held.size === undefined ? undefined : typeof held.size === "number" ? ([held.size, held.size, held.size] as Triple) : Array.isArray(held.size) ? (held.size as number[]) : undefined;
  if (held.size !== undefined && (size === undefined || size.some((item) => typeof item !== "number"))) throw wrong(`${at}.size`, "a number or a list of numbers", held.size);
  const radius = field("radius", 1);
  switch (name) {
    case "BoxGeometry":
      return [field("width", size?.[0] ?? 1), field("height", size?.[1] ?? 1), field("depth", size?.[2] ?? 1)];
    case "PlaneGeometry":
      return [field("width", size?.[0] ?? 1), field("height", size?.[1] ?? 1)];
    case "SphereGeometry":
      return [radius, field("widthSegments", 48), field("heightSegments", 24)];
    case "CylinderGeometry":
      return [field("radiusTop", radius), field("radiusBottom", radius), field("height", 1), field("segments", 48)];
    case "ConeGeometry":
      return [radius, field("height", 1), field("segments", 48)];
    case "TorusGeometry":
      return [radius, field("tube", 0.3), 24, 72];
    case "TorusKnotGeometry":
      return [radius, field("tube", 0.3), 160, 24];
    case "CircleGeometry":
      return [radius, field("segments", 64)];
    case "RingGeometry":
      return [field("innerRadius", 0.5), field("outerRadius", radius), 64];
    case "CapsuleGeometry":
      return [radius, field("height", 1), 12, 32];
    default:
      return [radius, field("detail", 0)];
  }
}

function meshBuffers(held: Record<string, unknown>, at: string): BufferShape {
  const attributes = held.attributes === undefined ? held : record(held.attributes, `${at}.attributes`);
  const position = floats(attributes.position ?? held.positions ?? held.vertices, `${at}.position`, 3);
  const count = position.length / 3;
  const buffers: BufferShape = { position };
  for (const [key, width] of [["normal", 3], ["color", 3], ["uv", 2]] as const) {
    const written = attributes[key] ?? held[`${key}s`];
    if (written === undefined) continue;
    const values = floats(written, `${at}.${key}`, width);
    if (values.length / width !== count) throw new SceneError(`${at}.${key} has ${values.length / width} entries, but ${at}.position has ${count} points.`);
    buffers[key] = values;
  }
  const index = held.index ?? held.indices ?? held.faces;
  if (index !== undefined) buffers.index = indices(index, `${at}.index`, count);
  return buffers;
}

/** A grid of heights over a rectangle, coloured from low to high. */
function surfaceBuffers(held: Record<string, unknown>, at: string): BufferShape {
  const rows = list(held.heights ?? held.z ?? held.values, `${at}.heights`).map((row, index) => floats(row, `${at}.heights[${index}]`, 1));
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2) throw new SceneError(`${at}.heights should be at least 2 rows of at least 2 numbers.`);
  const crooked = rows.findIndex((row) => row.length !== columns);
  if (crooked >= 0) throw new SceneError(`${at}.heights[${crooked}] has ${rows[crooked]!.length} numbers, but the first row has ${columns}.`);
  const width = number(held.width, `${at}.width`, 10);
  const depth = number(held.depth, `${at}.depth`, 10);
  const heights = rows.flatMap((row) => Array.from(row));
  const low = heights.reduce((best, value) => Math.min(best, value), Infinity);
  const span = heights.reduce((best, value) => Math.max(best, value), -Infinity) - low || 1;
  const position = new Float32Array(heights.length * 3);
  const color = new Float32Array(heights.length * 3);
  const index: number[] = [];
  for (let row = 0, point = 0; row < rows.length; row += 1) {
    for (let column = 0; column < columns; column += 1, point += 1) {
      position.set([(column / (columns - 1) - 0.5) * width, heights[point]!, (row / (rows.length - 1) - 0.5) * depth], point * 3);
      color.set(viridis((heights[point]! - low) / span), point * 3);
      if (row + 1 < rows.length && column + 1 < columns) index.push(point, point + columns, point + 1, point + 1, point + columns, point + columns + 1);
    }
  }
  return { position, color, index: Uint32Array.from(index) };
}

/** Five stops of the viridis scale, in linear light. */
const VIRIDIS: Triple[] = [[0.267, 0.005, 0.329], [0.229, 0.322, 0.545], [0.128, 0.567, 0.551], [0.369, 0.789, 0.383], [0.993, 0.906, 0.144]];

function viridis(share: number): Triple {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const lower = Math.min(VIRIDIS.length - 2, Math.floor(at));
  return VIRIDIS[lower]!.map((low, channel) => (low + (VIRIDIS[lower + 1]![channel]! - low) * (at - lower)) ** 2.2) as Triple;
}

function pointBuffers(object: Record<string, unknown>, place: string): BufferShape {
  const held = typeof object.geometry === "object" && object.geometry !== null ? record(object.geometry, `${place}.geometry`) : object;
  const position = floats(held.points ?? held.position ?? held.positions, `${place}.points`, 3);
  const written = held.colors ?? (ArrayBuffer.isView(held.color) || (Array.isArray(held.color) && held.color.length > 4) ? held.color : undefined);
  if (written === undefined) return { position };
  const color = floats(written, `${place}.colors`, 3);
  if (color.length !== position.length) throw new SceneError(`${place}.colors has ${color.length / 3} entries, but there are ${position.length / 3} points.`);
  return { position, color };
}

function readLook(object: Record<string, unknown>, place: string, kind: "mesh" | "points" | "line", coloured: boolean): Look {
  const held = object.material === undefined ? object : record(object.material, `${place}.material`);
  const at = object.material === undefined ? place : `${place}.material`;
  const fallback = { mesh: "MeshStandardMaterial", points: "PointsMaterial", line: "LineBasicMaterial" }[kind];
  const written = held === object ? fallback : (held.type ?? fallback);
  if (typeof written !== "string" || !MATERIALS.includes(written)) throw wrong(`${at}.type`, `one of ${MATERIALS.join(", ")}`, written);
  const look: Look = { type: written, numbers: {}, flags: {} };
  const written_colour = held.color ?? object.color;
  if (written_colour !== undefined && !ArrayBuffer.isView(written_colour)) look.color = colour(written_colour, `${at}.color`);
  if (held.emissive !== undefined) look.emissive = colour(held.emissive, `${at}.emissive`);
  for (const key of NUMBERS) if (held[key] !== undefined && (held !== object || key !== "size" || kind === "points")) look.numbers[key] = number(held[key], `${at}.${key}`);
  for (const key of FLAGS) if (held[key] !== undefined) look.flags[key] = held[key] === true;
  if ((look.numbers.opacity ?? 1) < 1) look.flags.transparent = true;
  if (coloured && look.flags.vertexColors === undefined && look.color === undefined) look.flags.vertexColors = true;
  if (held.side !== undefined) {
    const side = String(held.side).toLowerCase().replace("side", "");
    if (side !== "front" && side !== "back" && side !== "double") throw wrong(`${at}.side`, "front, back or double", held.side);
    look.side = side;
  }
  return look;
}

function readLight(value: unknown, place: string): SceneLight {
  const light = record(value, place);
  const kind = typeof light.type === "string" ? light.type.toLowerCase().replace(/light$/, "") : light.type;
  if (kind !== "ambient" && kind !== "hemisphere" && kind !== "directional" && kind !== "point" && kind !== "spot") {
    throw wrong(`${place}.type`, "ambient, hemisphere, directional, point or spot", light.type);
  }
  return {
    kind,
    color: colour(light.color ?? "#ffffff", `${place}.color`),
    groundColor: colour(light.groundColor ?? "#888888", `${place}.groundColor`),
    intensity: number(light.intensity, `${place}.intensity`, 1),
    position: triple(light.position, `${place}.position`, [5, 10, 7]),
    target: triple(light.target, `${place}.target`, [0, 0, 0]),
  };
}

function readCamera(value: unknown): SceneDescription["camera"] {
  const camera = value === undefined || value === null ? {} : record(value, "camera");
  return {
    position: camera.position === undefined ? undefined : triple(camera.position, "camera.position"),
    target: triple(camera.target ?? camera.lookAt, "camera.target", [0, 0, 0]),
    fieldOfViewDegrees: number(camera.fov, "camera.fov", 45),
  };
}

function readMotions(value: unknown, place: string): Motion[] {
  if (value === undefined || value === null || value === false) return [];
  if (Array.isArray(value)) return value.flatMap((one, index) => readMotions(one, `${place}[${index}]`));
  const held = record(value, place);
  const motions: Motion[] = [];
  if (held.type !== undefined) {
    if (held.type === "rotate" || held.type === "rotation" || held.type === "spin") {
      motions.push({ kind: "rotate", axis: axis(held.axis ?? "y", `${place}.axis`), radiansPerSecond: number(held.speed, `${place}.speed`, 0.5) });
    } else if (held.type === "oscillate" || held.type === "bounce" || held.type === "oscillation") {
      motions.push(oscillation(held, place));
    } else if (held.type !== "none") throw wrong(`${place}.type`, "rotate or oscillate", held.type);
    return motions;
  }
  if (held.rotate !== undefined) {
    const rate = typeof held.rotate === "number" ? ([0, held.rotate, 0] as Triple) : triple(held.rotate, `${place}.rotate`);
    const speed = Math.hypot(...rate);
    if (speed > 0) motions.push({ kind: "rotate", axis: rate.map((part) => part / speed) as Triple, radiansPerSecond: speed });
  }
  if (held.oscillate !== undefined) motions.push(oscillation(record(held.oscillate, `${place}.oscillate`), `${place}.oscillate`));
  if (motions.length === 0 && held.rotate === undefined) throw wrong(place, "{type: \"rotate\", axis, speed} or {type: \"oscillate\", axis, amplitude, period}", value);
  return motions;
}

function oscillation(held: Record<string, unknown>, place: string): Motion {
  const period = held.frequency === undefined ? number(held.period, `${place}.period`, 2) : 1 / number(held.frequency, `${place}.frequency`);
  return { kind: "oscillate", axis: axis(held.axis ?? "y", `${place}.axis`), amplitude: number(held.amplitude, `${place}.amplitude`, 0.5), periodSeconds: period };
}

function axis(value: unknown, place: string): Triple {
  if (value === "x") return [1, 0, 0];
  if (value === "y") return [0, 1, 0];
  if (value === "z") return [0, 0, 1];
  const direction = triple(value, place);
  const length = Math.hypot(...direction);
  if (length === 0) throw wrong(place, "x, y, z or a direction", value);
  return direction.map((part) => part / length) as Triple;
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) throw wrong(place, "an object with fields", value);
  return value as Record<string, unknown>;
}

function list(value: unknown, place: string): unknown[] {
  if (!Array.isArray(value)) {
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number>);
    throw wrong(place, "a list", value);
  }
  return value;
}

function number(value: unknown, place: string, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(place, "a finite number", value);
  return value;
}

function triple(value: unknown, place: string, fallback?: Triple): Triple {
  if (value === undefined && fallback !== undefined) return fallback;
  const held = typeof value === "object" && value !== null && !Array.isArray(value) && "x" in value ? [(value as Record<string, unknown>).x, (value as Record<string, unknown>).y ?? 0, (value as Record<string, unknown>).z ?? 0] : value;
  const parts = Array.isArray(held) || ArrayBuffer.isView(held) ? Array.from(held as ArrayLike<unknown>) : [];
  if (parts.length !== 3 || parts.some((part) => typeof part !== "number" || !Number.isFinite(part))) throw wrong(place, "three numbers [x, y, z]", value);
  return parts as Triple;
}

function colour(value: unknown, place: string): Colour {
  if (typeof value === "string" && /^(#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]+|(rgb|hsl)\([\d\s,.%/deg]+\))$/i.test(value.trim())) return value.trim();
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffff) return value;
  if (Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === "number" && part >= 0 && part <= 1)) return value as Triple;
  throw wrong(place, 'a colour such as "#e69f00", 0xe69f00 or [0.9, 0.6, 0]', value);
}

/** Numbers in groups of `width`: flat, or as a list of lists. */
function floats(value: unknown, place: string, width: number): Float32Array {
  let flat: ArrayLike<unknown>;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) flat = value as unknown as ArrayLike<unknown>;
  else if (Array.isArray(value)) flat = value.some((item) => typeof item === "object") ? value.flatMap((item, index) => Array.from(width === 3 ? triple(item, `${place}[${index}]`) : (list(item, `${place}[${index}]`) as number[]))) : value;
  else throw wrong(place, width === 1 ? "a list of numbers" : `numbers in groups of ${width}`, value);
  if (flat.length % width !== 0) throw new SceneError(`${place} has ${flat.length} numbers, which is no multiple of ${width}.`);
  for (let index = 0; index < flat.length; index += 1) {
    if (typeof flat[index] !== "number" || !Number.isFinite(flat[index])) throw wrong(`${place}[${index}]`, "a finite number", flat[index]);
  }
  return flat instanceof Float32Array ? flat : Float32Array.from(flat as ArrayLike<number>);
}

function indices(value: unknown, place: string, count: number): Uint32Array {
  const flat = floatsOfIndex(value, place);
  for (let at = 0; at < flat.length; at += 1) {
    if (!(flat[at]! < count)) throw new SceneError(`${place}[${at}] is ${flat[at]}, but there are only ${count} points, counted from 0.`);
  }
  return flat;
}

function floatsOfIndex(value: unknown, place: string): Uint32Array {
  if (value instanceof Uint32Array) return value;
  const flat = list(value, place).flatMap((item) => (Array.isArray(item) ? (item as unknown[]) : [item]));
  flat.forEach((item, at) => {
    if (typeof item !== "number" || !Number.isInteger(item) || item < 0) throw wrong(`${place}[${at}]`, "a whole number from 0", item);
  });
  return Uint32Array.from(flat as number[]);
}

function wrong(place: string, wanted: string, value: unknown): SceneError {
  return new SceneError(`${place} should be ${wanted}, but it is ${describe(value)}.`);
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return "a function";
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  let text: string | undefined;
  try {
    text = typeof value === "number" ? String(value) : JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
