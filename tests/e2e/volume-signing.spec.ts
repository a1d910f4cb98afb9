/** Commits signed in the browser, verified by native git and ssh-keygen (Debian's openssh-client, which this needs). */

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commitFiles, createRepository, fsck, git, gitBytes, temporaryFolder } from "./support/git";
import { expect, test as base, type Worker } from "./harness/volumes";

const test = base.extend<{ work: string }>({
  work: async ({}, use) => {
    const { path, remove } = await temporaryFolder();
    await createRepository(path);
    await use(path);
    await remove();
  },
});

/** Signs the commit at HEAD and moves `main` to what came of it. */
async function signHead(tab: Worker, work: string): Promise<string> {
  const commit = (await gitBytes(work, ["cat-file", "commit", "HEAD"])).toString("base64");
  const signed = await tab.evaluate(async (commit) => volumes.base64.encode(await volumes.signing.signedCommit(volumes.base64.decode(commit))), commit);
  const oid = (await git(work, ["hash-object", "-t", "commit", "-w", "--stdin"], { input: Buffer.from(signed, "base64") })).trim();
  await git(work, ["update-ref", "refs/heads/main", oid]);
  return oid;
}

test("git log --show-signature verifies it, whatever the message", async ({ tab, work }) => {
  const key = await tab.evaluate(async () => {
    const key = await volumes.signing.createSigningKey("ada at the workbench", 1_750_000_000_000);
    return { ...key, allowed: volumes.signing.allowedSignersLine(key, "ada@example.org"), kept: await volumes.signing.signingKey() };
  });
  expect(key.publicLine).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\S+ ada at the workbench$/);
  expect(key.kept).toMatchObject({ publicLine: key.publicLine, createdMs: 1_750_000_000_000 });
  await writeFile(join(work, "key.pub"), `${key.publicLine}\n`);
  expect(execFileSync("ssh-keygen", ["-l", "-f", join(work, "key.pub")]).toString()).toContain(key.fingerprint);

  const signers = join(work, "..", `${work.split("/").at(-1)}.signers`);
  await writeFile(signers, `${key.allowed}\n`);
  for (const message of ["One line", "Größe 😀\n\nA body.\n\n\nAnd more, with a trailer\n\nSigned-off-by: Ada <ada@example.org>"]) {
    await commitFiles(work, { "a.md": message }, message);
    const oid = await signHead(tab, work);
    const shown = await git(work, ["-c", `gpg.ssh.allowedSignersFile=${signers}`, "log", "-1", "--show-signature", "--format=%G? %GS %GF"]);
    expect(shown).toContain(`Good "git" signature for ada@example.org with ED25519 key ${key.fingerprint}`);
    expect(shown).toContain("G ada@example.org");
    await git(work, ["-c", `gpg.ssh.allowedSignersFile=${signers}`, "verify-commit", oid]);
  }
  expect(await fsck(work)).toBe("");

  // A changed commit does not verify.
  const changed = (await git(work, ["cat-file", "commit", "HEAD"])).replace("One line", "Two line").replace("A body", "A lie");
  const forged = (await git(work, ["hash-object", "-t", "commit", "-w", "--stdin"], { input: changed })).trim();
  await expect(git(work, ["-c", `gpg.ssh.allowedSignersFile=${signers}`, "verify-commit", forged])).rejects.toThrow(/Could not verify signature|incorrect signature/i);
});

test("the key stays: not in any form that could be taken, over visits, until it is removed", async ({ tab, anotherTab }) => {
  const first = await tab.evaluate(async () => (await volumes.signing.createSigningKey("", 1)).publicLine);
  const other = await anotherTab();
  const seen = await other.evaluate(async () => {
    const key = await volumes.signing.signingKey();
    const stored = await new Promise<{ privateKey: CryptoKey }>((resolve) => {
      const open = indexedDB.open("llmos-vault");
      open.onsuccess = () => {
        const get = open.result.transaction("keys").objectStore("keys").get("signing");
        get.onsuccess = () => {
          open.result.close();
          resolve(get.result as { privateKey: CryptoKey });
        };
      };
    });
    const taken = await crypto.subtle.exportKey("pkcs8", stored.privateKey).catch((error: Error) => error.name);
    await volumes.signing.removeSigningKey();
    const words = await volumes.signing.sign(new Uint8Array(1)).catch((error: Error) => error.message);
    return { key, taken, words, left: await volumes.signing.signingKey() };
  });
  expect(seen).toMatchObject({ key: { publicLine: first, comment: "" }, taken: "InvalidAccessError", words: expect.stringMatching(/no key to sign with/) });
  expect(seen.left).toBeUndefined();
});

test("the vault and the key share a database, whoever comes first", async ({ tab }) => {
  const seen = await tab.evaluate(async () => {
    await volumes.signing.createSigningKey("", 1);
    const vault = new volumes.vault.Vault();
    await vault.set("token", "x");
    await vault.empty();
    return (await volumes.signing.signingKey())?.createdMs;
  });
  expect(seen).toBe(1);
});

test("odd comments and things that are no commits are refused", async ({ tab }) => {
  const words = await tab.evaluate(async () => [
    await volumes.signing.createSigningKey("two\nlines", 1).catch((error: Error) => error.message),
    await volumes.signing.createSigningKey("", 1).then(() => volumes.signing.signedCommit(new TextEncoder().encode("tree only"))).catch((error: Error) => error.message),
  ]);
  expect(words).toEqual([expect.stringMatching(/one line of text/), expect.stringMatching(/no commit/)]);
});
