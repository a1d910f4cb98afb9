/** Makes Three.js objects of a scene's description, and moves them as it says. It takes THREE as a value, because that is loaded late. */

import type * as Three from "three";
import type { BufferShape, Colour, Look, Motion, SceneDescription, SceneLight, SceneObject, Shape } from "./scene-description";

type ThreeModule = typeof Three;

/** Something that moves: its object, and where it rests. */
interface Moving {
  object: Three.Object3D;
  rest: Three.Vector3;
  restRotation: Three.Quaternion;
  motions: Motion[];
}

const TEXT_PIXELS = 64;
const TUBE_SIDES = 10;

export class BuiltScene {
  /** All that the description holds, so that it can be measured and turned as one. */
  readonly content: Three.Group;
  readonly #three: ThreeModule;
  readonly #moving: Moving[] = [];

  constructor(three: ThreeModule, scene: Three.Scene, description: SceneDescription) {
    this.#three = three;
    this.content = new three.Group();
    for (const object of description.objects) this.content.add(this.#object(object));
    scene.add(this.content);
    for (const light of description.lights.length > 0 ? description.lights : DEFAULT_LIGHTS) addLight(three, scene, light);
    scene.background = description.background === undefined ? null : toColour(three, description.background);
    if (description.motions.length > 0) this.#remember(this.content, description.motions);
  }

  get moves(): boolean {
    return this.#moving.length > 0;
  }

  /** Puts everything where it is at this time. */
  animate(timeSeconds: number): void {
    const { Vector3, Quaternion } = this.#three;
    for (const { object, rest, restRotation, motions } of this.#moving) {
      object.position.copy(rest);
      object.quaternion.copy(restRotation);
      for (const motion of motions) {
        const axis = new Vector3(...motion.axis);
        if (motion.kind === "rotate") object.quaternion.premultiply(new Quaternion().setFromAxisAngle(axis, motion.radiansPerSecond * timeSeconds));
        else object.position.addScaledVector(axis, motion.amplitude * Math.sin((2 * Math.PI * timeSeconds) / motion.periodSeconds));
      }
    }
  }

  #remember(object: Three.Object3D, motions: Motion[]): void {
    this.#moving.push({ object, rest: object.position.clone(), restRotation: object.quaternion.clone(), motions });
  }

  #object(description: SceneObject): Three.Object3D {
    const object = this.#kind(description);
    object.name = description.name;
    object.visible = description.visible;
    object.position.add(new this.#three.Vector3(...description.position));
    if (description.kind !== "arrow") object.rotation.set(...description.rotation);
    object.scale.multiply(new this.#three.Vector3(...description.scale));
    if (description.motions.length > 0) this.#remember(object, description.motions);
    return object;
  }

  #kind(description: SceneObject): Three.Object3D {
    const three = this.#three;
    switch (description.kind) {
      case "group": {
        const group = new three.Group();
        for (const child of description.children) group.add(this.#object(child));
        return group;
      }
      case "grid":
        return new three.GridHelper(description.size, description.divisions, toColour(three, description.color), toColour(three, description.color));
      case "axes":
        return new three.AxesHelper(description.size);
      case "text":
        return textSprite(three, description.text, description.color, description.height);
      case "arrow": {
        const from = new three.Vector3(...description.from);
        const along = new three.Vector3(...description.to).sub(from);
        const length = along.length() || 1e-6;
        return new three.ArrowHelper(along.normalize(), from, length, toColour(three, description.color), length * 0.2, length * 0.1);
      }
      case "points":
        return new three.Points(geometry(three, description.shape), material(three, { ...description.look, numbers: { size: 0.08, ...description.look.numbers } }));
      case "line":
        return description.widthUnits > 0 ? this.#tube(description.shape, description.look, description.widthUnits) : new three.Line(geometry(three, description.shape), material(three, description.look));
      case "mesh":
        return new three.Mesh(geometry(three, description.shape), material(three, description.look));
    }
  }

  /** WebGL draws lines one pixel wide whatever is asked for; a wide one becomes a tube. */
  #tube(shape: Shape, look: Look, width: number): Three.Object3D {
    const three = this.#three;
    const { position } = (shape as Extract<Shape, { kind: "buffer" }>).buffers;
    const points = Array.from({ length: position.length / 3 }, (_, at) => new three.Vector3(position[at * 3], position[at * 3 + 1], position[at * 3 + 2]));
    const path = new three.CatmullRomCurve3(points, false, "catmullrom", 0);
    const tube = new three.TubeGeometry(path, Math.max(2, points.length * 2), width / 2, TUBE_SIDES);
    return new three.Mesh(tube, material(three, { ...look, type: look.type === "LineBasicMaterial" ? "MeshStandardMaterial" : look.type, flags: { ...look.flags, vertexColors: false } }));
  }
}

