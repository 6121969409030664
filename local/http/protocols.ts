import type { Route } from "../agentcore/routes";
import { agentCoreRoutes } from "../agentcore/routes";
import { parseStrictly } from "../core/json";
import type { ServiceName } from "../core/service";
import { lambdaRoutes } from "./lambda-routes";
import { readQueryMembers } from "./query";

/** Prefix of `X-Amz-Target` by service, for those that speak AWS JSON. */
const TARGETS: Readonly<Record<string, ServiceName>> = {
  AmazonSSM: "ssm",
  secretsmanager: "secretsmanager",
  AWSCognitoIdentityProviderService: "cognito-idp",
  Logs_20140328: "logs",
};

/** Signing names of the services; the AgentCore control plane signs as `bedrock-agentcore`. */
const SIGNING_NAMES: Readonly<Record<ServiceName, string>> = {
  "bedrock-agentcore-control": "bedrock-agentcore",
  "cognito-idp": "cognito-idp",
  iam: "iam",
  lambda: "lambda",
  logs: "logs",
  secretsmanager: "secretsmanager",
  ssm: "ssm",
  sts: "sts",
};

/** Services that speak rest-json: no two have a path in common. */
const REST: readonly { readonly service: ServiceName; readonly routes: readonly Route[] }[] = [
  { service: "bedrock-agentcore-control", routes: agentCoreRoutes },
  { service: "lambda", routes: lambdaRoutes },
];

/** Versions of the APIs that speak AWS's query protocol. */
const VERSIONS: Readonly<Record<string, ServiceName>> = { "2010-05-08": "iam", "2011-06-15": "sts" };

/** A request, read: which operation of which service, with which input. */
export interface AwsRequest {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly protocol: "json" | "rest-json" | "query";
  /** Status of a good answer. */
  readonly status: number;
}

export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly target: string | undefined;
  readonly body: Buffer;
}

/** Operations that people call before they have credentials. Source: Cognito's API reference. */
export const UNSIGNED = new Set(["InitiateAuth"]);

export const signingName = (service: ServiceName) => SIGNING_NAMES[service];

/** Tells what is asked, as the services do: by target header, by query parameters, or by method and path. */
export function readRequest(raw: RawRequest): AwsRequest | undefined {
  if (raw.target !== undefined) return readJson(raw);
  return readRest(raw) ?? readQuery(raw);
}

function readJson({ target = "", body }: RawRequest): AwsRequest | undefined {
  const [prefix = "", operation = ""] = target.split(".");
  const service = Object.hasOwn(TARGETS, prefix) ? TARGETS[prefix] : undefined;
  return service && { service, operation, input: parse(body), protocol: "json", status: 200 };
}

function readQuery({ body, url }: RawRequest): AwsRequest | undefined {
  const form = new URLSearchParams(body.length > 0 ? body.toString() : url.search);
  const [operation, version = ""] = [form.get("Action"), form.get("Version") ?? undefined];
  const service = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (!operation || !service) return undefined;
  form.delete("Action");
  form.delete("Version");
  return { service, operation, input: readQueryMembers(form), protocol: "query", status: 200 };
}

function readRest({ method, url, body }: RawRequest): AwsRequest | undefined {
  for (const { service, routes } of REST) {
    for (const route of routes) {
      const labels = route.method === method ? matchPath(route.path, url.pathname) : undefined;
      if (!labels) continue;
      const { operation, status } = route;
      const input = { ...parse(body), ...labels, ...queryOf(route, url.searchParams) };
      return { service, operation, input, protocol: "rest-json", status };
    }
  }
  return undefined;
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const wanted = trimmed(template);
  const given = trimmed(path);
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) labels[part.slice(1, -1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return labels;
}

const trimmed = (path: string) => path.replace(/\/$/, "").split("/");

function queryOf({ query }: Route, given: URLSearchParams): Record<string, unknown> {
  const sent = Object.entries(query).filter(([name]) => given.has(name));
  return Object.fromEntries(sent.map(([name, type]) => [name, valueOf(given.getAll(name), type)]));
}

function valueOf(texts: readonly string[], type: Route["query"][string]): unknown {
  if (type === "list") return texts;
  const [text = ""] = texts;
  // Of what else JavaScript takes for a number (1e1, 0x0a, a blank) the rules are to see the text.
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Throws SyntaxError when the body is no JSON object, or none that every reader reads alike. */
function parse(body: Buffer): object {
  if (body.length === 0) return {};
  const value = parseStrictly(body.toString());
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new SyntaxError("the body is not an object");
}
