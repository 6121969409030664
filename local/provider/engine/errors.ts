import { AwsError } from "../../core/errors";
import type { ServiceName } from "../../core/service";
import { messageOf } from "../../../reporting/command";

/** The services by the names that the AWS SDK for Go, which the real provider uses, gives them in errors. */
const SERVICE_LABEL: Readonly<Record<ServiceName, string>> = {
  "bedrock-agentcore-control": "Bedrock AgentCore Control",
  "cognito-idp": "Cognito Identity Provider",
  iam: "IAM",
  lambda: "Lambda",
  logs: "CloudWatch Logs",
  secretsmanager: "Secrets Manager",
  ssm: "SSM",
  sts: "STS",
};

/** An `AwsError` with the operation that it answered, worded as the AWS provider words it. */
export function operationError(service: ServiceName, operation: string, error: AwsError): Error {
  const message =
    `operation error ${SERVICE_LABEL[service]}: ${operation}, ` +
    `https response error StatusCode: ${error.status}, ${error.code}: ${error.message}`;
  return new Error(message, { cause: error });
}

/** The AWS error type behind an error of a call, if it is one. */
export function awsErrorOf(error: unknown): AwsError | undefined {
  if (error instanceof AwsError) return error;
  return error instanceof Error && error.cause instanceof AwsError ? error.cause : undefined;
}

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail?: string;
  readonly attribute?: AttributePathMessage;
}

export interface AttributePathMessage {
  readonly steps: readonly { readonly attribute_name: string }[];
}

export const attributePath = (name: string): AttributePathMessage => ({ steps: [{ attribute_name: name }] });

/** `creating Cognito User Pool (name): operation error …` */
export const failure = (doing: string, label: string, id: string, error: unknown): Diagnostic => ({
  severity: "ERROR",
  summary: `${doing} ${label} (${id}): ${messageOf(error)}`,
});
