/** Finds the person's own lines in what JavaScript says of an error. */

/** How many calls of a stack are shown; deep recursion has thousands. */
const CALLS_SHOWN = 12;

/** The calls of a stack that stand in the code at `url`, written as `at f (skill:3:7)`, and the innermost one's line. */
export function ownLines(stack: string, url: string, skillId: string): { lines: string[]; line: number | undefined } {
  const lines: string[] = [];
  let line: number | undefined;
  for (const call of stack.split("\n")) {
    const at = call.indexOf(url);
    if (at < 0) continue;
    const place = /^:(\d+):\d+/.exec(call.slice(at + url.length));
    if (place === null) continue;
    line ??= Number(place[1]);
    if (lines.length < CALLS_SHOWN) lines.push(call.replaceAll(url, skillId));
  }
  return { lines, line };
}

/**
 * The line of a syntax error. An import that fails does not tell it, but a worker that fails to start does: so the code, made to stop
 * before its first statement and with its exports blanked out, is given to one; once as it is, once as the body of a function, where
 * `await` may stand.
 */
export async function lineOfSyntaxError(text: string, message: string): Promise<number | undefined> {
  const linesOf = (found: string) => found.replace(/[^\n]/g, "");
  const script = text
    .replace(/^[^\S\n]*export\s+default\b/gm, (found) => `;0,${linesOf(found)}`)
    .replace(/^[^\S\n]*export\b/gm, ";");
  return (await probe(`throw 0;${script}`, message)) ?? (await probe(`throw 0;async()=>{${script}\n}`, message));
}

function probe(script: string, message: string): Promise<number | undefined> {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Promise((resolve) => {
    const worker = new Worker(url);
    const finish = (line: number | undefined) => {
      clearTimeout(limit);
      worker.terminate();
      URL.revokeObjectURL(url);
      resolve(line);
    };
    const limit = setTimeout(() => finish(undefined), 2_000);
    worker.onerror = (event) => {
      event.preventDefault();
      finish(event.message.includes(message) ? event.lineno : undefined);
    };
  });
}
