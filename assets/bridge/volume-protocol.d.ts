/** What the page and the volume worker say to each other. */

/** The calls that the worker answers; texts are JSON unless said otherwise. */
export interface VolumeCalls {
  /** Reads the library that came with the page, and everything that is kept. The page's address comes along. */
  open(baseUrl: string): void;
  /** Every skill and workflow, with all that runs and without the prose. */
  catalogue(): string;
  /** The id of a skill; gives its prose as HTML that is safe to insert. */
  prose(skillId: string): string;
  /** Method, path and body of a call of `window.llmos.fetch`; gives `{status, body}`. */
  answer(method: string, path: string, body: string | undefined): string;
  /** Markdown; gives HTML that is safe to insert. */
  markdown(text: string): string;
}

export interface ToVolumes {
  id: number;
  call: keyof VolumeCalls;
  parameters: unknown[];
}

export type FromVolumes = { id: number; kind: "done"; value: unknown } | { id: number; kind: "failed"; message: string };
