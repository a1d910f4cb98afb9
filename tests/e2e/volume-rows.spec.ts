/** The rows of volumes in a real IndexedDB: reads, compare-and-set across tabs, and what people are told when the browser fails. */

import { expect, test, type Worker } from "./harness/volumes";

test.setTimeout(60_000);

/** Rows for a test to find again: `a` to `c` under refs/, and one outside. */
async function seed(tab: Worker): Promise<void> {
  await tab.evaluate(() => volumes.rows.writeRows("user/test", {
    expectKeys: [],
    expectValues: [],
    putKeys: ["HEAD", "refs/heads/a", "refs/heads/b", "refs/tags/c"],
    putValues: ["head", "a", "b", "c"].map((text) => new TextEncoder().encode(text)),
    removeKeys: [],
    strict: true,
  }));
}

/** All rows of the volume, as text. */
function contents(tab: Worker): Promise<Record<string, string>> {
  return tab.evaluate(async () => {
    const [keys, values] = await volumes.rows.readAllRows("user/test", "");
    return Object.fromEntries(keys.map((key, index) => [key, new TextDecoder().decode(values[index])]));
  });
}

const SEEDED = { HEAD: "head", "refs/heads/a": "a", "refs/heads/b": "b", "refs/tags/c": "c" };

/** Tries to write the row `refs/heads/a`, and says why it did not work. */
function failingWrite(tab: Worker): Promise<{ kind: string; name: string; message: string; key?: string } | undefined> {
  return tab.evaluate(async () => {
    const value = new TextEncoder().encode("changed");
    try {
      await volumes.rows.writeRows("user/test", { expectKeys: ["HEAD"], expectValues: [new TextEncoder().encode("head")], putKeys: ["refs/heads/a", "new"], putValues: [value, value], removeKeys: ["refs/tags/c"], strict: true });
      return undefined;
    } catch (error) {
      const { kind, name, message } = error as InstanceType<typeof volumes.rows.RowsFailure>;
      return { kind, name, message };
    }
  });
}

test("rows come back in the order asked for, listed and in bulk", async ({ tab }) => {
  await seed(tab);
  const seen = await tab.evaluate(async () => {
    const { readRows, listRows, readAllRows, listVolumes } = volumes.rows;
    const text = (value: Uint8Array | undefined) => (value === undefined ? null : new TextDecoder().decode(value));
    return {
      read: (await readRows("user/test", ["refs/tags/c", "missing", "HEAD"])).map(text),
      list: await listRows("user/test", "refs/heads/"),
      all: (await readAllRows("user/test", "refs/")).map((part) => part.map((item) => (typeof item === "string" ? item : text(item)))),
      none: await readAllRows("user/none", ""),
      volumes: await listVolumes(),
    };
  });
  expect(seen).toEqual({
    read: ["c", null, "head"],
    list: ["refs/heads/a", "refs/heads/b"],
    all: [["refs/heads/a", "refs/heads/b", "refs/tags/c"], ["a", "b", "c"]],
    none: [[], []],
    volumes: ["user/test"],
  });
});

test("volumes whose names begin alike keep apart", async ({ tab }) => {
  const seen = await tab.evaluate(async () => {
    const { writeRows, listRows, listVolumes, removeVolume } = volumes.rows;
    const put = (volume: string, key: string) => writeRows(volume, { expectKeys: [], expectValues: [], putKeys: [key], putValues: [new Uint8Array([1])], removeKeys: [], strict: false });
    for (const volume of ["team/a", "team/ab", "team/a/b", "system"]) for (const key of ["HEAD", "😀/x", "\uffff"]) await put(volume, key);
    const before = { volumes: await listVolumes(), emoji: await listRows("team/a", "😀"), last: await listRows("team/a", "\uffff") };
    await removeVolume("team/a");
    return { ...before, left: await listVolumes(), rows: await listRows("team/ab", "") };
  });
  expect(seen).toEqual({
    volumes: ["system", "team/a", "team/a/b", "team/ab"],
    emoji: ["😀/x"],
    last: ["\uffff"],
    left: ["system", "team/a/b", "team/ab"],
    rows: ["HEAD", "😀/x", "\uffff"],
  });
});

