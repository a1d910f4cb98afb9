/**
 * One conversation with a server by fetch: asks for credentials once they are wanted, keeps them for as long as the conversation lasts,
 * and turns everything that goes wrong on the way into words that name the host.
 */

import { joined } from "../bytes";
import { megabytes } from "../failure";
import { RemoteFailure, type Credentials, type Remote, type SyncOptions } from "./transport";

/** Basic, as git servers want it; REST takes the token alone. */
export type Scheme = "basic" | "bearer";

export interface SessionRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  /** What happens if the connection ends in the middle. */
  ifCut?: string;
}

const UNCHANGED = "Nothing was changed.";

export class Session {
  /** The repository's host, for messages. */
  readonly host: string;
  readonly #remote: Remote;
  readonly #options: SyncOptions;
  readonly #scheme: Scheme;
  #credentials: Credentials | undefined;

  constructor(remote: Remote, options: SyncOptions, scheme: Scheme = "basic") {
    this.#remote = remote;
    this.#options = options;
    this.#scheme = scheme;
    const url = parsed(remote.url, "The remote's address");
    if (url.username || url.password) throw new RemoteFailure("unsupported", "The remote's address holds a name or a password. Take it out; the workbench asks for a token and keeps it apart.");
    this.host = url.host;
  }

  /** An answer whose status is success; with credentials if the server wants them. */
  async request(url: string, request: SessionRequest = {}): Promise<Response> {
    const response = await this.answer(url, request);
    if (response.ok) return response;
    throw await this.failure(response);
  }

  /** Takes credentials before the server asks, where it hides what it has from those who give none. */
  async introduce(): Promise<void> {
    this.#credentials ??= await this.#options.credentials?.({ host: this.host, url: this.#remote.url, refused: false });
  }

  /** An answer with any status but one that asks for credentials. */
  async answer(url: string, request: SessionRequest): Promise<Response> {
    for (;;) {
      const response = await this.#fetch(url, request);
      if (response.status !== 401) return response;
      const refused = this.#credentials !== undefined;
      const given = await this.#options.credentials?.({ host: this.host, url: this.#remote.url, refused });
      if (given === undefined || (refused && sameCredentials(given, this.#credentials!))) {
        throw new RemoteFailure("credentials", refused ? `${this.host} refused the credentials. Check the token: that it is whole, has not expired, and may read and write this repository.` : `${this.host} wants to know who asks, and there is no token for it. Give one in the remote's settings.`);
      }
      this.#credentials = given;
    }
  }

  async #fetch(url: string, { method = "GET", headers = {}, body, ifCut = UNCHANGED }: SessionRequest): Promise<Response> {
    const address = this.#address(url);
    const { signal } = this.#options;
    try {
      const all = { ...headers, ...this.#authorization() };
      return await fetch(address, { method, headers: all, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", ...(body !== undefined && { body: body as BodyInit }), ...(signal && { signal }) });
    } catch {
      throw signal?.aborted ? cancelled() : await this.#unreachable(address, method, ifCut);
    }
  }

  /** The body of an answer as it comes; what breaks it off is said in words. */
  async *chunks(response: Response, ifCut = UNCHANGED): AsyncGenerator<Uint8Array> {
    let loaded = 0;
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch(() => {
          throw this.#options.signal?.aborted ? cancelled() : this.cut(loaded, ifCut);
        });
        if (done) return;
        loaded += value.length;
        yield value;
      }
    } finally {
      // Whoever stops reading does not want the rest.
      void reader.cancel().catch(() => undefined);
    }
  }

  /** The whole body of an answer, as text. */
  async text(response: Response, ifCut?: string): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const chunk of this.chunks(response, ifCut)) parts.push(chunk);
    return new TextDecoder().decode(joined(parts));
  }

  /** The connection ended before the answer did. */
  cut(loadedBytes: number, ifCut = UNCHANGED): RemoteFailure {
    return new RemoteFailure("cut", `The connection to ${this.host} broke off${loadedBytes > 0 ? ` after ${megabytes(loadedBytes)}` : ""}. ${ifCut} Try again.`);
  }

