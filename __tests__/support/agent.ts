import { readFileSync } from "node:fs";
import { request } from "node:https";
import { json } from "node:stream/consumers";
import type { OfflineAws } from "../../local/offline-aws";
import { gatewayScopes, namesFor } from "../../settings/names";

const CALLER = { arn: "arn:aws:iam::111122223333:user/agent", via: "sdk" } as const;
export const TOOL = "sample-tool-target___text_analysis_tool";

/** Where an agent finds its gateway, and what it shows at the token endpoint. */
export interface Access {
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly secret: string;
  readonly gatewayUrl: string;
}

/** What a deployment published. */
export async function accessOf(aws: OfflineAws, deployment: string): Promise<Access> {
  const names = namesFor(deployment);
  const parameter = async (Name: string) =>
    (await aws.call<{ Parameter: { Value: string } }>("ssm", "GetParameter", { Name }, CALLER)).Parameter.Value;
  const SecretId = names.machineClientSecret;
  const { SecretString: secret } = await aws.call<{ SecretString: string }>(
    "secretsmanager",
    "GetSecretValue",
    { SecretId },
    CALLER,
  );
  return {
    discoveryUrl: await parameter(names.parameters.discoveryUrl),
    clientId: await parameter(names.parameters.machineClientId),
    secret,
    gatewayUrl: await parameter(names.parameters.gatewayUrl),
  };
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** What an agent does for one user, with no client library: a machine token, then MCP at the gateway. */
export class Agent {
  private constructor(
    private readonly aws: OfflineAws,
    private readonly gatewayUrl: string,
    readonly accessToken: string,
  ) {}

  /** By what the deployment published. */
  static async for(aws: OfflineAws, deployment: string, userId: string): Promise<Agent> {
    return Agent.with(aws, await accessOf(aws, deployment), deployment, userId);
  }

  static async with(aws: OfflineAws, access: Access, deployment: string, userId: string): Promise<Agent> {
    const discovery = await send(aws, "GET", access.discoveryUrl);
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      scope: gatewayScopes(namesFor(deployment)).join(" "),
      aws_client_metadata: JSON.stringify({ verified_user_id: userId }),
    });
    const token = await send(aws, "POST", String(discovery.body.token_endpoint), form.toString(), {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from(`${access.clientId}:${access.secret}`).toString("base64")}`,
    });
    return new Agent(aws, access.gatewayUrl, String(token.body.access_token));
  }

  async tools(): Promise<string[]> {
    const { body } = await this.rpc("tools/list", {});
    return (body.result as { tools: { name: string }[] }).tools.map(({ name }) => name);
  }

  /** The text of the answer, and whether it was a denial. */
  async call(name = TOOL, input: object = { text: "to be or not" }): Promise<{ allowed: boolean; text: string }> {
    const { body } = await this.rpc("tools/call", { name, arguments: input });
    const result = body.result as { isError?: boolean; content: { text: string }[] } | undefined;
    return {
      allowed: result !== undefined && !result.isError,
      text: result?.content[0]?.text ?? JSON.stringify(body.error),
    };
  }

  rpc(method: string, params: object): Promise<Answer> {
    const message = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return send(this.aws, "POST", this.gatewayUrl, message, {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${this.accessToken}`,
    });
  }
}

function send(
  aws: OfflineAws,
  method: string,
  url: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca: readFileSync(aws.caFile), agent: false }, (response) => {
      json(response).then(
        (value) => resolve({ status: response.statusCode ?? 0, body: value as Record<string, unknown> }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
