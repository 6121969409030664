import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { XMLBuilder } from "fast-xml-parser";
import type { AwsError } from "../core/errors";
import type { AwsRequest } from "./protocols";
import { withMembers } from "./query";

type Protocol = AwsRequest["protocol"];

const CONTENT_TYPE: Readonly<Record<Protocol, string>> = {
  json: "application/x-amz-json-1.1",
  "rest-json": "application/json",
  query: "text/xml",
};

/** Writes an operation's answer as its protocol has it. */
export function sendAnswer(
  response: ServerResponse,
  { protocol, operation, status }: AwsRequest,
  answer: object,
): void {
  const body = protocol === "query" ? xmlAnswer(operation, answer) : JSON.stringify(withTimes(answer, protocol));
  send(response, protocol, status, status === 204 ? "" : body);
}

/** What the services of the query protocol call the same refusals. Source: "Common errors" of IAM's and STS's references. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidSignatureException: "SignatureDoesNotMatch",
  UnrecognizedClientException: "InvalidClientTokenId",
  UnknownOperationException: "InvalidAction",
  InternalServerException: "InternalFailure",
};

/** Writes a refusal: the code where each protocol's clients look for it. */
export function sendError(response: ServerResponse, protocol: Protocol, { code, message, status }: AwsError): void {
  if (protocol === "query") {
    const Error = { Type: status < 500 ? "Sender" : "Receiver", Code: QUERY_CODES[code] ?? code, Message: message };
    // These services answer 400 where the others have 404 for an operation that there is not.
    send(
      response,
      protocol,
      code === "UnknownOperationException" ? 400 : status,
      xml({ ErrorResponse: { Error, RequestId: randomUUID() } }),
    );
    return;
  }
  response.setHeader("x-amzn-errortype", code);
  send(response, protocol, status, JSON.stringify({ __type: code, message }));
}

function send(response: ServerResponse, protocol: Protocol, status: number, body: string): void {
  response.writeHead(status, { "content-type": CONTENT_TYPE[protocol], "x-amzn-requestid": randomUUID() });
  response.end(body);
}

/** AWS JSON writes times as seconds, rest-json here as ISO 8601; bytes are base64 in both. */
function withTimes(value: unknown, protocol: Protocol): unknown {
  if (value instanceof Date) return protocol === "json" ? value.getTime() / 1_000 : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((item) => withTimes(item, protocol));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withTimes(member, protocol)]));
}

const xmlAnswer = (operation: string, answer: object) =>
  xml({
    [`${operation}Response`]: {
      [`${operation}Result`]: withMembers(withTimes(answer, "query")),
      ResponseMetadata: { RequestId: randomUUID() },
    },
  });

const xml = (value: object) => new XMLBuilder().build(value) as string;
