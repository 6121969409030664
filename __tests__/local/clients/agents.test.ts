import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { namesFor, gatewayScopes } from "../../../settings/names";
import { TOOL } from "../../support/agent";
import { byHand, settledGateway } from "../../support/gateway";
import { Project } from "../../support/project";

/** Clients that this project did not write, in processes of their own, at a deployment by real Terraform. */

const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";
const names = namesFor("agents-dev");
const CALLER = { arn: "arn:aws:iam::111122223333:user/agent", via: "sdk" } as const;

let project: Project;
beforeAll(async () => {
  project = await Project.create();
  await project.deploy();
});
afterAll(() => project.close());

async function run<Result>(script: string, environment: Record<string, string>): Promise<Result> {
  const RESULT = path.join(project.folder, `${script}.json`);
  const env = { PATH: process.env.PATH, ...project.aws.environment(), ...environment, RESULT };
  await promisify(execFile)(process.execPath, [path.join(__dirname, script)], { env });
  return JSON.parse(readFileSync(RESULT, "utf8")) as Result;
}

const parameter = async (Name: string) =>
  (await project.aws.call<{ Parameter: { Value: string } }>("ssm", "GetParameter", { Name }, CALLER)).Parameter.Value;

interface Token {
  readonly type: string;
  readonly expires: number;
  readonly jwt: string;
  readonly payload: Record<string, unknown>;
}

async function tokenBy(method: "basic" | "post", user = FINANCE): Promise<Token> {
  const input = { SecretId: names.machineClientSecret };
  const { SecretString } = await project.aws.call<{ SecretString: string }>(
    "secretsmanager",
    "GetSecretValue",
    input,
    CALLER,
  );
  return run<Token>("openid.mjs", {
    DISCOVERY_URL: await parameter(names.parameters.discoveryUrl),
    CLIENT_ID: await parameter(names.parameters.machineClientId),
    CLIENT_SECRET: SecretString,
    METHOD: method,
    VERIFIED_USER: user,
    SCOPE: gatewayScopes(names).join(" "),
  });
}

interface Session {
  readonly server: string;
  readonly sessionId?: string;
  readonly tools: readonly string[];
  readonly result: { readonly isError?: boolean; readonly content: readonly { readonly text: string }[] };
  readonly resumed?: number;
}

const sessionOf = async (jwt: string): Promise<Session> =>
  run<Session>("mcp.mjs", { GATEWAY_URL: await parameter(names.parameters.gatewayUrl), MACHINE_JWT: jwt, TOOL });

test.each(["basic", "post"] as const)(
  "openid-client discovers the pool and gets a token by client_secret_%s; jose verifies it by the pool's keys",
  async (method) => {
    const { type, expires, payload } = await tokenBy(method);

    expect({ type, expires }).toEqual({ type: "bearer", expires: 3_600 });
    expect(payload).toMatchObject({ token_use: "access", user_id: FINANCE, department: "finance", role: "analyst" });
    expect(payload.sub).toBe(payload.client_id);
    expect(payload).not.toHaveProperty("aud");
  },
);

test("the MCP SDK initializes, lists and calls; a gateway without sessions gives it none", async () => {
  const { jwt } = await tokenBy("basic");

  const { server, sessionId, tools, result } = await sessionOf(jwt);

  expect({ server, sessionId, tools }).toEqual({ server: names.gateway, sessionId: undefined, tools: [TOOL] });
  expect(result.isError).not.toBe(true);
  expect(result.content).toEqual([{ type: "text", text: expect.stringContaining("Words: 4") as string }]);
});

describe("at a gateway with sessions", () => {
  beforeAll(async () => {
    const { gateway_id } = await project.outputs("gateway");
    const gatewayIdentifier = String(gateway_id);
    const gateway = await settledGateway(project.aws, gatewayIdentifier);
    const { name, roleArn, authorizerType, authorizerConfiguration, protocolType, policyEngineConfiguration } = gateway;
    const { supportedVersions } = mcpOf(gateway);
    await byHand(project.aws, "UpdateGateway", {
      ...{ gatewayIdentifier, name, roleArn, authorizerType, authorizerConfiguration, protocolType },
      policyEngineConfiguration,
      protocolConfiguration: { mcp: { supportedVersions, sessionConfiguration: { sessionTimeoutInSeconds: 900 } } },
    });
    await settledGateway(project.aws, gatewayIdentifier);
  });

  const mcpOf = ({ protocolConfiguration }: GetGatewayCommandOutput) =>
    (protocolConfiguration as { mcp: { supportedVersions: string[] } }).mcp;

  test("the MCP SDK gets a session, and another connection resumes it", async () => {
    const { jwt } = await tokenBy("basic");

    const { sessionId, tools, resumed } = await sessionOf(jwt);

    expect(sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect({ tools: tools.length, resumed }).toEqual({ tools: 1, resumed: 1 });
  });
});
