import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError, ConnectionLost, internal } from "../core/errors";
import type { AwsApi, Caller, ServiceName } from "../core/service";
import type { Cognito } from "../services/cognito";
import type { Credentials } from "../services/sts";
import { sendAnswer, sendError } from "./answers";
import { readBody } from "./body";
import { handleOidc } from "./oidc";
import { UNSIGNED, readRequest, signingName, type AwsRequest, type RawRequest } from "./protocols";
import { checkSignature, readSignature, type Signature, type SignedRequest } from "./signature";

/** What the front door leads to. */
export interface Backends {
  readonly api: AwsApi;
  readonly cognito: Cognito;
  readonly gateway: { handle(request: IncomingMessage, response: ServerResponse, gatewayId: string): Promise<void> };
  /** What belongs to an access key, or undefined for one that was never given out. */
  credentialsOf(accessKeyId: string): Credentials | undefined;
  /** Where this AWS is: what signatures must be made for. */
  readonly region: string;
  /** What `/_offline/<name>` shows. */
  readonly views: Readonly<Record<string, () => unknown>>;
}

/** What Lambda takes for a function with its code, and the most that any service does. Source: observed. */
const MOST_BYTES = 70_167_211;

/** Handles a request of any service: AWS APIs by their protocols, OpenID Connect and gateways by their paths. */
export function frontDoor(backends: Backends) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    route(request, response, backends).catch((error: unknown) => {
      if (!response.headersSent)
        sendError(response, "rest-json", error instanceof AwsError ? error : internal("internal failure"));
      else response.destroy();
    });
  };
}

async function route(request: IncomingMessage, response: ServerResponse, backends: Backends): Promise<void> {
  if (!isForThisMachine(request)) return sendJson(response, { message: "this is not that host" }, 421);
  if (!request.url?.startsWith("/") || !URL.canParse(`http://localhost${request.url}`))
    return sendJson(response, { message: "this is no path" }, 400);
  const url = new URL(`http://localhost${request.url}`);
  const gatewayId = /^\/gateways\/([^/]+)\/mcp\/?$/.exec(url.pathname)?.[1];
  if (gatewayId !== undefined) return backends.gateway.handle(request, response, gatewayId);
  const view = /^\/_offline\/([a-z]+)$/.exec(url.pathname)?.[1];
  const show = view !== undefined && Object.hasOwn(backends.views, view) ? backends.views[view] : undefined;
  if (show) return sendJson(response, show());
  if (await handleOidc(request, response, url, backends.cognito)) return;
  await handleAws(request, response, url, backends);
}

/** The names by which this machine calls itself. */
const THIS_MACHINE = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;

/**
 * Whether a request was meant for this machine. A web page that is open in a browser here can make its own host's name
 * resolve to this machine (DNS rebinding), and would then read and run what it likes; its requests name that host, or
 * come from it.
 */
function isForThisMachine({ headers: { host = "", origin } }: IncomingMessage): boolean {
  if (!THIS_MACHINE.test(host)) return false;
  return origin === undefined || (URL.canParse(origin) && THIS_MACHINE.test(new URL(origin).host));
}

async function handleAws(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  backends: Backends,
): Promise<void> {
  const { headers, method = "GET" } = request;
  const signature = readSignature(headers.authorization);
  const target = headers["x-amz-target"]?.toString();
  const isQuery = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const protocol = target ? "json" : isQuery ? "query" : "rest-json";
  try {
    const body = await readBody(request, MOST_BYTES);
    const asked = read({ method, url, target, body }, signature);
    const caller = authenticate(asked, { method, url, headers, body }, signature, backends);
    sendAnswer(response, asked, await backends.api.call(asked.service, asked.operation, asked.input, caller));
  } catch (error) {
    if (error instanceof ConnectionLost) return void response.destroy();
    sendError(response, protocol, error instanceof AwsError ? error : internal("An internal error occurred."));
  }
}

function read(raw: RawRequest, signature: Signature | undefined): AwsRequest {
  try {
    const asked = readRequest(raw);
    if (asked) return asked;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof URIError)
      throw new AwsError("SerializationException", "The request body is not valid.", 400);
    throw error;
  }
  if (!signature) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
  throw new AwsError("UnknownOperationException", "The requested operation is not known.", 404);
}

/** Who asks. The signature's scope must name service and region, its key must be one that was given out, and it must fit. */
function authenticate(
  { service, operation }: AwsRequest,
  request: SignedRequest,
  signature: Signature | undefined,
  backends: Backends,
): Caller {
  if (UNSIGNED.has(operation)) return { arn: "anonymous", via: "sdk" };
  if (!signature) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
  if (signature.service !== signingName(service)) {
    throw new AwsError(
      "InvalidSignatureException",
      `Credential should be scoped to correct service: '${signingName(service)}'.`,
      403,
    );
  }
  if (!regionsOf(service, backends.region).includes(signature.region)) {
    throw new AwsError("InvalidSignatureException", "Credential should be scoped to a valid region.", 403);
  }
  const credentials = backends.credentialsOf(signature.accessKeyId);
  if (!credentials)
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
  checkSignature(request, signature, credentials);
  return { arn: credentials.callerArn, via: "sdk" };
}

/** Clients of the services that are the same everywhere sign for the partition's first region, or for their own. */
const regionsOf = (service: ServiceName, region: string) =>
  service === "iam" || service === "sts" ? [region, "us-east-1", "us-gov-west-1", "cn-north-1"] : [region];

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}
