import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { policyName } from "../../../cedar/policy-name";
import { OfflineAws } from "../../../local/offline-aws";
import { ensureAttachment } from "../../../provisioners/attachment";
import { findEngine } from "../../../provisioners/aws/engines";
import { listPolicies } from "../../../provisioners/aws/policies";
import type { Context } from "../../../provisioners/context";
import type { Verb } from "../../../provisioners/contract";
import { ensureEngine } from "../../../provisioners/engine";
import type { Patience } from "../../../provisioners/retry";
import { runVerbWith } from "../../../provisioners/verbs";
import {
  ENGINE_NAME,
  NAME,
  OWNERSHIP,
  attachmentParameters,
  byHand,
  contextFor,
  createGateway,
  createRole,
  createTarget,
  engineParameters,
  settledGateway,
  until,
} from "../../support/gateway";

/** A verb in one of the situations in which Terraform calls it. */
export interface Scenario {
  readonly verb: Verb;
  readonly situation: string;
  /** Makes the account as it is before the verb runs. */
  readonly prepare: (world: World) => Promise<void>;
  /** The operations that the verb may call here; a test fails when it makes another. */
  readonly calls: readonly string[];
  readonly wanted: Wanted;
}

/** What must hold once the verb has run to its end. */
interface Wanted {
  readonly engine: "one" | "none";
  readonly attached?: boolean;
  /** Stems of the statements, all live and nothing beside them. */
  readonly live?: readonly string[];
}

type Effect = "permit" | "forbid";
interface Statement {
  readonly stem: string;
  readonly effect: Effect;
  readonly department: string;
}

const statement = (stem: string, effect: Effect, department: string): Statement => ({ stem, effect, department });
const KEPT = statement("kept", "permit", "finance");
const OLD = [KEPT, statement("old_permit", "permit", "sales"), statement("old_forbid", "forbid", "guest")];
const NEW = [KEPT, statement("new_permit", "permit", "support"), statement("new_forbid", "forbid", "interns")];

/** The account in which one trial takes place. */
export class World {
  gateway: GetGatewayCommandOutput | undefined;
  private readonly folder = mkdtempSync(path.join(tmpdir(), "matrix-"));

  private constructor(
    readonly aws: OfflineAws,
    readonly context: Context,
  ) {}

  static async create(scenario: Scenario, patience?: Patience): Promise<World> {
    const aws = await OfflineAws.start();
    const world = new World(aws, contextFor(aws, patience).context);
    await scenario.prepare(world);
    return world;
  }