test("more rows than one answer holds come whole and in order", async ({ tab }) => {
  const seen = await tab.evaluate(async () => {
    const putKeys = Array.from({ length: 5_003 }, (_, index) => `objects/${String(index).padStart(5, "0")}`);
    await volumes.rows.writeRows("system", { expectKeys: [], expectValues: [], putKeys, putValues: putKeys.map((key) => new TextEncoder().encode(key)), removeKeys: [], strict: false });
    const [keys, values] = await volumes.rows.readAllRows("system", "objects/");
    return { count: keys.length, same: keys.every((key, index) => new TextDecoder().decode(values[index]) === key && key === putKeys[index]) };
  });
  expect(seen).toEqual({ count: 5_003, same: true });
});

test("of a view only what it shows is stored, taken at the call", async ({ tab }) => {
  const stored = await tab.evaluate(async () => {
    const memory = new Uint8Array(1_000_000).fill(7);
    const view = memory.subarray(10, 12);
    const writing = volumes.rows.writeRows("system", { expectKeys: ["k"], expectValues: [null], putKeys: ["k"], putValues: [view], removeKeys: [], strict: false });
    memory.fill(9);
    await writing;
    const [value] = await volumes.rows.readRows("system", ["k"]);
    return { bytes: [...value!], buffer: value!.buffer.byteLength };
  });
  expect(stored).toEqual({ bytes: [7, 7], buffer: 2 });
});

test("a write that builds on something old is refused whole, and names what moved", async ({ tab }) => {
  await seed(tab);
  const failures = await tab.evaluate(async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const attempt = (expectKeys: string[], expectValues: (Uint8Array | null)[]) =>
      volumes.rows.writeRows("user/test", { expectKeys, expectValues, putKeys: ["new"], putValues: [bytes("x")], removeKeys: ["HEAD"], strict: true }).then(
        () => "written",
        (error: InstanceType<typeof volumes.rows.RowsFailure>) => ({ kind: error.kind, key: error.key, message: error.message }),
      );
    return [await attempt(["HEAD", "refs/heads/a"], [bytes("head"), bytes("z")]), await attempt(["refs/heads/b"], [null]), await attempt(["missing"], [bytes("")])];
  });
  expect(failures).toEqual([
    { kind: "moved", key: "refs/heads/a", message: "'refs/heads/a' was changed by someone else in the meantime. Nothing was written." },
    { kind: "moved", key: "refs/heads/b", message: expect.any(String) },
    { kind: "moved", key: "missing", message: expect.any(String) },
  ]);
  expect(await contents(tab)).toEqual(SEEDED);
});

for (const [tabs, locked] of [[2, false], [2, true], [4, false], [4, true]] as const) {
  test(`${tabs} tabs count to 500 together${locked ? " under the lock" : ""}`, async ({ tab, anotherTab }) => {
    const all = [tab, ...(await Promise.all(Array.from({ length: tabs - 1 }, anotherTab)))];
    const moves = await Promise.all(all.map((each) => each.evaluate(async ({ times, locked }) => {
      const { readRows, writeRows, withVolumeLock } = volumes.rows;
      const once = async (): Promise<boolean> => {
        const [old] = await readRows("user/test", ["count"]);
        const next = new TextEncoder().encode(String(Number(old === undefined ? 0 : new TextDecoder().decode(old)) + 1));
        try {
          await writeRows("user/test", { expectKeys: ["count"], expectValues: [old ?? null], putKeys: ["count"], putValues: [next], removeKeys: [], strict: false });
          return true;
        } catch (error) {
          if ((error as { kind?: string }).kind !== "moved") throw error;
          return false;
        }
      };
      let moved = 0;
      for (let time = 0; time < times; time += 1) {
        while (!(await (locked ? withVolumeLock("user/test", once) : once()))) moved += 1;
      }
      return moved;
    }, { times: 500 / tabs, locked })));
    if (locked) expect(moves.every((count) => count === 0)).toBe(true);
    for (const each of all) expect((await contents(each))["count"]).toBe("500");
  });
}

