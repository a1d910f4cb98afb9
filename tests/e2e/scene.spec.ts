/**
 * Three.js nodes: descriptions checked field by field, programs whose errors are the run's; and the visible frame, which draws them,
 * follows the hand, stands still when told, and reaches nothing.
 */

import { chromium, type Page } from "@playwright/test";
import type { RunResult } from "../../assets/bridge/llmos.d";
import { chromiumPath } from "./support/chromium";
import { expect, openWorkbench, test } from "./support/workbench";
import { port, single, skill } from "./support/workflow";

/** Runs a Three.js node of one scene, and of numbers by these names. */
async function run(page: Page, code: string, numbers: string[] = [], values: Record<string, unknown> = {}): Promise<RunResult["nodes"][string]> {
  const outputs = [port("scene", "scene"), ...numbers.map((name) => port(name, "number"))];
  const inputs = Object.keys(values).map((name) => port(name));
  const payload = single(skill("threejs", code, { outputs, inputs, cache: false }), values);
  return page.evaluate(async (payload) => (await window.llmos.run(payload)).nodes["node"]!, payload);
}

/** A scene on show in the page, by what a test wants to know of it. */
interface Stage {
  drawn: number;
  errors: string[];
  scene: { update(scene: unknown): void; snapshot(): Promise<Blob>; dispose(): void; resetView(): void };
}

declare global {
  interface Window {
    stage: Stage;
  }
}

/** Mounts a scene over the page and waits for its first picture, or its first error. */
async function show(page: Page, scene: unknown, reducedMotion = true): Promise<void> {
  await page.evaluate(
    async ([scene, reducedMotion]) => {
      const { mountScene } = (await import(new URL("bridge/scene.js", document.baseURI).href)) as typeof import("../../assets/bridge/scene");
      const place = document.createElement("div");
      place.id = "stage";
      place.style.cssText = "position: fixed; left: 100px; top: 100px; width: 320px; height: 240px; z-index: 9999";
      document.body.append(place);
      const stage = { drawn: 0, errors: [] as string[] };
      const mounted = mountScene(place, scene, { theme: "dark", reducedMotion, onError: (message) => stage.errors.push(message), onDrawn: () => (stage.drawn += 1) });
      window.stage = Object.assign(stage, { scene: mounted });
    },
    [scene, reducedMotion] as const,
  );
  await page.waitForFunction(() => window.stage.drawn > 0 || window.stage.errors.length > 0);
}

/** The picture: how many of its points are covered, and a print of all of them. */
function picture(page: Page): Promise<{ covered: number; print: string }> {
  return page.evaluate(async () => {
    const bitmap = await createImageBitmap(await window.stage.scene.snapshot());
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    pen.drawImage(bitmap, 0, 0);
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    let covered = 0;
    let print = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3]! > 128) covered += 1;
      print = (Math.imul(print, 31) + data[at]! + 256 * data[at + 1]! + 65_536 * data[at + 2]!) | 0;
    }
    return { covered: covered / (bitmap.width * bitmap.height), print: String(print) };
  });
}

const BOX = { objects: [{ type: "box", size: [2, 1, 1], color: "#e69f00" }], camera: { position: [3, 2, 5] } };

const DESCRIPTIONS: Record<string, [description: string, message: string | RegExp]> = {
  "a colour that is none": ['{objects: [{type: "box"}, {type: "sphere", material: {color: [1, 2]}}]}', `Output 'scene': objects[1].material.color should be a colour such as "#e69f00", 0xe69f00 or [0.9, 0.6, 0], but it is [1,2].`],
  "an unknown kind": ['{objects: [{type: "teapot"}]}', /objects\[0\]\.type should be one of box, .*, but it is "teapot"\.$/],
  "a position that is cut short": ['{objects: [{type: "box", position: [1, 2]}]}', "Output 'scene': objects[0].position should be three numbers [x, y, z], but it is [1,2]."],
  "numbers that are none": ['{objects: [{type: "points", points: [[0, 0, 0], [1, NaN, 0]]}]}', /objects\[0\]\.points\[1\] should be three numbers/],
  "a face without its corner": ['{objects: [{type: "mesh", geometry: {type: "BufferGeometry", position: [0,0,0, 1,0,0, 0,1,0], index: [0, 1, 3]}}]}', "Output 'scene': objects[0].geometry.index[2] is 3, but there are only 3 points, counted from 0."],
  "a crooked surface": ['{objects: [{type: "surface", heights: [[0, 1], [1]]}]}', "Output 'scene': objects[0].heights[1] has 1 numbers, but the first row has 2."],
  "a light of no kind": ['{objects: [], lights: [{type: "candle"}]}', /lights\[0\]\.type should be ambient, .*, but it is "candle"\.$/],
};

