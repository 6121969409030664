import type {
  CreateGatewayCommandInput,
  CreateGatewayCommandOutput,
  CreateGatewayTargetCommandOutput,
  GetGatewayCommandOutput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsApi } from "../../local/core/service";
import type { OfflineAws } from "../../local/offline-aws";
import { createContext, type Context } from "../../provisioners/context";
import type { Parameters } from "../../provisioners/contract";
import { ensureAttachment } from "../../provisioners/attachment";
import { ensureEngine } from "../../provisioners/engine";
import type { Patience } from "../../provisioners/retry";

export const NAME = "demo";
export const ENGINE_NAME = "demo_policy_engine";
export const OWNERSHIP = { Project: NAME, Deployment: "test" };
const CALLER = { arn: "arn:aws:iam::111122223333:user/console", via: "sdk" } as const;

/** What the console or somebody else's tool does: a request that is not the scripts'. */
export const byHand = <Output extends object>(aws: AwsApi, operation: string, input: object) =>
  aws.call<Output>("bedrock-agentcore-control", operation, input, CALLER);

/** Looks until it is so. Each look lets timers run: without that nothing asynchronous ever ends here. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(1);
}

/** A context as the bundle makes it, pointed at the offline AWS, with the progress lines collected. */
export function contextFor(
  aws: OfflineAws,
  patience: Patience = { firstPause: 5, longestPause: 50, deadline: 2_000, firstLook: 5, answer: 5_000 },
): { context: Context; lines: string[] } {
  Object.assign(process.env, aws.environment());
  const lines: string[] = [];
  const context = createContext({
    region: "us-east-1",
    assumeRoleArn: "",
    log: { step: (message) => lines.push(message) },
    patience,
  });
  keepAt(context.control, aws);
  // Clients differ in the types of their commands alone, which nothing here looks at.
  keepAt(context.ssm as unknown as Context["control"], aws);
  return { context, lines };
}

/** Keeps a client at its own offline AWS: what the environment says changes with the next one that is started. */
function keepAt({ config, middlewareStack }: Context["control"], aws: OfflineAws): void {
  const { hostname, port } = new URL(aws.endpoint);
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = aws.environment();
  config.credentials = () => Promise.resolve({ accessKeyId, secretAccessKey });
  middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { protocol: "http:", hostname, port: Number(port) });
      return next(args);
    },
    { step: "build", priority: "high" },
  );
}

const policyEngineActions = [
  "bedrock-agentcore:GetPolicyEngine",
  "bedrock-agentcore:AuthorizeAction",
  "bedrock-agentcore:PartiallyAuthorizeActions",
  "bedrock-agentcore:CheckAuthorizePermissions",
];

export async function createRole(aws: AwsApi, actions: readonly string[] = policyEngineActions): Promise<string> {
  const RoleName = `${NAME}-gateway-role`;
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "bedrock-agentcore.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  const { Role } = await aws.call<{ Role: { Arn: string } }>(
    "iam",
    "CreateRole",
    { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) },
    CALLER,
  );
  const document = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: [...actions, "lambda:InvokeFunction"], Resource: "*" }],
  };
  const PolicyDocument = JSON.stringify(document);
  await aws.call("iam", "PutRolePolicy", { RoleName, PolicyName: "gateway", PolicyDocument }, CALLER);
  return Role.Arn;
}

export const AUTHORIZER = {
  customJWTAuthorizer: {
    discoveryUrl: "https://example.com/pool/.well-known/openid-configuration",
    allowedClients: ["machine-client"],
  },
};

export async function createGateway(
  aws: AwsApi,
  roleArn: string,
  members: Partial<CreateGatewayCommandInput> = {},
): Promise<GetGatewayCommandOutput> {
  const created = await byHand<CreateGatewayCommandOutput>(aws, "CreateGateway", {
    name: `${NAME}-gateway`,
    roleArn,
    protocolType: "MCP",
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: AUTHORIZER,
    ...members,
  });
  return settledGateway(aws, created.gatewayId ?? "");
}

export async function settledGateway(aws: AwsApi, gatewayIdentifier: string): Promise<GetGatewayCommandOutput> {
  for (;;) {
    const gateway = await byHand<GetGatewayCommandOutput>(aws, "GetGateway", { gatewayIdentifier });
    if (gateway.status !== "CREATING" && gateway.status !== "UPDATING") return gateway;
    await sleep(1);
  }
}

export async function createTarget(
  aws: AwsApi,
  gatewayIdentifier: string,
  tools: readonly string[],
  name = "sample-tool-target",
): Promise<string> {
  const created = await byHand<CreateGatewayTargetCommandOutput>(aws, "CreateGatewayTarget", {
    gatewayIdentifier,
    name,
    credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
    targetConfiguration: {
      mcp: {
        lambda: {
          lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:demo-sample-tool",
          toolSchema: {
            inlinePayload: tools.map((name) => ({
              name,
              description: "a tool",
              inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
            })),
          },
        },
      },
    },
  });
  for (;;) {
    const { status } = await byHand<{ status: string }>(aws, "GetGatewayTarget", {
      gatewayIdentifier,
      targetId: created.targetId,
    });
    if (status === "READY") return created.targetId ?? "";
    await sleep(1);
  }
}

export const engineParameters: Parameters<"engine ensure"> = {
  AWS_REGION: "us-east-1",
  ASSUME_ROLE_ARN: "",
  ENGINE_NAME,
  OWNERSHIP_TAGS: OWNERSHIP,
  TAGS: { ManagedBy: "Terraform" },
  TAKE_OVER: false,
  REPLACE_POLICIES: [],
  PUBLISH_PREFIX: `/${NAME}/policy`,
  POLICY_NAME_PREFIX: NAME,
};

export const attachmentParameters = (gateway: GetGatewayCommandOutput): Parameters<"attachment ensure"> => ({
  AWS_REGION: "us-east-1",
  ASSUME_ROLE_ARN: "",
  ENGINE_NAME,
  OWNERSHIP_TAGS: OWNERSHIP,
  TAKE_OVER: false,
  MODE: "ENFORCE",
  TARGETS: "",
  GATEWAY: {
    gatewayIdentifier: gateway.gatewayId ?? "",
    name: gateway.name ?? "",
    roleArn: gateway.roleArn ?? "",
    protocolType: "MCP",
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: AUTHORIZER,
  },
});

/** Engine, gateway, attachment and one target with two tools, in the order that the stack keeps. */
export async function deployByScripts(aws: OfflineAws, context: Context) {
  const engine = await ensureEngine(context, engineParameters);
  const gateway = await createGateway(aws, await createRole(aws));
  await ensureAttachment(context, attachmentParameters(gateway));
  await createTarget(aws, gateway.gatewayId ?? "", ["read", "write"]);
  return { engine, gateway };
}