test("all other tabs hear what a write changed", async ({ tab, anotherTab }) => {
  const other = await anotherTab();
  await other.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    volumes.rows.onRowsChange((change) => heard.push(change));
  });
  await seed(tab);
  await tab.evaluate(async () => {
    await volumes.rows.writeRows("user/test", { expectKeys: [], expectValues: [], putKeys: ["refs/heads/a"], putValues: [new TextEncoder().encode("0123\n")], removeKeys: ["refs/tags/c", "HEAD"], strict: false });
    await volumes.rows.removeVolume("user/test");
  });
  await expect.poll(() => other.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard)).toEqual([
    { volume: "user/test", refs: { "refs/heads/a": "a", "refs/heads/b": "b", "refs/tags/c": "c" } },
    { volume: "user/test", refs: { "refs/heads/a": "0123", "refs/tags/c": null } },
    { volume: "user/test", refs: {}, removed: true },
  ]);
});

test.describe("faults", () => {
  test("the real quota: said with figures, nothing changed", async ({ page, tab, volumeSite }) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(volumeSite.url).origin, quotaSize: 3_000_000 });
    await seed(tab);
    const failure = await tab.evaluate(async () => {
      const value = crypto.getRandomValues(new Uint8Array(60_000));
      const putKeys = Array.from({ length: 100 }, (_, index) => `objects/${index}`);
      try {
        await volumes.rows.writeRows("user/test", { expectKeys: [], expectValues: [], putKeys, putValues: putKeys.map(() => value), removeKeys: ["HEAD"], strict: true });
        return undefined;
      } catch (error) {
        const { kind, message, usage } = error as InstanceType<typeof volumes.rows.RowsFailure>;
        return { kind, message, usage };
      }
    });
    expect(failure).toMatchObject({ kind: "quota", message: expect.stringMatching(/no room left.*, which uses \d+\.\d MB\. Nothing was changed/), usage: { usedBytes: expect.any(Number) } });
    expect(await contents(tab)).toEqual(SEEDED);
  });

  const THROWN = [
    { name: "QuotaExceededError", kind: "quota", message: /no room left/ },
    { name: "UnknownError", kind: "failed", message: /UnknownError \(injected\)\. Nothing was changed; try again/ },
    { name: "DataError", kind: "failed", message: /DataError/ },
  ];
  for (const { name, kind, message } of THROWN) {
    test(`${name} of a put: said clearly, old rows stay`, async ({ tab }) => {
      await seed(tab);
      await tab.evaluate((name) => {
        const put = IDBObjectStore.prototype.put;
        let calls = 0;
        IDBObjectStore.prototype.put = function (...parameters) {
          if ((calls += 1) === 2) throw new DOMException("injected", name);
          return put.apply(this, parameters);
        };
      }, name);
      expect(await failingWrite(tab)).toMatchObject({ kind, name, message: expect.stringMatching(message) });
      expect(await contents(tab)).toEqual(SEEDED);
      expect(await failingWrite(tab)).toBeUndefined();
    });
  }

  test("the browser breaks off a transaction: said clearly, old rows stay", async ({ tab }) => {
    await seed(tab);
    await tab.evaluate(() => {
      const commit = IDBTransaction.prototype.commit;
      IDBTransaction.prototype.commit = function () {
        IDBTransaction.prototype.commit = commit;
        this.abort();
      };
    });
    expect(await failingWrite(tab)).toMatchObject({ kind: "failed", name: "AbortError", message: "The browser broke off the work on its storage. Nothing was changed; try again." });
    expect(await contents(tab)).toEqual(SEEDED);
  });

  test("a connection that the browser dropped is opened again, once, and nobody notices", async ({ tab }) => {
    await seed(tab);
    const seen = await tab.evaluate(async () => {
      const transaction = IDBDatabase.prototype.transaction;
      let throws = 1;
      let opens = 0;
      const open = IDBFactory.prototype.open;
      IDBFactory.prototype.open = function (...parameters) {
        opens += 1;
        return open.apply(this, parameters);
      };
      IDBDatabase.prototype.transaction = function (...parameters) {
        if ((throws -= 1) >= 0) throw new DOMException("The database connection is closing.", "InvalidStateError");
        return transaction.apply(this, parameters);
      };
      const keys = await volumes.rows.listRows("user/test", "");
      throws = 2;
      const failure = await volumes.rows.listRows("user/test", "").catch((error: Error) => error.message);
      return { keys, opens, failure };
    });
    expect(seen.keys).toEqual(Object.keys(SEEDED));
    expect(seen.opens).toBe(2);
    expect(seen.failure).toMatch(/InvalidStateError.*closing/);
    expect(await contents(tab)).toEqual(SEEDED);
  });

  test("a write that was done when the connection broke counts as done", async ({ tab }) => {
    await seed(tab);
    await tab.evaluate(() => {
      // The browser completes it, but what we hear is that the connection was lost.
      const complete = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete")!;
      Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
        configurable: true,
        set(this: IDBTransaction, _handle: () => void) {
          Object.defineProperty(IDBTransaction.prototype, "oncomplete", complete);
          this.addEventListener("complete", () => {
            Object.defineProperty(this, "error", { value: new DOMException("Connection to Indexed Database server lost.", "UnknownError") });
            this.dispatchEvent(new Event("abort"));
          });
        },
      });
    });
    await tab.evaluate(() => volumes.rows.writeRows("user/test", { expectKeys: ["refs/heads/a"], expectValues: [new TextEncoder().encode("a")], putKeys: ["refs/heads/a"], putValues: [new TextEncoder().encode("a2")], removeKeys: [], strict: true }));
    expect(await contents(tab)).toEqual({ ...SEEDED, "refs/heads/a": "a2" });
  });

  test("a newer release takes the database over: this tab lets go at once and says so", async ({ tab, anotherTab }) => {
    await seed(tab);
    const newer = await anotherTab();
    const version = await newer.evaluate(() => new Promise<number>((resolve, reject) => {
      const request = indexedDB.open("llmos-volumes", 2);
      request.onupgradeneeded = () => request.result.createObjectStore("more");
      request.onsuccess = () => {
        resolve(request.result.version);
        request.result.close();
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error("blocked"));
    }));
    expect(version).toBe(2);
    expect(await failingWrite(tab)).toMatchObject({ kind: "closed", name: "versionchange", message: expect.stringMatching(/newer release.*another tab.*Reload this page/) });
    const reopened = await tab.evaluate(() => volumes.rows.openRows().catch((error: InstanceType<typeof volumes.rows.RowsFailure>) => ({ kind: error.kind, message: error.message })));
    expect(reopened).toMatchObject({ kind: "closed", message: expect.stringMatching(/made by a newer release.*Reload/) });
  });

  test("a tab of an older release stands in the way: said at once, and gone on when it closes", async ({ tab, page, anotherTab }) => {
    // An older release that does not let go when asked.
    const older = await anotherTab();
    await older.evaluate(() => new Promise<void>((resolve) => {
      const request = indexedDB.open("llmos-volumes", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("rows");
      request.onsuccess = () => {
        Object.assign(globalThis, { held: request.result });
        resolve();
      };
    }));
    await tab.evaluate(() => {
      const open = IDBFactory.prototype.open;
      IDBFactory.prototype.open = function (name: string) {
        return open.call(this, name, 2);
      };
    });
    for (const _ of [1, 2]) expect(await failingWrite(tab)).toMatchObject({ kind: "closed", name: "blocked", message: expect.stringMatching(/older release.*Close that tab/) });
    await older.evaluate(() => (globalThis as unknown as { held: IDBDatabase }).held.close());
    await expect.poll(() => tab.evaluate(() => volumes.rows.listVolumes().catch((error: Error) => error.message))).toEqual([]);
    expect(page.isClosed()).toBe(false);
    await seed(tab);
    expect(await contents(tab)).toEqual(SEEDED);
  });

  test("a page that may not store anything is told so", async ({ tab }) => {
    await tab.evaluate(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("denied", "SecurityError");
      };
    });
    expect(await failingWrite(tab)).toMatchObject({ kind: "failed", message: expect.stringMatching(/does not let this page store anything/) });
  });
});
