/**
 * The settings of the person who is signed in, as `settings.json` in their volume: read when the volumes are there, written a moment after a
 * choice, read again when it changes. This browser remembers the same under `llmos.*`, from where the page takes them before it draws
 * anything. The file counts where the two differ; a file that cannot be read counts for nothing and is told.
 */

import { speak } from "./language";
import type { Volumes } from "./volumes";

const PATH = "settings.json";
const CALL = `/volumes/file?path=${PATH}`;
const WRITE_AFTER_MS = 800;
const THEMES = ["system", "dark", "light"] as const;
const LANGUAGES = ["en", "de"] as const;

/** What the file says. What it leaves out is as it was at first. */
interface Choices {
  theme: (typeof THEMES)[number];
  language: (typeof LANGUAGES)[number];
  /** The keys of actions, by their names. */
  keys: Record<string, string>;
}

export class Settings {
  readonly #volumes: Volumes;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The text that is in the volume, as far as it was seen. */
  #kept: string | undefined;
  /** What else the file says, which stays. */
  #others: Record<string, unknown> = {};

  private constructor(volumes: Volumes) {
    this.#volumes = volumes;
  }

  /** Reads the file, and follows it as long as the page lives. */
  static async follow(volumes: Volumes): Promise<Settings> {
    const settings = new Settings(volumes);
    volumes.onChange(({ volume, paths }) => {
      if (volume.startsWith("user/") && paths.includes(PATH)) void settings.#read();
    });
    addEventListener("pagehide", () => void settings.#write());
    await settings.#read();
    return settings;
  }

  /** A choice was remembered by this browser. */
  changed(): void {
    this.#tell();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write(), WRITE_AFTER_MS);
  }

  /** What the file says, or would say. */
  text(): string {
    return `${JSON.stringify({ ...this.#others, ...remembered() }, null, 2)}\n`;
  }

  /** Takes what a file says. */
  take(text: string): void {
    this.#take(text);
    this.changed();
  }

  async #read(): Promise<void> {
    const [status, , bytes] = await this.#volumes.call("GET", CALL, undefined);
    if (status !== 200 || bytes === undefined) return;
    const text = new TextDecoder().decode(bytes);
    if (text === this.#kept) return;
    this.#kept = text;
    try {
      this.#take(text);
      this.#tell();
    } catch (thrown) {
      this.#volumes.onWarning?.(`${PATH} in your volume counts for nothing: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }

  async #write(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.text();
    if (text === this.#kept) return;
    const [status, answer] = await this.#volumes.call("PUT", CALL, JSON.stringify({ content: text, message: "Change the settings" }));
    if (status === 200) this.#kept = text;
    else this.#volumes.onWarning?.(`The settings hold in this browser, but not as a file: ${(JSON.parse(answer) as { error: { message: string } }).error.message}`);
  }

  #take(text: string): void {
    const { choices, others } = parse(text);
    this.#others = others;
    remember("theme", JSON.stringify(choices.theme[0]!.toUpperCase() + choices.theme.slice(1)));
    remember("language", choices.language);
    remember("keys", JSON.stringify(choices.keys));
  }

  /** The page listens for what other tabs remember; this tab says the same of itself. */
  #tell(): void {
    dispatchEvent(new StorageEvent("storage"));
    void speak(remembered().language);
  }
}

/** Reads the text of a file; throws, in words for a person, where it makes no sense. */
export function parse(text: string): { choices: Choices; others: Record<string, unknown> } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new Error(`it is no JSON (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it should hold fields, such as { \"theme\": \"dark\" }");
  const { theme = "system", language = "en", keys = {}, ...others } = value as Record<string, unknown>;
  if (!isOneOf(THEMES, theme)) throw new Error(`its theme is ${JSON.stringify(theme)}; it can be ${THEMES.join(", ")}`);
  if (!isOneOf(LANGUAGES, language)) throw new Error(`its language is ${JSON.stringify(language)}; it can be ${LANGUAGES.join(", ")}`);
  const isText = (keys: unknown): keys is Record<string, string> =>
    typeof keys === "object" && keys !== null && !Array.isArray(keys) && Object.values(keys).every((value) => typeof value === "string");
  if (!isText(keys)) throw new Error("its keys should be names of actions, each with its keys, such as { \"Run\": \"Ctrl Enter\" }");
  return { choices: { theme, language, keys }, others };
}

function isOneOf<T extends string>(all: readonly T[], value: unknown): value is T {
  return all.some((one) => one === value);
}

/** What this browser remembers. Rust keeps each as a text in JSON; the theme and the keys are JSON themselves. */
function remembered(): Choices {
  const theme = inner("theme");
  const keys = inner("keys");
  const language = outer("language");
  return {
    theme: typeof theme === "string" && isOneOf(THEMES, theme.toLowerCase()) ? (theme.toLowerCase() as Choices["theme"]) : "system",
    language: isOneOf(LANGUAGES, language) ? language : "en",
    keys: typeof keys === "object" && keys !== null ? (keys as Record<string, string>) : {},
  };
}

function outer(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(`llmos.${name}`) ?? "null");
  } catch {
    return null;
  }
}

function inner(name: string): unknown {
  try {
    return JSON.parse(String(outer(name)));
  } catch {
    return null;
  }
}

function remember(name: string, text: string): void {
  try {
    localStorage.setItem(`llmos.${name}`, JSON.stringify(text));
  } catch {
    // Storage is shut: the choice lasts as long as the page.
  }
}
