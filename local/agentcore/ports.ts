/**
 * What AgentCore needs of the other services. Each is implemented by that service; here is only what is
 * asked of it.
 */

export interface IamPolicies {
  /** Whether the role's policies allow the action on the resource, as far as they have spread by now. */
  allows(roleArn: string, action: string, resourceArn: string): boolean;
  /** Whether the role exists and its trust policy lets the service assume it. */
  trusts(roleArn: string, servicePrincipal: string): boolean;
  /** The same of the trust policy as it was written, wherever it has spread to. */
  declaresTrust(roleArn: string, servicePrincipal: string): boolean;
}

export interface TokenVerifier {
  /**
   * The claims of a JWT whose signature (RS256), issuer, exp and nbf hold against the issuer behind the
   * discovery URL. Rejects otherwise, with a message that holds nothing of the token.
   */
  verify(token: string, discoveryUrl: string): Promise<Record<string, unknown>>;
}

export interface LambdaInvoker {
  /** Runs the function's code. Rejects where the function does not exist or the time is over. */
  invoke(
    functionArn: string,
    payload: unknown,
    options?: { clientContext?: object; timeoutMs?: number },
  ): Promise<{ payload: unknown; functionError?: string }>;
}

/** The principal that a gateway's role has to trust. */
export const SERVICE_PRINCIPAL = "bedrock-agentcore.amazonaws.com";
