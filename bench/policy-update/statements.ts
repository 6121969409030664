import type { WantedStatement } from "../../provisioners/rollout/wanted";

export const TOOLS = ["read", "write"] as const;
export const TARGET = "sample-tool-target";
export const actionOf = (tool: string) => `${TARGET}___${tool}`;

/** How large a set is, and how many of its statements the update changes. */
export interface Size {
  readonly statements: number;
  readonly changed: number;
}

/**
 * A policy set before and after its first `changed` statements got another text. Every tenth statement is a forbid.
 * What the two sets say is alike for every caller's `read` and for what the forbids are about, so that most requests
 * must be decided the same way throughout the update. Statements are short: 1,000 of them must stay below 200 KB.
 */
export function policySets({ statements, changed }: Size, gatewayArn: string) {
  const numbers = Array.from({ length: statements }, (_, number) => number);
  return {
    before: numbers.map((number) => statement(number, "old", gatewayArn)),
    after: numbers.map((number) => statement(number, number < changed ? "new" : "old", gatewayArn)),
  };
}

/** The caller that a statement is about: that of a forbid is also the caller of the permit before it. */
export const callerOf = (number: number) => `client-${isForbid(number) ? number - 1 : number}`;

const isForbid = (number: number) => number % 10 === 9;

function statement(number: number, version: "old" | "new", gatewayArn: string): WantedStatement {
  const effect = isForbid(number) ? "forbid" : "permit";
  const tool = `AgentCore::Action::"${actionOf(isForbid(number) ? "write" : "read")}"`;
  const [old, other] = isForbid(number) ? [`action==${tool}`, `action in[${tool}]`] : ["action", `action==${tool}`];
  const head = `principal==AgentCore::OAuthUser::"${callerOf(number)}"`;
  const resource = `resource==AgentCore::Gateway::"${gatewayArn}"`;
  return { stem: `s${number}`, effect, text: `${effect}(${head},${version === "old" ? old : other},${resource});` };
}
