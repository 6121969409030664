import fc from "fast-check";
import type { CallRequest } from "../../../cedar/decide";
import type { AgentCoreSchema } from "../../../cedar/schema";

/** One Cedar statement over departments, roles, tools and inputs: few enough values that statements overlap. */
export interface Rule {
  readonly effect: "permit" | "forbid";
  /** Departments that it is about; none: everybody's. */
  readonly departments: readonly string[];
  readonly role: string | undefined;
  readonly tools: readonly string[];
  /** The input that it is about. */
  readonly text: string | undefined;
}

const DEPARTMENTS = ["finance", "sales"];
const ROLES = ["admin", "clerk"];
export const TOOLS = ["read", "write"];
const TEXTS = ["public", "secret"];
const TARGET = "sample-tool-target";

/** Wide statements meet each other more often than narrow ones. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

export const rule: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom("permit" as const, "forbid" as const),
  departments: fc.subarray(DEPARTMENTS),
  tools: fc.subarray(TOOLS, { minLength: 1 }),
  role: rarely(fc.constantFrom(...ROLES)),
  text: rarely(fc.constantFrom(...TEXTS)),
});

/** The statement's text as AWS gets it. */
export function textOf({ effect, departments, role, tools, text }: Rule, gatewayArn: string): string {
  const actions = tools.map((tool) => `AgentCore::Action::"${TARGET}___${tool}"`).join(", ");
  const scope = `principal is AgentCore::OAuthUser, action in [${actions}], resource == AgentCore::Gateway::"${gatewayArn}"`;
  const list = departments.map((name) => `"${name}"`).join(", ");
  const conditions = [
    ...(departments.length > 0
      ? [`principal.hasTag("department") && [${list}].contains(principal.getTag("department"))`]
      : []),
    ...(role === undefined ? [] : [`principal.hasTag("role") && principal.getTag("role") == "${role}"`]),
    ...(text === undefined ? [] : [`context.input.text == "${text}"`]),
  ];
  return `${effect}(${scope}) when { ${conditions.join(" && ") || "true"} };`;
}

/** Everything that a statement may tell apart: each department and none, each role, each tool, each input. */
export const REQUESTS = [...DEPARTMENTS, undefined].flatMap((department) =>
  ROLES.flatMap((role) => TOOLS.flatMap((tool) => TEXTS.map((text) => ({ department, role, tool, text })))),
);
export type Request = (typeof REQUESTS)[number];

export const callOf = (
  { department, role, tool, text }: Request,
  { gatewayArn, schema }: { gatewayArn: string; schema: AgentCoreSchema },
): CallRequest => ({
  principal: { id: "machine", tags: { ...(department && { department }), role } },
  action: `${TARGET}___${tool}`,
  input: { text },
  gatewayArn,
  schema,
});
