/** What a run of evolution in the volume worker needs of the world (`src/browser/evolution.rs`): turns for others, and a page that hears how far it is. */

import type { FromVolumes } from "../volume-protocol";
import { Breath } from "./breath";

/** Under this name, in place of a volume's, the page hears of it. */
export const EVOLUTION = "evolution";

let post: (message: FromVolumes) => void = () => undefined;
let breath = new Breath();

/** Where messages to the page go. */
export function openEvolution(send: (message: FromVolumes) => void): void {
  post = send;
}

/** Lets calls of the page have their turn, once a slice of time is over. */
export async function breathe(): Promise<void> {
  if (breath.due) await breath.next();
}

/** How far a run is (`Progress` as JSON). */
export function tellEvolution(progress: string): void {
  if (JSON.parse(progress).stage === "waiting") breath = new Breath();
  post({ kind: "progress", volume: EVOLUTION, progress: JSON.parse(progress) });
}
