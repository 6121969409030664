import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { generate } from "selfsigned";
import { Listener } from "../../../local/http/listener";

const QUICKLY = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 };

let listener: Listener;
let port: number;

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
  listener = new Listener((_, response) => response.end(), { key, cert }, QUICKLY);
  port = await listener.listen(0);
});
afterAll(() => listener.close());

test.each([
  ["plain", () => connect(port, "127.0.0.1")],
  ["TLS", () => connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })],
])("a %s connection whose request's head does not end is cut off", async (_, open) => {
  const socket = open();
  socket.on("error", () => undefined).resume();
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");

  await once(socket, "close");

  expect(socket.destroyed).toBe(true);
});