test.describe("descriptions", () => {
  test("what is right passes as it is, beside other outputs", async ({ workbench: page }) => {
    const node = await run(page, `function execute({size}) { return {scene: {objects: [{type: "box", size}]}, volume: size ** 3}; }`, ["volume"], { size: 3 });
    expect(node).toMatchObject({ status: "completed", outputs: { scene: { objects: [{ type: "box", size: 3 }] }, volume: 27 } });
  });

  for (const [name, [description, message]] of Object.entries(DESCRIPTIONS)) {
    test(`${name} is named by its place`, async ({ workbench: page }) => {
      const node = await run(page, `function execute() { return ${description}; }`);
      expect(node).toMatchObject({ status: "failed", error: { code: "bad_output", message: typeof message === "string" ? message : expect.stringMatching(message) } });
    });
  }
});

const CUBE = `let cube;
function execute({edge}, {THREE, scene, camera}) {
  cube = new THREE.Mesh(new THREE.BoxGeometry(edge, edge, edge), new THREE.MeshBasicMaterial({color: 0x56b4e9}));
  scene.add(cube);
  camera.position.set(0, 0, 5);
  camera.lookAt(0, 0, 0);
  return {corners: cube.geometry.attributes.position.count};
}
function animate(time_ms) { cube.rotation.y = time_ms / 500; }`;

test.describe("programs", () => {
  test("run once with the real library, and keep what they were given", async ({ workbench: page }) => {
    const node = await run(page, CUBE, ["corners"], { edge: 2 });
    expect(node).toMatchObject({ status: "completed", outputs: { corners: 24, scene: { program: { code: CUBE, inputs: { edge: 2 } } } } });
  });

  test("are known by their second parameter, also one with a default", async ({ workbench: page }) => {
    const node = await run(page, "function execute({a, b} = {}, {scene} = {}) { return {number: scene.children.length}; }", ["number"]);
    expect(node).toMatchObject({ status: "completed", outputs: { number: 0, scene: { program: {} } } });
  });

  test("their errors are the run's, with the line; so are those of the first picture", async ({ workbench: page }) => {
    const inExecute = await run(page, "function execute(inputs, {THREE, scene}) {\n  scene.add(new THREE.Nothing());\n}");
    expect(inExecute.error).toMatchObject({ code: "code_error", message: "TypeError: THREE.Nothing is not a constructor", line: 2 });
    const inAnimate = await run(page, "function execute(inputs, {scene}) {}\n\nfunction animate() { undefined.rotation; }");
    expect(inAnimate.error).toMatchObject({ code: "code_error", line: 3 });
  });

  test("who looks for a page is told where to draw", async ({ workbench: page }) => {
    const node = await run(page, "function execute(inputs, {renderer}) {\n  document.body.append(renderer.domElement);\n}");
    expect(node.error?.detail).toContain("There is no document here: draw with the scene, camera and renderer that execute is given.");
  });
});

