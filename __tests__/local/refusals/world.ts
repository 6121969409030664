import { AwsClient } from "aws4fetch";
import { XMLParser } from "fast-xml-parser";
import { OfflineAws, type OfflineAwsOptions } from "../../../local/offline-aws";
import type { ServiceName } from "../../../local/core/service";
import type { Answer } from "./refusal";

const CALLER = { arn: "arn:aws:iam::111122223333:user/platform-engineer", via: "sdk" } as const;

/** The offline AWS, and what is needed to ask it anything at all, well or badly. */
export interface AwsWorld {
  readonly aws: OfflineAws;
  /** A request that is to succeed, without HTTP: for what must be there before a refusal. */
  prepare<Output extends object>(service: ServiceName, operation: string, input: object): Promise<Output>;
  /** A request over HTTP, signed for this service, with a body as it stands. */
  send(request: SignedRequest): Promise<Answer>;
}

export interface SignedRequest {
  /** The signing name: `bedrock-agentcore`, `cognito-idp`, … */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is if it is a string. */
  readonly body?: unknown;
}

export async function openAws(options: OfflineAwsOptions = {}): Promise<AwsWorld> {
  const aws = await OfflineAws.start(options);
  const environment = aws.environment();
  const client = (service: string) =>
    new AwsClient({
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
      region: "us-east-1",
      service,
      retries: 0,
    });
  return {
    aws,
    prepare: (service, operation, input) => aws.call(service, operation, input, CALLER),
    send: async ({ service, method, path, headers, body }) =>
      answerOf(
        await client(service).fetch(`${aws.endpoint}${path}`, {
          method,
          headers: { "content-type": "application/json", ...headers },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      ),
  };
}

export const closeAws = ({ aws }: AwsWorld): Promise<void> => aws.close();

/** An AWS API's answer: the error type of the header or the body, without namespace, and its message; JSON or XML. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text.startsWith("<") ? parsedXml(text) : parsed(text);
  const type = response.headers.get("x-amzn-errortype") ?? body.__type ?? "";
  return { status: response.status, type: type.replace(/^.*#/, "").replace(/:.*$/, ""), text: body.message ?? text };
}

function parsed(text: string): { __type?: string; message?: string } {
  try {
    return JSON.parse(text) as { __type?: string; message?: string };
  } catch {
    return {};
  }
}

/** The query protocol's error. */
function parsedXml(text: string): { __type?: string; message?: string } {
  const { ErrorResponse } = new XMLParser().parse(text) as { ErrorResponse?: { Error: Record<string, string> } };
  return ErrorResponse ? { __type: ErrorResponse.Error.Code, message: ErrorResponse.Error.Message } : {};
}
