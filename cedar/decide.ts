import { setFlagsFromString } from "node:v8";
import {
  isAuthorizedPartial,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type DetailedError,
  type EntityJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import { InputError, toCedarInput } from "./input";
import { NAMESPACE, ROOT_GROUPS, type AgentCoreSchema } from "./schema";

// Node 20's V8 can abort the process ("unreachable code") when it takes back an optimisation of a function that has a
// call into WebAssembly inlined, as observed after some ten thousand decisions. Without the inlining it does not.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--no-turbo-inline-js-wasm-calls");

/** The caller as Cedar sees it. All users of one machine client share an id: they differ in tags alone. */
export interface Principal {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Decision {
  readonly decision: "allow" | "deny";
  /** Ids of the policies that made it: the permits of an allow, the forbids of a deny, none by default. */
  readonly determining: readonly string[];
  /** Why policies could not be evaluated, or the request not be made; such policies count as absent. */
  readonly errors: readonly string[];
}

export interface ListRequest {
  readonly principal: Principal;
  /** `<target>___<tool>` */
  readonly action: string;
  readonly gatewayArn: string;
  readonly schema: AgentCoreSchema;
}

export interface CallRequest extends ListRequest {
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Decides as AgentCore's policy engine does: forbids win over permits, and nothing is allowed by default. A
 * request that cannot be made (unknown action, input that does not fit) is denied.
 */
export class Authorizer {
  private readonly slot = new Slot(() => {
    const staticPolicies = Object.fromEntries(this.policies.map(({ id, text }) => [id, text]));
    return (name) => preparsePolicySet(name, { staticPolicies });
  });

  /** Throws Error when a policy does not parse. */
  constructor(private readonly policies: readonly { readonly id: string; readonly text: string }[]) {
    this.slot.name();
  }

  /** The decision on a call with its input, as tools/call makes it. */
  decide(request: CallRequest): Decision {
    const inputSchema = request.schema.inputs.get(request.action);
    if (!inputSchema) return denied("unknown action");
    try {
      const context = { input: toCedarInput(request.input, inputSchema), system: { now: now() } };
      const answer = statefulIsAuthorized({
        ...entitiesOf(request),
        context,
        preparsedSchemaName: schemaSlot(request.schema).name(),
        validateRequest: true,
        preparsedPolicySetId: this.slot.name(),
      });
      if (answer.type === "failure") return denied(...answer.errors.map(messageOf));
      const { decision, diagnostics } = answer.response;
      const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${messageOf(error)}`);
      return { decision, determining: diagnostics.reason, errors };
    } catch (error) {
      if (error instanceof InputError) return denied(error.message);
      throw error;
    }
  }

  /** Whether some input of this tool could be permitted: what tools/list shows. */
  couldPermit(request: ListRequest): boolean {
    if (!request.schema.inputs.has(request.action)) return false;
    const answer = isAuthorizedPartial({
      ...entitiesOf(request),
      // An empty context would wrongly deny; an unknown one leaves open what depends on the input.
      context: { input: { __extn: { fn: "unknown", arg: "input" } }, system: { now: now() } },
      policies: { staticPolicies: Object.fromEntries(this.policies.map(({ id, text }) => [id, text])) },
    });
    return answer.type === "residuals" && answer.response.decision !== "deny";
  }
}

/**
 * Principal of a token: its id is `sub`, and every claim becomes a String tag. Numbers and booleans are
 * written out, arrays and objects become JSON text, null gives no tag. Source: AgentCore's documents.
 */
export function principalFromClaims(claims: Readonly<Record<string, unknown>>): Principal {
  const present = Object.entries(claims).filter(([, value]) => value !== null && value !== undefined);
  const tags = present.map(
    ([name, value]) =>
      [wellFormed(name), typeof value === "string" ? wellFormed(value) : JSON.stringify(value)] as const,
  );
  return { id: typeof claims.sub === "string" ? wellFormed(claims.sub) : "", tags: Object.fromEntries(tags) };
}

/** Half of a surrogate pair, which Cedar does not take, becomes the replacement character: equal to nothing that is meant. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\uFFFD");

const denied = (...errors: string[]): Decision => ({ decision: "deny", determining: [], errors });

const messageOf = ({ message, help }: DetailedError) => (help ? `${message} (${help})` : message);

const now = () => ({ __extn: { fn: "datetime", arg: new Date().toISOString() } });

const uid = (type: string, id: string) => ({ type: `${NAMESPACE}::${type}`, id });

function entitiesOf({ principal, action, gatewayArn, schema }: ListRequest) {
  const groups = [...ROOT_GROUPS, schema.targets.get(action) ?? "", action];
  const actions = groups.map((id, index): EntityJson => {
    const parent = groups[index - 1];
    return { uid: uid("Action", id), attrs: {}, parents: parent === undefined ? [] : [uid("Action", parent)] };
  });
  const entities: EntityJson[] = [
    { uid: uid("OAuthUser", principal.id), attrs: { id: principal.id }, parents: [], tags: { ...principal.tags } },
    { uid: uid("Gateway", gatewayArn), attrs: {}, parents: [] },
    ...actions,
  ];
  return {
    principal: uid("OAuthUser", principal.id),
    action: uid("Action", action),
    resource: uid("Gateway", gatewayArn),
    entities,
  };
}

/**
 * A named place in Cedar's cache of parsed policies and schemas. The cache has no way to remove an entry, so
 * names are used in rotation; who finds its place taken parses again.
 */
class Slot {
  private static readonly PLACES = 128;
  private static readonly owners = new Map<string, Slot>();
  private static next = 0;

  private place: string | undefined;

  constructor(
    private readonly parser: () => (name: string) => { type: "success" } | { type: "failure"; errors: DetailedError[] },
  ) {}

  name(): string {
    if (this.place !== undefined && Slot.owners.get(this.place) === this) return this.place;
    const name = `slot-${Slot.next++ % Slot.PLACES}`;
    const answer = this.parser()(name);
    if (answer.type === "failure") throw new Error(answer.errors.map(messageOf).join("; "));
    Slot.owners.set(name, this);
    this.place = name;
    return name;
  }
}

const schemaSlots = new WeakMap<AgentCoreSchema, Slot>();

function schemaSlot(schema: AgentCoreSchema): Slot {
  const slot = schemaSlots.get(schema) ?? new Slot(() => (name) => preparseSchema(name, schema.json));
  schemaSlots.set(schema, slot);
  return slot;
}