const DEFAULT_LIGHTS: SceneLight[] = [
  { kind: "hemisphere", color: "#ffffff", groundColor: "#8a8fa3", intensity: 1.2, position: [0, 1, 0], target: [0, 0, 0] },
  { kind: "directional", color: "#ffffff", groundColor: "#888888", intensity: 2, position: [5, 9, 7], target: [0, 0, 0] },
];

export function toColour(three: ThreeModule, colour: Colour): Three.Color {
  return Array.isArray(colour) ? new three.Color().setRGB(...colour, three.SRGBColorSpace) : new three.Color(colour);
}

/** Ends what Three.js holds on the graphics card for these objects. */
export function disposeScene(scene: Three.Object3D): void {
  scene.traverse((object) => {
    const held = object as Partial<Three.Mesh>;
    held.geometry?.dispose();
    for (const one of held.material === undefined ? [] : Array.isArray(held.material) ? held.material : [held.material]) {
      (one as Three.SpriteMaterial).map?.dispose();
      one.dispose();
    }
  });
}

function geometry(three: ThreeModule, shape: Shape): Three.BufferGeometry {
  if (shape.kind === "buffer") return bufferGeometry(three, shape.buffers);
  const Geometry = three[shape.name as keyof ThreeModule] as unknown as new (...args: number[]) => Three.BufferGeometry;
  return new Geometry(...shape.args);
}

function bufferGeometry(three: ThreeModule, buffers: BufferShape): Three.BufferGeometry {
  const made = new three.BufferGeometry();
  made.setAttribute("position", new three.BufferAttribute(buffers.position, 3));
  if (buffers.color !== undefined) made.setAttribute("color", new three.BufferAttribute(buffers.color, 3));
  if (buffers.uv !== undefined) made.setAttribute("uv", new three.BufferAttribute(buffers.uv, 2));
  if (buffers.index !== undefined) made.setIndex(new three.BufferAttribute(buffers.index, 1));
  if (buffers.normal !== undefined) made.setAttribute("normal", new three.BufferAttribute(buffers.normal, 3));
  else made.computeVertexNormals();
  return made;
}

function material(three: ThreeModule, look: Look): Three.Material {
  const Material = three[look.type as keyof ThreeModule] as unknown as new (parameters: Record<string, unknown>) => Three.Material;
  const supported = new Material({}) as unknown as Record<string, unknown>;
  const parameters: Record<string, unknown> = {};
  for (const [key, value] of Object.entries({ ...look.numbers, ...look.flags })) if (key in supported) parameters[key] = value;
  const fallback = look.flags.vertexColors === true ? "#ffffff" : "#4c9be8";
  if ("color" in supported) parameters.color = toColour(three, look.color ?? fallback);
  if ("emissive" in supported && look.emissive !== undefined) parameters.emissive = toColour(three, look.emissive);
  const twoSided = look.flags.vertexColors === true && look.side === undefined;
  parameters.side = look.side === "double" || twoSided ? three.DoubleSide : look.side === "back" ? three.BackSide : three.FrontSide;
  return new Material(parameters);
}

function addLight(three: ThreeModule, scene: Three.Scene, light: SceneLight): void {
  const colour = toColour(three, light.color);
  const made = {
    ambient: () => new three.AmbientLight(colour, light.intensity),
    hemisphere: () => new three.HemisphereLight(colour, toColour(three, light.groundColor), light.intensity),
    directional: () => new three.DirectionalLight(colour, light.intensity),
    point: () => new three.PointLight(colour, light.intensity),
    spot: () => new three.SpotLight(colour, light.intensity),
  }[light.kind]();
  made.position.set(...light.position);
  if (made instanceof three.DirectionalLight || made instanceof three.SpotLight) {
    made.target.position.set(...light.target);
    scene.add(made.target);
  }
  scene.add(made);
}

/** Text that always faces the eye. */
function textSprite(three: ThreeModule, text: string, colour: Colour, height: number): Three.Sprite {
  const font = `${TEXT_PIXELS}px system-ui, sans-serif`;
  const measure = new OffscreenCanvas(1, 1).getContext("2d")!;
  measure.font = font;
  const canvas = new OffscreenCanvas(Math.ceil(measure.measureText(text).width) + 8, Math.ceil(TEXT_PIXELS * 1.3));
  const pen = canvas.getContext("2d")!;
  pen.font = font;
  pen.fillStyle = `#${toColour(three, colour).getHexString()}`;
  pen.textBaseline = "middle";
  pen.fillText(text, 4, canvas.height / 2);
  const map = new three.CanvasTexture(canvas);
  map.colorSpace = three.SRGBColorSpace;
  const sprite = new three.Sprite(new three.SpriteMaterial({ map, transparent: true, depthWrite: false }));
  sprite.scale.set((height * canvas.width) / canvas.height, height, 1);
  return sprite;
}
