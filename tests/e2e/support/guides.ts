/** The snippets of the guides: each fenced block with its language, where it stands, and what a note below it says that it gives. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Snippet {
  /** The file and the line, for the name of a test. */
  place: string;
  language: string;
  text: string;
  /** What `<!-- gives … -->` below it says. */
  gives: unknown;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const GIVES = /^<!-- gives (.*) -->$/;

/** The guides by their paths from the root of the repository. */
export function guides(): string[] {
  const docs = readdirSync(`${root}/docs`).filter((name) => name.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", ...docs.map((name) => `docs/${name}`)];
}

/** Every snippet of a guide, in order. */
export function snippets(path: string): Snippet[] {
  const found: Snippet[] = [];
  const lines = readFileSync(`${root}/${path}`, "utf8").split("\n");
  for (let at = 0; at < lines.length; at++) {
    const open = /^(`{3,})(\S*)/.exec(lines[at]!);
    if (open === null) continue;
    const start = at + 1;
    const end = lines.findIndex((line, place) => place >= start && line.startsWith(open[1]!) && line.trim() === open[1]);
    if (end < 0) throw new Error(`${path}, line ${start}: the block is never closed`);
    const note = lines.slice(end + 1, end + 3).map((line) => GIVES.exec(line)?.[1]).find((text) => text !== undefined);
    found.push({ place: `${path}, line ${start}`, language: open[2]!, text: lines.slice(start, end).join("\n"), gives: note === undefined ? undefined : JSON.parse(note) });
    at = end;
  }
  return found;
}
