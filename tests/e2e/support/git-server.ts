/**
 * Real git servers on loopback: `git http-backend` behind node's http, with CORS headers, a token and switches that cut the connection;
 * and a CORS proxy for servers that send no such headers.
 */

import { spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createRepository, temporaryFolder } from "./git";

export interface GitServer {
  /** `http://127.0.0.1:port`; a repository is at `${url}/name.git`. */
  readonly url: string;
  /** What was asked, in order: `GET /a.git/info/refs?service=git-upload-pack`. */
  readonly requests: string[];
  /** Whether answers may be read by web pages. */
  cors: boolean;
  /** The password that is wanted from now on. */
  token: string | undefined;
  /** From now on every answer to a request for a pack breaks off after so many bytes. */
  cutAnswerAfterBytes: number | undefined;
  /** From now on a push breaks off after so many bytes of it have come. */
  cutPushAfterBytes: number | undefined;
  /** Something that git can do and from now on does not say that it can, such as `side-band-64k`. */
  hides: string | undefined;
  /** Called before a push reaches git; what it waits for, the push waits for. */
  beforePush: (() => Promise<void>) | undefined;
  /** Creates a bare repository; its folder. */
  create(name: string): Promise<string>;
  /** The folder of a repository. */
  folder(name: string): string;
  /** Makes git run this shell script at that moment of a push. */
  setHook(name: string, hook: "pre-receive" | "post-receive" | "update", script: string): Promise<void>;
  close(): Promise<void>;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-max-age": "600",
};

export async function openGitServer(): Promise<GitServer> {
  const root = await temporaryFolder();
  const server = createServer((request, response) => void answer(state, root.path, request, response));
  const state: GitServer = {
    url: await listening(server),
    requests: [],
    cors: true,
    token: undefined,
    cutAnswerAfterBytes: undefined,
    cutPushAfterBytes: undefined,
    hides: undefined,
    beforePush: undefined,
    async create(name) {
      const folder = state.folder(name);
      await createRepository(folder, { bare: true });
      return folder;
    },
    folder: (name) => join(root.path, `${name}.git`),
    async setHook(name, hook, script) {
      const path = join(state.folder(name), "hooks", hook);
      await mkdir(join(state.folder(name), "hooks"), { recursive: true });
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
    },
    async close() {
      await closed(server);
      await root.remove();
    },
  };
  return state;
}

async function answer(state: GitServer, root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://git");
  state.requests.push(`${request.method} ${request.url}`);
  const headers = state.cors ? CORS : {};
  if (request.method === "OPTIONS") return void response.writeHead(state.cors ? 204 : 405, headers).end();
  if (url.pathname.startsWith("/moved/")) return void response.writeHead(302, { ...headers, location: `${state.url}${request.url!.slice("/moved".length)}` }).end();
  const given = Buffer.from(request.headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
  if (state.token !== undefined && given.slice(given.indexOf(":") + 1) !== state.token) {
    return void response.writeHead(401, { ...headers, "www-authenticate": 'Basic realm="git"' }).end("who are you?");
  }
  const isPush = url.pathname.endsWith("/git-receive-pack");
  if (isPush) await state.beforePush?.();
  const backend = spawn("git", ["http-backend"], {
    // A group of its own: git starts further programs, and one whose input was cut off would wait for it forever, busily.
    detached: true,
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      ...(request.headers["content-length"] !== undefined && { CONTENT_LENGTH: request.headers["content-length"] }),
      REMOTE_USER: "tester",
      REMOTE_ADDR: "127.0.0.1",
    },
  });
  backend.stdin.on("error", () => undefined);
  const end = () => {
    if (backend.exitCode === null && backend.pid !== undefined) endGroup(backend.pid);
  };
  response.on("close", end);
  const cutPush = isPush ? state.cutPushAfterBytes : undefined;
  let came = 0;
  request.on("data", (chunk: Buffer) => {
    came += chunk.length;
    if (cutPush !== undefined && came >= cutPush) {
      end();
      request.socket.destroy();
    } else backend.stdin.write(chunk);
  });
  request.on("end", () => backend.stdin.end());
  const isAdvertisement = url.pathname.endsWith("/info/refs");
  passOn(backend.stdout, response, headers, {
    cutAfterBytes: url.pathname.endsWith("/git-upload-pack") ? state.cutAnswerAfterBytes : undefined,
    // Another name of the same length, which nobody knows.
    change: (chunk) => (isAdvertisement && state.hides !== undefined ? Buffer.from(chunk.toString("latin1").replaceAll(` ${state.hides}`, ` ${"x".repeat(state.hides.length)}`), "latin1") : chunk),
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

interface Meddling {
  cutAfterBytes: number | undefined;
  change: (chunk: Buffer) => Buffer;
}

/** Passes a CGI program's answer on: its header lines, an empty line, then the body. */
function passOn(source: NodeJS.ReadableStream, response: ServerResponse, headers: Record<string, string>, { cutAfterBytes, change }: Meddling): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  let sent = 0;
  const send = (original: Buffer) => {
    const chunk = change(original);
    const room = cutAfterBytes === undefined ? chunk.length : Math.min(chunk.length, cutAfterBytes - sent);
    sent += room;
    response.write(chunk.subarray(0, room), () => {
      if (cutAfterBytes !== undefined && sent >= cutAfterBytes) response.destroy();
    });
  };
  source.on("data", (chunk: Buffer) => {
    if (head === undefined) return send(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const lines = head.subarray(0, end).toString("latin1").split("\r\n").map((line) => line.split(/: (.*)/s));
    const status = Number(lines.find(([name]) => name === "Status")?.[1]?.slice(0, 3) ?? 200);
    response.writeHead(status, { ...headers, ...Object.fromEntries(lines.filter(([name]) => name !== "Status")) });
    const body = head.subarray(end + 4);
    head = undefined;
    if (body.length > 0) send(body);
  });
  source.on("end", () => response.end());
}

export interface CorsProxy {
  /** Its address as a person gives it. */
  readonly url: string;
  readonly requests: string[];
  close(): Promise<void>;
}

/** A proxy that takes `/<host>/<path>` and lets web pages read the answer. */
export async function openCorsProxy(): Promise<CorsProxy> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    const { origin: _origin, referer: _referer, host: _host, ...headers } = request.headers;
    const onward = forward(`http:/${request.url}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...CORS });
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502, CORS).end("the server behind the proxy gives no answer"));
    request.pipe(onward);
  });
  return { url: await listening(server), requests, close: () => closed(server) };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
