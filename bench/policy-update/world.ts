import type { CreateGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY } from "../../local/core/latency";
import { OfflineAws } from "../../local/offline-aws";
import { createContext, type Context } from "../../provisioners/context";
import { ensureEngine } from "../../provisioners/engine";
import { namesFor } from "../../provisioners/rollout/names";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import { TARGET, TOOLS } from "./statements";

const CALLER = { arn: "arn:aws:iam::111122223333:user/bench", via: "sdk" } as const;
const REGION = "us-east-1";
export const PREFIX = "b";

/** An engine and a gateway with one target, at AWS's latencies for policies. Only policies change in a measurement. */
export class World {
  /** The Cedar text of every policy that ever was, by its id. */
  readonly texts = new Map<string, string>();

  private constructor(
    readonly aws: OfflineAws,
    readonly context: Context,
    readonly engineId: string,
    readonly gatewayId: string,
    readonly gatewayArn: string,
    private readonly latency: { request: number; policyEffect: number },
  ) {
    aws.intercept = async (_, proceed) => {
      const answer = await proceed();
      const { policyId, definition } = answer as { policyId?: string; definition?: { cedar?: { statement: string } } };
      if (policyId && definition?.cedar) this.texts.set(policyId, definition.cedar.statement);
      return answer;
    };
  }

  /** `policyEffect` is the usual lag from a policy's status to its effect, in milliseconds. */
  static async create(policyEffect: number): Promise<World> {
    const latency = { ...LATENCY.none, policyEffect, transition: { ...LATENCY.none.transition, policy: POLICY } };
    const aws = await OfflineAws.start({ latency, region: REGION });
    // The SDK reads its endpoint and credentials from here; worlds follow each other, none overlap.
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws.environment();
    Object.assign(process.env, { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
    const context = createContext({ region: REGION, assumeRoleArn: "", log: { step: () => undefined } });
    const engine = await ensureEngine(context, {
      AWS_REGION: REGION,
      ASSUME_ROLE_ARN: "",
      ENGINE_NAME: "bench_engine",
      OWNERSHIP_TAGS: { Project: "bench", Deployment: "bench" },
      TAGS: {},
      TAKE_OVER: false,
      REPLACE_POLICIES: [],
      PUBLISH_PREFIX: "/bench/policy",
      POLICY_NAME_PREFIX: PREFIX,
    });
    const gateway = await createGateway(aws);
    await createTarget(aws, gateway.gatewayId ?? "");
    return new World(aws, context, engine.id, gateway.gatewayId ?? "", gateway.gatewayArn ?? "", latency);
  }

  /** Puts the statements into the engine, lets them take effect, and from then on every request takes AWS's time. */
  async seed(statements: readonly WantedStatement[]): Promise<void> {
    for (const { stem, text } of statements) {
      const [name] = namesFor(PREFIX, stem, text);
      await this.aws.call(
        "bedrock-agentcore-control",
        "CreatePolicy",
        {
          policyEngineId: this.engineId,
          name,
          definition: { cedar: { statement: text } },
          validationMode: "IGNORE_ALL_FINDINGS",
          enforcementMode: "ACTIVE",
        },
        CALLER,
      );
    }
    await sleep(POLICY);
    await this.untilInEffect();
    this.latency.request = LATENCY.aws.request;
  }

  /** Waits until every change so far has taken effect: the lag is at most one and a half times the usual. */
  async untilInEffect(): Promise<void> {
    await sleep(this.latency.policyEffect * 1.5 + 50);
  }

  close(): Promise<void> {
    return this.aws.close();
  }
}

const POLICY = LATENCY.aws.transition.policy;

async function createGateway(aws: OfflineAws): Promise<CreateGatewayCommandOutput> {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "bedrock-agentcore.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  const { Role } = await aws.call<{ Role: { Arn: string } }>(
    "iam",
    "CreateRole",
    { RoleName: "bench-gateway", AssumeRolePolicyDocument: JSON.stringify(trust) },
    CALLER,
  );
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" }],
  });
  await aws.call("iam", "PutRolePolicy", { RoleName: "bench-gateway", PolicyName: "tools", PolicyDocument }, CALLER);
  const created = await control<CreateGatewayCommandOutput>(aws, "CreateGateway", {
    name: "b",
    roleArn: Role.Arn,
    protocolType: "MCP",
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: {
      customJWTAuthorizer: {
        discoveryUrl: "https://example.com/pool/.well-known/openid-configuration",
        allowedClients: ["machine-client"],
      },
    },
  });
  await untilReady(aws, "GetGateway", { gatewayIdentifier: created.gatewayId });
  return created;
}

async function createTarget(aws: OfflineAws, gatewayIdentifier: string): Promise<void> {
  const { targetId } = await control<{ targetId: string }>(aws, "CreateGatewayTarget", {
    gatewayIdentifier,
    name: TARGET,
    credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
    targetConfiguration: {
      mcp: {
        lambda: {
          lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:bench",
          toolSchema: {
            inlinePayload: TOOLS.map((name) => ({
              name,
              description: "a tool",
              inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
            })),
          },
        },
      },
    },
  });
  await untilReady(aws, "GetGatewayTarget", { gatewayIdentifier, targetId });
}

async function untilReady(aws: OfflineAws, operation: string, input: object): Promise<void> {
  for (;;) {
    const { status, statusReasons } = await control<{ status: string; statusReasons?: string[] }>(
      aws,
      operation,
      input,
    );
    if (status === "READY") return;
    if (status !== "CREATING") throw new Error(`${operation}: ${status} ${statusReasons?.join("; ")}`);
    await sleep(1);
  }
}

const control = <Output extends object>(aws: OfflineAws, operation: string, input: object) =>
  aws.call<Output>("bedrock-agentcore-control", operation, input, CALLER);
