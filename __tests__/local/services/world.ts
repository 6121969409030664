import { readFileSync } from "node:fs";
import { request } from "node:https";
import { json } from "node:stream/consumers";
import { strToU8, zipSync } from "fflate";
import { EventLog } from "../../../local/core/events";
import { LATENCY } from "../../../local/core/latency";
import type { Environment, ServiceName } from "../../../local/core/service";
import { OfflineAws, type OfflineAwsOptions } from "../../../local/offline-aws";

const CALLER = { arn: "arn:aws:iam::111122223333:user/test", via: "sdk" } as const;

/** An offline AWS, and what an SDK client needs to find it; nothing is tried twice, so a refusal is seen at once. */
export async function started(options: OfflineAwsOptions = {}) {
  const aws = await OfflineAws.start(options);
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_REGION = "" } = aws.environment();
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const configuration = { region: AWS_REGION, endpoint: aws.endpoint, credentials, maxAttempts: 1 };
  const call = <Output extends object>(service: ServiceName, operation: string, input: object) =>
    aws.call<Output>(service, operation, input, CALLER);
  return { aws, configuration, call };
}

export type Started = Awaited<ReturnType<typeof started>>;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** One request over TLS that trusts the offline AWS's own certificate and no other. */
export function overTls(
  aws: OfflineAws,
  method: string,
  url: string,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca: readFileSync(aws.caFile), agent: false }, (response) => {
      const { statusCode: status = 0 } = response;
      json(response).then((value) => resolve({ status, body: value as Record<string, unknown> }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** What a service is made with, for the seams by which services call each other. */
export const environment = (): Environment => ({
  accountId: "111122223333",
  region: "us-east-1",
  partition: "aws",
  latency: LATENCY.none,
  events: new EventLog(),
  endpoint: () => "https://127.0.0.1:8443",
});

/** A role that a service may assume, without permissions. Returns its ARN. */
export async function roleFor(
  { call }: Pick<Started, "call">,
  RoleName: string,
  principal: object = { Service: "lambda.amazonaws.com" },
): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });
  const { Role } = await call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument });
  return Role.Arn;
}

/** A function made of one CommonJS file. Returns its ARN. */
export async function functionOf(
  { call }: Pick<Started, "call">,
  FunctionName: string,
  source: string,
  members: object = {},
): Promise<string> {
  const Role = await roleFor({ call }, `${FunctionName}-role`);
  const { FunctionArn } = await call<{ FunctionArn: string }>("lambda", "CreateFunction", {
    FunctionName,
    Role,
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Timeout: 5,
    Code: { ZipFile: zipOf(source) },
    ...members,
  });
  return FunctionArn;
}

export const zipOf = (source: string) => zipSync({ "index.js": strToU8(source) });