  async close(): Promise<void> {
    await this.aws.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What Terraform would put into the environment. */
  environment(statements: readonly Statement[] = NEW): Record<string, string> {
    const wanted = this.gateway ? attachmentParameters(this.gateway).GATEWAY : {};
    return {
      AWS_REGION: "us-east-1",
      ENGINE_NAME,
      OWNERSHIP_TAGS: JSON.stringify(OWNERSHIP),
      PUBLISH_PREFIX: `/${NAME}/policy`,
      POLICY_NAME_PREFIX: NAME,
      TAKE_OVER: "false",
      REPLACE_POLICIES: "[]",
      TAGS: JSON.stringify({ ManagedBy: "Terraform" }),
      GATEWAY: JSON.stringify({ ...wanted, description: "as wanted" }),
      MODE: "ENFORCE",
      TARGETS: this.writeTargets(),
      GATEWAY_ARN: this.gateway?.gatewayArn ?? "",
      STATEMENTS: this.write(statements),
      VALIDATION_MODE: "FAIL_ON_ANY_FINDINGS",
      PROPAGATION_SECONDS: "0",
    };
  }

  /** Runs the verb in this process, as the bundle would. */
  run(verb: Verb): Promise<void> {
    return runVerbWith(this.context, verb, this.environment());
  }

  text({ effect, department }: Statement): string {
    const scope = `principal is AgentCore::OAuthUser, action == AgentCore::Action::"sample-tool-target___read", resource == AgentCore::Gateway::"${this.gateway?.gatewayArn}"`;
    return `${effect}(${scope}) when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;
  }

  async engine(): Promise<void> {
    await ensureEngine(this.context, engineParameters);
  }

  async makeGateway(): Promise<void> {
    this.gateway = await createGateway(this.aws, await createRole(this.aws));
  }

  async attach(): Promise<void> {
    if (this.gateway) await ensureAttachment(this.context, attachmentParameters(this.gateway));
  }

  async target(): Promise<void> {
    await createTarget(this.aws, this.gateway?.gatewayId ?? "", ["read", "write"]);
  }

  async rollOut(statements: readonly Statement[]): Promise<void> {
    await runVerbWith(this.context, "policies rollout", this.environment(statements));
  }

  async deleteGateway(): Promise<void> {
    const gatewayIdentifier = this.gateway?.gatewayId;
    const { items } = await byHand<{ items: { targetId: string }[] }>(this.aws, "ListGatewayTargets", {
      gatewayIdentifier,
    });
    for (const { targetId } of items) await byHand(this.aws, "DeleteGatewayTarget", { gatewayIdentifier, targetId });
    await until(async () => {
      const list = await byHand<{ items: object[] }>(this.aws, "ListGatewayTargets", { gatewayIdentifier });
      return list.items.length === 0;
    });
    await byHand(this.aws, "DeleteGateway", { gatewayIdentifier });
    await until(async () => (await byHand<{ items: object[] }>(this.aws, "ListGateways", {})).items.length === 0);
  }

  /** What is not as it must be once the verb has run to its end, in words. */
  async leftovers({ engine: wantedEngine, attached, live }: Wanted): Promise<string[]> {
    const { policyEngines } = await byHand<{ policyEngines: { name: string }[] }>(this.aws, "ListPolicyEngines", {});
    const engine = await findEngine(this.context, ENGINE_NAME);
    const policies = engine ? await listPolicies(this.context, engine.id) : [];
    const wanted = NEW.filter(({ stem }) => live?.includes(stem)).map((one) => this.text(one));
    const seen = policies.map(({ text, status, enforcementMode, name }) =>
      status === "ACTIVE" && enforcementMode === "ACTIVE" ? text : `${name}: ${status} ${enforcementMode}`,
    );
    const gateway = this.gateway && attached && (await settledGateway(this.aws, this.gateway.gatewayId ?? ""));
    return [
      ...(policyEngines.length === (wantedEngine === "one" ? 1 : 0) ? [] : [`${policyEngines.length} engines`]),
      ...(!engine || engine.status === "ACTIVE" ? [] : [`the engine is ${engine.status}`]),
      ...(live && [...seen].sort().join() !== [...wanted].sort().join() ? [`policies: ${seen.join("; ")}`] : []),
      ...(gateway && gateway.policyEngineConfiguration?.arn !== engine?.arn ? ["the engine is not attached"] : []),
      ...(gateway && gateway.policyEngineConfiguration?.mode !== "ENFORCE" ? ["nothing is enforced"] : []),
      ...(gateway && gateway.description !== "as wanted" ? ["the gateway is not as wanted"] : []),
    ];
  }

  /** The live statements' stems, by their names. */
  async liveStems(): Promise<string[]> {
    const engine = await findEngine(this.context, ENGINE_NAME);
    const policies = engine ? await listPolicies(this.context, engine.id) : [];
    return [...OLD, ...NEW]
      .filter((one, index, all) => all.indexOf(one) === index)
      .filter((one) =>
        policies.some(
          ({ name, status, enforcementMode }) =>
            name.startsWith(policyName(NAME, one.stem, this.text(one))) &&
            status === "ACTIVE" &&
            enforcementMode === "ACTIVE",
        ),
      )
      .map(({ stem }) => stem);
  }

  /** One tool, whose input is another one than the target's. */
  private writeTargets(): string {
    const file = path.join(this.folder, "targets.json");
    const inputSchema = { type: "object", properties: { text: { type: "integer" } }, required: ["text"] };
    const tools = [{ name: "read", description: "a tool", inputSchema }];
    writeFileSync(file, JSON.stringify([{ name: "sample-tool-target", tools }]));
    return file;
  }

  private write(statements: readonly Statement[]): string {
    const folder = path.join(this.folder, statements.map(({ stem }) => stem).join("-"));
    mkdirSync(folder, { recursive: true });
    for (const one of statements) writeFileSync(path.join(folder, `${one.stem}.cedar`), this.text(one));
    return folder;
  }
}

const LOOK_UP = ["ListPolicyEngines", "ListTagsForResource", "GetPolicyEngine"];
const ATTACH = [...LOOK_UP, "GetGateway", "UpdateGateway"];
const LOOK_AT_TOOLS = ["ListGatewayTargets", "GetGatewayTarget", "ListPolicies"];
const ROLL_OUT = ["ListPolicies", "CreatePolicy", "UpdatePolicy", "DeletePolicy"];
const PUBLISH = ["PutParameter", "GetParametersByPath"];
const everyNew = NEW.map(({ stem }) => stem);

export const SCENARIOS: readonly Scenario[] = [
  {
    verb: "engine ensure",
    situation: "first deployment",
    prepare: () => Promise.resolve(),
    calls: ["ListPolicyEngines", "CreatePolicyEngine", "GetPolicyEngine", "PutParameter"],
    wanted: { engine: "one" },
  },
  {
    verb: "engine ensure",
    situation: "the engine is there",
    prepare: async (world) => {
      await world.engine();
      const { arn } = (await findEngine(world.context, ENGINE_NAME)) ?? {};
      await byHand(world.aws, "UntagResource", { resourceArn: arn, tagKeys: ["ManagedBy"] });
    },
    calls: [...LOOK_UP, "TagResource", "PutParameter"],
    wanted: { engine: "one" },
  },
  {
    verb: "attachment ensure",
    situation: "first deployment",
    prepare: async (world) => {
      await world.engine();
      await world.makeGateway();
    },
    calls: [...ATTACH, "ListGatewayTargets"],
    wanted: { engine: "one", attached: true },
  },
  {
    verb: "attachment ensure",
    situation: "a setting of the gateway and a tool's input changed",
    prepare: async (world) => {
      await world.engine();
      await world.makeGateway();
      await world.attach();
      await world.target();
    },
    calls: [...ATTACH, ...LOOK_AT_TOOLS],
    wanted: { engine: "one", attached: true },
  },
  {
    verb: "policies rollout",
    situation: "first deployment",
    prepare: async (world) => {
      await world.engine();
      await world.makeGateway();
      await world.attach();
      await world.target();
    },
    calls: [...ATTACH, ...ROLL_OUT, ...PUBLISH],
    wanted: { engine: "one", attached: true, live: everyNew },
  },
  {
    verb: "policies rollout",
    situation: "a permit and a forbid replaced",
    prepare: async (world) => {
      await world.engine();
      await world.makeGateway();
      await world.attach();
      await world.target();
      await world.rollOut(OLD);
    },
    calls: [...LOOK_UP, "GetGateway", ...ROLL_OUT, ...PUBLISH],
    wanted: { engine: "one", attached: true, live: everyNew },
  },
  {
    verb: "engine destroy",
    situation: "after its gateway",
    prepare: async (world) => {
      await world.engine();
      await world.makeGateway();
      await world.attach();
      await world.target();
      await world.rollOut(OLD);
      await world.deleteGateway();
    },
    calls: [
      ...["ListPolicyEngines", "ListTagsForResource", "ListGateways", "ListPolicies", "DeletePolicy"],
      ...["DeletePolicyEngine", "GetPolicyEngine", "GetParametersByPath", "DeleteParameters"],
    ],
    wanted: { engine: "none" },
  },
];

export const nameOf = ({ verb, situation }: Scenario) => `${verb}, ${situation}`;
