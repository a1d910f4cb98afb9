/**
 * Runs evolution when it is due: some time after the page was opened, so that nothing of that waits for it, and then whenever the next run
 * is due. A page is not always open: what was missed runs once. Tabs take turns in Rust (`src/interface/evolution`), and whoever comes
 * second finds that nothing is due any more. Decides nothing else: what is due, and whether what is found goes in, comes from Rust.
 */

import type { Answer } from "./volume-protocol";

type Ask = (method: string, path: string, body?: string) => Promise<Answer>;

interface Due {
  due: { level: string; team_id: string | null; auto_apply: boolean }[];
  /** In seconds since 1970; null where nothing runs by itself. */
  next_run: number | null;
}

/** The page stands and its first work is done. */
const AFTER_OPENING_MS = 6_000;
/** A computer that slept does not count the time: the clock on the wall is looked at this often. */
const LONGEST_SLEEP_MS = 15 * 60_000;
/** After something went wrong, such as a full disk. */
const AFTER_FAILURE_MS = 30 * 60_000;
/** The browser's own clock says so (assets/sw.ts). */
const CHANNEL = "llmos-evolution";

let timer = 0;

/** Begins to look. */
export function startClock(ask: Ask): void {
  const look = async () => {
    let wait = LONGEST_SLEEP_MS;
    try {
      wait = await run(ask);
    } catch (thrown) {
      console.warn("Evolution could not run:", thrown);
      wait = AFTER_FAILURE_MS;
    }
    sleep(wait);
  };
  const sleep = (wait: number) => {
    clearTimeout(timer);
    timer = self.setTimeout(() => void look(), wait);
  };
  sleep(AFTER_OPENING_MS);
  new BroadcastChannel(CHANNEL).onmessage = () => sleep(0);
}

/** Runs what is due; gives how long to wait. */
async function run(ask: Ask): Promise<number> {
  const { due, next_run } = await read<Due>(ask("GET", "/evolution/due"));
  for (const { level, team_id, auto_apply } of due) {
    await read(ask("POST", "/evolve", JSON.stringify({ level, team_id, auto_apply, only_if_due: true })));
  }
  const left = next_run === null ? LONGEST_SLEEP_MS : next_run * 1_000 - Date.now() + 1_000;
  return Math.min(Math.max(left, 1_000), LONGEST_SLEEP_MS);
}

async function read<T>(answer: Promise<Answer>): Promise<T> {
  const [status, body] = await answer;
  if (status >= 300) throw new Error(body);
  return JSON.parse(body) as T;
}
