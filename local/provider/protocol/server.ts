import { join } from "node:path";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  status,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { messageOf } from "../../../reporting/command";

/**
 * One call of the plugin protocol. Messages are plain objects with the field names of tfplugin6.proto.
 * @param connection tells apart the Terraform processes and provider blocks, each of which has a connection of its own
 */
export type Method = (request: never, connection: string) => object | Promise<object>;

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the plugin protocol over plain gRPC on a free port of this machine. */
export async function serve(methods: Readonly<Record<string, Method>>): Promise<RunningServer> {
  const definition = loadSync(join(__dirname, "tfplugin6.proto"), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
  });
  const service = definition["tfplugin6.Provider"];
  if (service === undefined || !isServiceDefinition(service))
    throw new Error("tfplugin6.proto has no service Provider");
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(
    service,
    Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    close: async () => server.forceShutdown(),
  };
}

type AddedService = Parameters<Server["addService"]>[0];

const isServiceDefinition = (definition: object): definition is AddedService => "PlanResourceChange" in definition;

const unary =
  (method: Method): UntypedHandleCall =>
  (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
    Promise.resolve()
      .then(() => method(call.request as never, call.getPeer()))
      .then(
        (response) => answer(null, response),
        (error: unknown) => answer({ code: status.INTERNAL, details: messageOf(error) }),
      );
  };
