import type { EventLog } from "./events";
import type { LatencyProfile } from "./latency";

/** Who makes a request. Derived from the request's credentials, or fixed for the Terraform provider. */
export interface Caller {
  readonly arn: string;
  readonly via: "sdk" | "terraform" | "service";
}

/** One operation of an AWS API: AWS's request shape in, AWS's answer shape out, `AwsError` on refusal. */
export type Operation = (input: never, caller: Caller) => object | Promise<object>;

/**
 * An AWS service as the offline AWS has it. The key of each operation is AWS's own name for it; timestamps
 * in answers are `Date` and binary members `Uint8Array`: the HTTP layer knows how each protocol writes them.
 */
export interface Service {
  readonly operations: Readonly<Record<string, Operation>>;
}

/** What every service is made with. */
export interface Environment {
  readonly accountId: string;
  readonly region: string;
  /** aws, aws-cn or aws-us-gov: follows from the region. */
  readonly partition: string;
  readonly latency: LatencyProfile;
  readonly events: EventLog;
  /** `https://127.0.0.1:PORT`, known once the server listens. */
  readonly endpoint: () => string;
}

export type ServiceName =
  "bedrock-agentcore-control" | "cognito-idp" | "iam" | "lambda" | "logs" | "secretsmanager" | "ssm" | "sts";

/**
 * Makes one request of one service, exactly as a client over HTTP would (latency, event log, refusals). The
 * HTTP layer and the Terraform provider both come in through here, so neither can do what the other cannot.
 */
export interface AwsApi {
  call<Output extends object>(service: ServiceName, operation: string, input: object, caller: Caller): Promise<Output>;
}

/** The partition that a region belongs to. Source: AWS partitions as in every SDK's partitions.json. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