  /** What an answer without success means. */
  async failure(response: Response): Promise<RemoteFailure> {
    const words = await serverWords(response);
    const { status } = response;
    if (status === 429 || (status === 403 && /rate limit/i.test(words))) return new RemoteFailure("rejected", `${this.host} has had too many requests for now${words}. Wait a while and try again.`);
    if (status === 403) return new RemoteFailure("credentials", `${this.host} refused the credentials (403)${words}. Check that the token may read and write this repository.`);
    if (status === 404) return new RemoteFailure("not_found", `There is no repository at ${this.#remote.url}, or the token may not see it. Check the address.`);
    if (status === 413) return new RemoteFailure("rejected", `${this.host} refused so much at once (413)${words}. Push fewer commits, or raise the server's limit.`);
    return new RemoteFailure("rejected", `${this.host} answered with status ${status}${words}. ${status >= 500 ? "Try again later." : "Check the remote's address."}`);
  }

  #authorization(): Record<string, string> {
    if (this.#credentials === undefined) return {};
    const { username = "git", password } = this.#credentials;
    if (this.#scheme === "bearer") return { authorization: `Bearer ${password}` };
    const bytes = new TextEncoder().encode(`${username}:${password}`);
    return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
  }

  /** Where the request goes: straight there, or by the proxy, which takes the address after `?` or as its path. */
  #address(url: string): string {
    const { way, proxy } = this.#remote;
    if (way !== "proxy") return url;
    if (proxy === undefined) throw new RemoteFailure("unsupported", "No proxy is named for this remote. Name one in the remote's settings.");
    parsed(proxy.replace(/\?$/, ""), "The proxy's address");
    return proxy.endsWith("?") ? `${proxy}${url}` : `${proxy.replace(/\/$/, "")}/${url.replace(/^https?:\/\//, "")}`;
  }

  /** The browser tells network and permission not apart; a request that needs no permission shows which it was. */
  async #unreachable(address: string, method: string, ifCut: string): Promise<RemoteFailure> {
    const { host } = new URL(address);
    if (!navigator.onLine) return new RemoteFailure("unreachable", `${host} cannot be reached: there is no network. ${UNCHANGED}`);
    const answers = await fetch(address, { mode: "no-cors", credentials: "omit", cache: "no-store", ...(this.#options.signal && { signal: this.#options.signal }) }).then(
      () => true,
      () => false,
    );
    if (this.#options.signal?.aborted) return cancelled();
    if (!answers) return new RemoteFailure("unreachable", `${host} gives no answer. ${method === "POST" ? ifCut : UNCHANGED} Check the address and the network, then try again.`);
    if (method === "POST") return new RemoteFailure("cut", `The connection to ${host} broke off, or the server does not let this page send to it. ${ifCut} Try again.`);
    const advice = this.#remote.way === "proxy" ? "The proxy has to send CORS headers." : "Sync through a CORS proxy or by GitHub's interface, or have the server send CORS headers.";
    return new RemoteFailure("unreachable", `${host} answers, but does not let web pages read its answers (no CORS headers). ${UNCHANGED} ${advice}`);
  }
}

export function cancelled(): RemoteFailure {
  return new RemoteFailure("cancelled", `The sync was cancelled. ${UNCHANGED}`);
}

/** Work that changes nothing until its result is used: once cancelled, it has none, however far it came. */
export async function untilCancelled<T>(options: SyncOptions, work: () => Promise<T>): Promise<T> {
  const result = await work().catch((error: unknown) => {
    throw options.signal?.aborted ? cancelled() : error;
  });
  if (options.signal?.aborted) throw cancelled();
  return result;
}

function parsed(address: string, what: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new RemoteFailure("unsupported", `${what} has to begin with https://. Addresses for ssh do not work in a browser.`);
  // The page's policy lets nothing else through.
  if (url.protocol === "http:" && !/^(localhost|127\.0\.0\.1)$/.test(url.hostname)) throw new RemoteFailure("unsupported", `${what} has to begin with https://. Without encryption only servers on this machine are asked.`);
  return url;
}

function sameCredentials(one: Credentials, other: Credentials): boolean {
  return one.username === other.username && one.password === other.password;
}

/** The first line of what the server says, or GitHub's message, in quotes. */
async function serverWords(response: Response): Promise<string> {
  const body = await response.text().catch(() => "");
  const message = /^\s*\{/.test(body) ? (jsonOf(body) as { message?: unknown }).message : /html/i.test(response.headers.get("content-type") ?? "") ? "" : body.trim().split("\n")[0];
  return typeof message === "string" && message !== "" ? `: “${message.slice(0, 200)}”` : "";
}

function jsonOf(body: string): object {
  try {
    return JSON.parse(body) as object;
  } catch {
    return {};
  }
}
