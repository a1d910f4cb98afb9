/**
 * A server that attacked code tries to reach: it answers anything to anyone and remembers every contact, be it an HTTP request, a
 * bare connection, or a UDP packet. After an attack the list must be empty.
 */

import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Catcher {
  /** `http://127.0.0.1:port`, where anything would be welcome. */
  readonly url: string;
  /** The same port for TCP and UDP. */
  readonly port: number;
  /** Every contact so far, in order: `GET /leak?x=1`, `tcp connection`, `udp 20 bytes`. */
  readonly contacts: string[];
  close(): Promise<void>;
}

export async function openCatcher(): Promise<Catcher> {
  const contacts: string[] = [];
  const server = createServer((request, response) => {
    contacts.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end("/* caught */");
  });
  server.on("connection", () => contacts.push("tcp connection"));
  server.on("upgrade", (request, socket) => {
    contacts.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const datagrams = createSocket("udp4", (message) => contacts.push(`udp ${message.length} bytes`));
  await new Promise<void>((resolve, reject) => datagrams.once("error", reject).bind(port, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    contacts,
    close: () =>
      new Promise((resolve) => {
        datagrams.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
