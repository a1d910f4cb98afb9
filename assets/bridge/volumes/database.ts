/**
 * One IndexedDB database and the connection to it: opened when first needed, given up when a newer release wants it, opened once more
 * when the browser dropped it. Every piece of work is one transaction; a write counts only when the browser says `complete`.
 */

import { asRowsFailure, RowsFailure } from "./failure";

export interface DatabaseShape {
  name: string;
  version: number;
  /** Object stores; they are made where they are missing. */
  stores: string[];
}

/** What one transaction does: it starts requests, and says what came of them. */
export type Work<T> = (store: IDBObjectStore, outcome: Outcome<T>) => void;

export interface Outcome<T> {
  /** What the transaction was for. A read is done with this; a write when the browser has completed it. */
  give(value: T): void;
  /** Undoes the whole transaction, for this reason. */
  refuse(reason: Error): void;
  /** A handler whose errors undo the transaction. */
  guard<Event>(handle: (event: Event) => void): (event: Event) => void;
}

export interface WorkOptions {
  store: string;
  mode: "readonly" | "readwrite";
  durability?: "strict" | "relaxed";
}

const LOST_CONNECTION = /connection .*(lost|clos)|clos.* connection/i;

export class Database {
  readonly #shape: DatabaseShape;
  #database: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;
  /** Set while another tab's older connection keeps us waiting, or after a newer one took the database over. */
  #closed: RowsFailure | undefined;

  constructor(shape: DatabaseShape) {
    this.#shape = shape;
  }

  /** Opens the database, also after it was given up. */
  async open(): Promise<void> {
    // What still waits for another tab keeps its place in the browser's queue: asking again would only stand behind it.
    if (this.#closed?.name !== "blocked") this.#closed = undefined;
    try {
      await this.#connect();
    } catch (error) {
      throw await asRowsFailure(error);
    }
  }

  /** Closes the connection; the next work opens it again. */
  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /**
   * Runs `work` in one transaction. If the browser had dropped the connection, it is opened again and `work` runs once more, told so:
   * a write may then find that it was done already.
   */
  async run<T>(options: WorkOptions, work: (again: boolean) => Work<T>): Promise<T> {
    try {
      let database = await this.#connect();
      try {
        return await transact(database, options, work(false));
      } catch (error) {
        if (!this.#isLost(database, error)) throw error;
        if (this.#database === database) this.#database = undefined;
        database = await this.#connect();
        return await transact(database, options, work(true));
      }
    } catch (error) {
      throw await asRowsFailure(error);
    }
  }

  #isLost(database: IDBDatabase, error: unknown): boolean {
    if (this.#closed !== undefined || !(error instanceof Error) || error instanceof RowsFailure) return false;
    if (this.#database !== database || error.name === "InvalidStateError") return true;
    return (error.name === "UnknownError" || error.name === "AbortError") && LOST_CONNECTION.test(error.message);
  }

  async #connect(): Promise<IDBDatabase> {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#database !== undefined) return this.#database;
    this.#opening ??= this.#request().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  #request(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const { name, version, stores } = this.#shape;
      const request = indexedDB.open(name, version);
      request.onupgradeneeded = () => {
        const present = request.result.objectStoreNames;
        for (const store of stores) if (!present.contains(store)) request.result.createObjectStore(store);
      };
      request.onblocked = () => {
        this.#closed = new RowsFailure("closed", "Another tab still holds an older release of the workbench open. Close that tab or reload it; then this one goes on by itself.", { name: "blocked" });
        reject(this.#closed);
      };
      request.onerror = () => {
        if (this.#closed?.name === "blocked") this.#closed = undefined;
        reject(request.error ?? new DOMException("The database could not be opened", "UnknownError"));
      };
      request.onsuccess = () => {
        if (this.#closed?.name === "blocked") this.#closed = undefined;
        this.#keep(request.result);
        resolve(request.result);
      };
    });
  }

  #keep(database: IDBDatabase): void {
    this.#database = database;
    const forget = () => {
      if (this.#database === database) this.#database = undefined;
    };
    database.onclose = forget;
    database.onversionchange = ({ newVersion }) => {
      // Whoever asks has to get it at once, or they wait for this tab; work that has begun still ends.
      database.close();
      forget();
      const why = newVersion === null ? "The stored volumes are being removed, from another tab or from the browser's settings" : "A newer release of the workbench has taken over the volumes in another tab";
      this.#closed = new RowsFailure("closed", `${why}. Reload this page to go on.`, { name: "versionchange" });
    };
  }
}

function transact<T>(database: IDBDatabase, options: WorkOptions, work: Work<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const durability = options.durability ?? "relaxed";
    const transaction = database.transaction(options.store, options.mode, { durability });
    let given: T;
    let refusal: unknown;
    const outcome: Outcome<T> = {
      give(value) {
        given = value;
        if (options.mode === "readonly") resolve(value);
        else transaction.commit();
      },
      refuse(reason) {
        refusal ??= reason;
        try {
          transaction.abort();
        } catch {
          // It has ended already, and its own event says how.
        }
      },
      guard: (handle) => (event) => {
        try {
          handle(event);
        } catch (error) {
          outcome.refuse(error as Error);
        }
      },
    };
    transaction.oncomplete = () => resolve(given);
    transaction.onabort = () => reject(refusal ?? transaction.error ?? new DOMException("", "AbortError"));
    outcome.guard(() => work(transaction.objectStore(options.store), outcome))(undefined);
  });
}