test.describe("the frame", () => {
  test("draws a description, follows the hand, and comes back", async ({ workbench: page }) => {
    await show(page, BOX);
    const first = await picture(page);
    expect(first.covered).toBeGreaterThan(0.03);
    expect(first.covered).toBeLessThan(0.6);
    await page.mouse.move(260, 220);
    await page.mouse.down();
    await page.mouse.move(340, 240, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await picture(page)).print).not.toBe(first.print);
    await page.mouse.wheel(0, 600);
    await expect.poll(async () => (await picture(page)).covered).toBeLessThan(first.covered * 0.7);
    await page.keyboard.press("0");
    await expect.poll(async () => (await picture(page)).print).toBe(first.print);
  });

  test("moves what is to move, and nothing for those who want stillness", async ({ workbench: page }) => {
    const spinning = { ...BOX, animation: { type: "rotate", axis: "y", speed: 3 } };
    await show(page, spinning, false);
    const first = await picture(page);
    await expect.poll(async () => (await picture(page)).print).not.toBe(first.print);
    await page.evaluate(() => {
      window.stage.scene.dispose();
      document.getElementById("stage")?.remove();
    });
    await show(page, spinning, true);
    const still = (await picture(page)).print;
    expect((await picture(page)).print).toBe(still);
  });

  test("runs a program and its animation", async ({ workbench: page }) => {
    const { outputs } = await run(page, CUBE, ["corners"], { edge: 2 });
    await show(page, outputs["scene"], false);
    const first = await picture(page);
    expect(first.covered).toBeGreaterThan(0.05);
    await expect.poll(async () => (await picture(page)).print).not.toBe(first.print);
  });

  test("keeps the picture where the next scene is wrong, and says so", async ({ workbench: page }) => {
    await show(page, BOX);
    const first = await picture(page);
    await page.evaluate(() => window.stage.scene.update({ objects: [{ type: "teapot" }] }));
    await page.waitForFunction(() => window.stage.errors.length > 0);
    expect((await page.evaluate(() => window.stage.errors))[0]).toContain('objects[0].type should be one of box');
    expect((await picture(page)).print).toBe(first.print);
  });

  test("ends a program that does not come to an end, and draws the next", async ({ workbench: page }) => {
    await show(page, { program: { code: "function execute(inputs, {scene}) { while (true); }", inputs: {} } });
    expect(await page.evaluate(() => window.stage.errors)).toEqual(["The scene's program did not come to an end and was stopped."]);
    await page.evaluate((scene) => window.stage.scene.update(scene), BOX);
    await page.waitForFunction(() => window.stage.drawn > 0);
    expect((await picture(page)).covered).toBeGreaterThan(0.03);
  });

  test("lets nothing out", async ({ workbench: page, catcher }) => {
    const code = `async function execute({url}, {scene}) {
      const tries = [
        () => fetch(url + "/fetch"), () => fetch(url + "/no-cors", {mode: "no-cors"}), () => importScripts(url + "/script"), () => import(url + "/module"),
        () => new WebSocket(url.replace("http", "ws")), () => new EventSource(url), () => new Worker(url + "/worker"), () => indexedDB.open("app"),
        () => { const x = new XMLHttpRequest(); x.open("GET", url + "/xhr", false); x.send(); },
        () => new Promise((resolve) => {
          const nested = new Worker(URL.createObjectURL(new Blob(["fetch('" + url + "/nested').catch(() => 0).then(() => postMessage(0))"])));
          nested.onmessage = nested.onerror = resolve;
        }),
      ];
      for (const attempt of tries) { try { await attempt(); } catch {} }
      scene.userData.done = true;
    }`;
    await show(page, { program: { code, inputs: { url: catcher.url } } });
    expect(await page.evaluate(() => window.stage.errors)).toEqual([]);
    expect(catcher.contacts).toEqual([]);
  });

  test("says so where there is no WebGL", async ({ site }) => {
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic"] });
    try {
      const page = await browser.newPage();
      await openWorkbench(page, site.url);
      await show(page, BOX);
      expect(await page.evaluate(() => window.stage.errors)).toEqual(["This browser offers no WebGL here, so the scene cannot be drawn. Hardware acceleration may be switched off."]);
    } finally {
      await browser.close();
    }
  });
});
