import { actionName } from "../../cedar/tools";
import { discoverTools } from "../../lambdas/discover";
import { settingsFromEnvironment } from "../../settings/load";
import { gatewayScopes, namesFor } from "../../settings/names";
import { findDeployment } from "../../verify/deployment";
import { GatewaySession } from "../../verify/gateway-session";
import { TokenSource } from "../../verify/machine-token";

/** The tool that is called, and what it is called with. */
export const TOOL = toolName();
export const INPUT = { text: "to be or not to be", N: 3 };

/** One user of each kind: listed in the settings and allowed, and a stranger, who is a guest and denied. */
export const users = () => {
  const [allowed = ""] = Object.keys(settingsFromEnvironment().claims.users);
  return { allowed, denied: "stranger" };
};

/** Opens MCP sessions at the deployment that the environment leads to, as an agent does for a user. */
export class Sessions {
  private constructor(
    private readonly gatewayUrl: string,
    private readonly tokens: TokenSource,
  ) {}

  static async find(): Promise<Sessions> {
    const { name, region } = settingsFromEnvironment();
    const names = namesFor(name);
    const deployment = await findDeployment(names, { region, assumeRoleArn: "" });
    return new Sessions(deployment.gatewayUrl, await TokenSource.open(deployment, gatewayScopes(names)));
  }

  async open(userId: string) {
    const { accessToken, claims } = await this.tokens.tokenFor(userId);
    return { session: await GatewaySession.open(this.gatewayUrl, accessToken), claims };
  }
}

function toolName(): string {
  const [folder] = discoverTools();
  const tool = folder?.target.tools[0];
  if (!folder || !tool) throw new Error("there is no tool below lambdas/tools");
  return actionName(folder.target.name, tool.name);
}
