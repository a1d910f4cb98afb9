/** What the face of skills needs of the browser: an editor, brought when something is first edited, and the files that people bring. */

import type { CodeEditor, EditorOptions } from "./editor/editor";
import { base64 } from "./volumes/bytes";

export { fromAddress } from "./skill-sources";

/** Files that are one archive are sent as they are. */
const ARCHIVE = /\.(zip|skill)$/i;

/** An editor of this text in an empty element. */
export async function openEditor(element: HTMLElement, text: string, options: EditorOptions): Promise<CodeEditor> {
  const { CodeEditor } = await import("./editor/editor");
  return new CodeEditor(element, text, options);
}

/** The body of `POST /import/skills` for files that were chosen or dropped: an archive as it is, all else as JSON. */
export async function bodyOf(files: FileList): Promise<string | Uint8Array> {
  const [first] = files;
  if (first !== undefined && files.length === 1 && ARCHIVE.test(first.name)) return new Uint8Array(await first.arrayBuffer());
  const rows = await Promise.all(
    Array.from(files, async (file) => ({
      path: file.webkitRelativePath || file.name,
      content_base64: base64(new Uint8Array(await file.arrayBuffer())),
    })),
  );
  return JSON.stringify({ files: rows });
}
