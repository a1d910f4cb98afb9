/** The vault in its three ways: what comes out of it, what is on the disk, and what nobody gets to see. */

import { expect, test, type Worker } from "./harness/volumes";

const SECRET = "ghp_SECRET-7351";

/** Everything in the vault's database as text, keys of WebCrypto by their properties. */
function dump(tab: Worker): Promise<string> {
  return tab.evaluate(() => new Promise<string>((resolve, reject) => {
    const open = indexedDB.open("llmos-vault");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const all = open.result.transaction("vault").objectStore("vault").getAll();
      all.onsuccess = () => {
        open.result.close();
        const plain = (_key: string, value: unknown) => (value instanceof CryptoKey ? `key, extractable: ${value.extractable}` : value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value);
        resolve(JSON.stringify(all.result, plain));
      };
    };
  }));
}

/** A vault that tests of one tab share: `vault` inside the worker. */
async function openVault(tab: Worker): Promise<void> {
  await tab.evaluate(() => void Object.assign(globalThis, { vault: new volumes.vault.Vault() }));
}

type Vault = InstanceType<typeof volumes.vault.Vault>;

/** Runs one call of the vault; an error as its kind and words. */
function ask(tab: Worker, call: keyof Vault, ...parameters: unknown[]): Promise<unknown> {
  return tab.evaluate(async ({ call, parameters }) => {
    const { vault } = globalThis as unknown as { vault: Record<string, (...parameters: unknown[]) => unknown> };
    try {
      return await vault[call]!(...parameters);
    } catch (error) {
      const { kind, message } = error as { kind: string; message: string };
      return { kind, message };
    }
  }, { call, parameters });
}

test("by default: under a key of this device, which cannot be taken out", async ({ tab, anotherTab }) => {
  await openVault(tab);
  expect(await ask(tab, "state")).toEqual({ mode: "device", locked: false, names: [] });
  await ask(tab, "set", "remote:git.example.org", SECRET);
  await ask(tab, "set", "model:openai", "sk-other");
  expect(await ask(tab, "get", "remote:git.example.org")).toBe(SECRET);
  expect(await ask(tab, "get", "missing")).toBeUndefined();
  expect(await ask(tab, "names")).toEqual(["model:openai", "remote:git.example.org"]);
  const disk = await dump(tab);
  expect(disk).not.toContain(SECRET);
  expect(disk).toContain("key, extractable: false");
  // The next visit, and another tab.
  const other = await anotherTab();
  await openVault(other);
  expect(await ask(other, "get", "remote:git.example.org")).toBe(SECRET);
  await ask(other, "set", "remote:git.example.org", "newer");
  expect(await ask(tab, "get", "remote:git.example.org")).toBe("newer");
  await ask(tab, "remove", "model:openai");
  expect(await ask(other, "names")).toEqual(["remote:git.example.org"]);
});

