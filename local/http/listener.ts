import http, { type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { UserError } from "../../reporting/problem";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The first byte of a TLS connection: a handshake record. Source: RFC 8446, section 5.1. */
const TLS_HANDSHAKE = 0x16;
const HOST = "127.0.0.1";

/** Milliseconds for a request's head, and for all of it: who sends slower is cut off. */
const TIMEOUTS = { headersTimeout: 20_000, requestTimeout: 60_000 };

/** One port on this machine alone that answers TLS and plain HTTP, told apart by the first byte. */
export class Listener {
  private readonly sockets = new Set<Socket>();
  private readonly server: net.Server;

  constructor(
    handler: Handler,
    certificate: { readonly key: string; readonly cert: string },
    timeouts: Pick<http.ServerOptions, "headersTimeout" | "requestTimeout" | "connectionsCheckingInterval"> = TIMEOUTS,
  ) {
    const plain = http.createServer(timeouts, handler);
    const secure = https.createServer({ ...certificate, ...timeouts }, handler);
    // They listen to nothing themselves, and without this event they do not look at the time.
    for (const server of [plain, secure]) server.emit("listening");
    this.server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.once("data", (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        (first[0] === TLS_HANDSHAKE ? secure : plain).emit("connection", socket);
        process.nextTick(() => socket.resume());
      });
    });
  }

  /** Returns the port. Throws UserError when it is taken. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) =>
        reject(error.code === "EADDRINUSE" ? taken(port) : error),
      );
      this.server.listen(port, HOST, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const taken = (port: number) =>
  new UserError("the offline AWS cannot start", [
    {
      where: "--port",
      what: "another program listens on this port",
      value: String(port),
      fix: "end that program, or choose another port (0 takes any that is free)",
    },
  ]);