test("under a passphrase: locked until it is given, in every tab for itself", async ({ tab, anotherTab }) => {
  await openVault(tab);
  await ask(tab, "set", "token", SECRET);
  expect(await ask(tab, "changeMode", "passphrase", "short")).toEqual({ kind: "weak_passphrase", message: expect.stringMatching(/at least 8 characters/) });
  expect(await ask(tab, "get", "token")).toBe(SECRET);
  await ask(tab, "changeMode", "passphrase", "korrekte Pferde ü");
  expect(await ask(tab, "state")).toEqual({ mode: "passphrase", locked: false, names: ["token"] });
  expect(await ask(tab, "get", "token")).toBe(SECRET);
  const disk = await dump(tab);
  expect(disk).not.toContain(SECRET);
  expect(disk).not.toContain("Pferde");
  expect(disk).not.toContain("key, extractable");

  const other = await anotherTab();
  await openVault(other);
  expect(await ask(other, "state")).toEqual({ mode: "passphrase", locked: true, names: ["token"] });
  const locked = { kind: "locked", message: "The vault of keys and tokens is locked: unlock it under your name, then try again." };
  expect(await ask(other, "get", "token")).toEqual(locked);
  expect(await ask(other, "set", "new", "x")).toEqual(locked);
  expect(await ask(other, "changeMode", "device")).toEqual(locked);
  expect(await ask(other, "unlock", "wrong passphrase")).toEqual({ kind: "wrong_passphrase", message: expect.stringMatching(/not the vault's passphrase/) });
  // The same letters, composed otherwise.
  await ask(other, "unlock", "korrekte Pferde u\u0308");
  expect(await ask(other, "get", "token")).toBe(SECRET);
  await ask(other, "lock");
  expect(await ask(other, "get", "token")).toEqual(locked);

  // Another passphrase closes it for who knew the old one.
  await ask(tab, "changeMode", "passphrase", "another passphrase");
  expect(await ask(other, "unlock", "korrekte Pferde ü")).toMatchObject({ kind: "wrong_passphrase" });
  await ask(other, "unlock", "another passphrase");
  await ask(other, "set", "second", "2");
  await ask(tab, "changeMode", "device");
  expect(await ask(other, "state")).toEqual({ mode: "device", locked: false, names: ["second", "token"] });
  expect(await ask(other, "get", "token")).toBe(SECRET);
});

test("a passphrase that is lost: the vault can be emptied", async ({ tab, anotherTab }) => {
  await openVault(tab);
  await ask(tab, "changeMode", "passphrase", "nobody knows it");
  await ask(tab, "set", "token", SECRET);
  const other = await anotherTab();
  await openVault(other);
  expect(await ask(other, "changeMode", "device")).toMatchObject({ kind: "locked" });
  await ask(other, "empty");
  expect(await ask(other, "state")).toEqual({ mode: "device", locked: false, names: [] });
  await ask(other, "set", "token", "new");
  expect(await ask(other, "get", "token")).toBe("new");
});

test("for this visit only: nothing is written, and nothing stays", async ({ tab, anotherTab }) => {
  await openVault(tab);
  await ask(tab, "set", "before", "1");
  await ask(tab, "changeMode", "visit");
  await ask(tab, "set", "token", SECRET);
  expect(await ask(tab, "state")).toEqual({ mode: "visit", locked: false, names: ["before", "token"] });
  expect(await ask(tab, "get", "before")).toBe("1");
  expect(JSON.parse(await dump(tab))).toEqual([expect.any(Number), { generation: expect.any(String), mode: "visit" }]);
  const other = await anotherTab();
  await openVault(other);
  expect(await ask(other, "state")).toEqual({ mode: "visit", locked: false, names: [] });
  await ask(tab, "changeMode", "device");
  expect(await ask(other, "get", "token")).toBe(SECRET);
});

test("a secret that was put in another's place, or changed, is not handed out", async ({ tab }) => {
  await openVault(tab);
  await ask(tab, "set", "mine", SECRET);
  await ask(tab, "set", "yours", "other");
  await tab.evaluate(() => new Promise<void>((resolve) => {
    const open = indexedDB.open("llmos-vault");
    open.onsuccess = () => {
      const transaction = open.result.transaction("vault", "readwrite");
      const store = transaction.objectStore("vault");
      const mine = store.get("secret:mine");
      mine.onsuccess = () => store.put(mine.result, "secret:yours");
      transaction.oncomplete = () => {
        open.result.close();
        resolve();
      };
    };
  }));
  expect(await ask(tab, "get", "yours")).toEqual({ kind: "damaged", message: "'yours' in the vault is damaged and cannot be read. Enter the secret again." });
  expect(await ask(tab, "get", "mine")).toBe(SECRET);
});

test("two tabs at the first use share one key; a change of mode meanwhile loses nothing", async ({ tab, anotherTab }) => {
  const other = await anotherTab();
  await Promise.all([openVault(tab), openVault(other)]);
  await Promise.all([ask(tab, "set", "a", "1"), ask(other, "set", "b", "2")]);
  expect([await ask(other, "get", "a"), await ask(tab, "get", "b")]).toEqual(["1", "2"]);
  const sets = Array.from({ length: 60 }, (_, index) => ask(tab, "set", `n${index}`, String(index)));
  const changes = Array.from({ length: 5 }, () => ask(other, "changeMode", "device"));
  await Promise.all([...sets, ...changes]);
  for (let index = 0; index < 60; index += 1) expect(await ask(other, "get", `n${index}`)).toBe(String(index));
});

test("what fails says nothing of secrets", async ({ tab }) => {
  await openVault(tab);
  await tab.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("injected", "UnknownError");
    };
  });
  const failures = [await ask(tab, "set", "token", SECRET), await ask(tab, "set", "", SECRET), await ask(tab, "changeMode", "passphrase", SECRET)];
  expect(failures).toMatchObject([{ kind: "failed" }, { kind: "bad_name" }, { kind: "failed" }]);
  expect(JSON.stringify(failures)).not.toContain(SECRET);
});
