import { NOBODYS_ENGINE, controlPlane, gatewayOf, targetOf, type ControlPlane, type Made } from "../control-plane";
import type { Mutant } from "../../../support/mutant";
import type { Refusal } from "../refusal";
import { agentCore, refused } from "../rows";

const ACTIONS = [
  "GetPolicyEngine",
  "AuthorizeAction",
  "PartiallyAuthorizeActions",
  "CheckAuthorizePermissions",
] as const;
type Action = (typeof ACTIONS)[number];

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const GUIDE = "AgentCore developer guide, permissions for policy in gateways";
const REFUSED = [
  500,
  "InternalServerException",
  "An internal error occurred while validating the policy engine configuration",
] as const;

let count = 0;

const allow = (Action: readonly string[], Resource = "*"): Statement => ({
  Effect: "Allow",
  Action: Action.map((action) => `bedrock-agentcore:${action}`),
  Resource,
});
const allBut = (...lacking: readonly Action[]) => allow(ACTIONS.filter((action) => !lacking.includes(action)));

/** A role that the service may assume, with an inline policy of these statements. */
async function roleWith(
  { prepare }: ControlPlane,
  statements: readonly Statement[],
  Service = "bedrock-agentcore.amazonaws.com",
): Promise<string> {
  const RoleName = `row-${++count}`;
  const trust = { Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] };
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  const { Role } = await prepare<{ Role: { Arn: string } }>("iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument,
  });
  const PolicyDocument = JSON.stringify({ Statement: statements });
  await prepare("iam", "PutRolePolicy", { RoleName, PolicyName: "inline", PolicyDocument });
  return Role.Arn;
}

/** A gateway without an engine, of a role that may nothing; its ids. */
const bareGateway = async (world: ControlPlane): Promise<Made & { readonly gatewayIdentifier: string }> => {
  const made = await world.make("CreateGateway", gatewayOf(world, { name: `row-${++count}` }));
  return { ...made, gatewayIdentifier: made.gatewayId };
};

/** UpdateGateway of a gateway of its own that attaches the engine, with a role of these statements. */
const attaching =
  (statements: (world: ControlPlane, gatewayArn: string) => readonly Statement[], mode = "ENFORCE") =>
  async (world: ControlPlane) => {
    const { gatewayIdentifier, gatewayArn, name } = await bareGateway(world);
    const roleArn = await roleWith(world, statements(world, gatewayArn));
    const policyEngineConfiguration = { arn: world.ids.policyEngineArn, mode };
    return gatewayOf(world, { gatewayIdentifier, name, roleArn, policyEngineConfiguration });
  };

interface Lacking {
  readonly that: string;
  readonly statements: (world: ControlPlane, gatewayArn: string) => readonly Statement[];
  readonly mode?: "LOG_ONLY";
  readonly source?: string;
  readonly takenOut: Mutant;
}

const lacking = ({ that, statements, mode, source = GUIDE, takenOut }: Lacking): Refusal<ControlPlane> =>
  refused({
    operation: "UpdateGateway",
    with: `an engine in ${mode ?? "ENFORCE"} and a role that ${that}`,
    input: attaching(statements, mode),
    answer: REFUSED,
    source: `${source}; [field] the exception's class; [open] its text`,
    takenOut,
  });

const NEEDED: Readonly<Record<Action, string>> = {
  GetPolicyEngine: '{ action: "bedrock-agentcore:GetPolicyEngine", on: ["engine"] },',
  AuthorizeAction: '{ action: "bedrock-agentcore:AuthorizeAction", on: ["engine", "gateway"] },',
  PartiallyAuthorizeActions: '{ action: "bedrock-agentcore:PartiallyAuthorizeActions", on: ["engine", "gateway"] },',
  CheckAuthorizePermissions: '{ action: "bedrock-agentcore:CheckAuthorizePermissions", on: ["enginePath"] },',
};
const without = (action: Action) => agentCore("attachment", NEEDED[action], "");
const only = (action: Action, ...on: readonly string[]) =>
  agentCore("attachment", NEEDED[action], NEEDED[action].replace(/on: \[.*\]/, `on: ${JSON.stringify(on)}`));

const actions: Refusal<ControlPlane>[] = [
  ...ACTIONS.map((action) =>
    lacking({ that: `lacks ${action}`, statements: () => [allBut(action)], takenOut: without(action) }),
  ),
  ...(["AuthorizeAction", "PartiallyAuthorizeActions"] as const).flatMap((action) => [
    lacking({
      that: `has ${action} on the engine alone`,
      statements: ({ ids }) => [allBut(action), allow([action], ids.policyEngineArn)],
      takenOut: only(action, "engine"),
    }),
    lacking({
      that: `has ${action} on the gateway alone`,
      statements: (_, gatewayArn) => [allBut(action), allow([action], gatewayArn)],
      takenOut: only(action, "gateway"),
    }),
    lacking({
      that: `lacks ${action}`,
      mode: "LOG_ONLY",
      statements: () => [allBut(action)],
      takenOut: without(action),
    }),
  ]),
  lacking({
    that: "has GetPolicyEngine on another engine alone",
    statements: () => [allBut("GetPolicyEngine"), allow(["GetPolicyEngine"], NOBODYS_ENGINE)],
    takenOut: without("GetPolicyEngine"),
  }),
  lacking({
    that: "has CheckAuthorizePermissions on the engine's ARN alone",
    statements: ({ ids }) => [
      allBut("CheckAuthorizePermissions"),
      allow(["CheckAuthorizePermissions"], ids.policyEngineArn),
    ],
    source: "[field] it is on the path below policy-engines, as AWS's FAST template grants it",
    takenOut: only("CheckAuthorizePermissions", "engine"),
  }),
  lacking({
    that: "is denied AuthorizeAction beside being allowed all",
    statements: () => [allBut(), { Effect: "Deny", Action: "bedrock-agentcore:AuthorizeAction", Resource: "*" }],
    source: "IAM user guide, policy evaluation logic: an explicit deny wins",
    takenOut: {
      file: "local/services/iam-policy.ts",
      find: 'if (matching.some(({ Effect }) => Effect === "Deny")) return false;',
      replace: "",
    },
  }),
  refused({
    operation: "UpdateGateway",
    with: "an engine in ENFORCE and a role that got its permissions a second ago",
    input: async (world: ControlPlane) => {
      world.latency.iamPropagation = 600_000;
      const request = await attaching(() => [allBut()])(world);
      world.latency.iamPropagation = 0;
      return request;
    },
    answer: REFUSED,
    source: "IAM user guide, eventual consistency; [field] about ten seconds",
    takenOut: { file: "local/services/iam.ts", find: "if (iamPropagation === 0)", replace: "if (true)" },
  }),
];

const role = (operation: "CreateGateway" | "UpdateGateway") =>
  (
    [
      ["a role that is not there", () => "arn:aws:iam::111122223333:role/nobody"],
      [
        "a role that another service may assume",
        (world: ControlPlane) => roleWith(world, [allBut()], "lambda.amazonaws.com"),
      ],
    ] as const
  ).map(([what, roleArn]) =>
    refused({
      operation,
      with: what,
      input: async (world: ControlPlane) =>
        gatewayOf(world, {
          roleArn: await roleArn(world),
          ...(operation === "UpdateGateway" && { ...world.ids, roleArn: await roleArn(world), name: "demo-gateway" }),
        }),
      answer: [
        400,
        "ValidationException",
        "The gateway's role cannot be assumed: it does not exist or does not trust…",
      ],
      source: `${GUIDE}: the role's trust; [open] the exception's class and text`,
      takenOut: agentCore("attachment", "if (!state.iam.declaresTrust(roleArn, SERVICE_PRINCIPAL))", "if (false)"),
    }),
  );

const engines: Refusal<ControlPlane>[] = [
  refused({
    operation: "UpdateGateway",
    with: "the ARN of an engine that is not there",
    input: async (world: ControlPlane) => {
      const { gatewayIdentifier, name } = await bareGateway(world);
      return gatewayOf(world, {
        gatewayIdentifier,
        name,
        policyEngineConfiguration: { arn: NOBODYS_ENGINE, mode: "ENFORCE" },
      });
    },
    answer: [400, "ValidationException", "The policy engine of policyEngineConfiguration does not exist"],
    source: "[open] API reference, UpdateGateway; the exception's class and text are not known",
    takenOut: agentCore("attachment", "if (!engine) throw", "if (!engine) return; if (false) throw"),
  }),
  ...(["CREATING", "DELETING"] as const).map((status) =>
    refused({
      operation: "UpdateGateway",
      with: `an engine that is ${status}`,
      input: async (world: ControlPlane) => {
        const { gatewayIdentifier, name } = await bareGateway(world);
        const arn = await engineIn(world, status);
        return gatewayOf(world, { gatewayIdentifier, name, policyEngineConfiguration: { arn, mode: "ENFORCE" } });
      },
      answer: [409, "ConflictException", `Policy engine … is in ${status} status`],
      source: "[open] API reference, UpdateGateway: ConflictException",
      takenOut: agentCore("attachment", 'if (engine.status !== "ACTIVE")', "if (false)"),
    }),
  ),
];

async function engineIn(world: ControlPlane, status: "CREATING" | "DELETING"): Promise<string> {
  const engine = { name: `row_${++count}` };
  const control = "bedrock-agentcore-control";
  const create = () => world.prepare<Made>(control, "CreatePolicyEngine", engine);
  if (status === "CREATING") return (await world.lasting("policyEngine", create)).policyEngineArn;
  const made = await world.make("CreatePolicyEngine", engine);
  await world.lasting("policyEngine", () => world.prepare(control, "DeletePolicyEngine", made));
  return made.policyEngineArn;
}

/** Told after the fact: the answer is the read-back's. */
const uncallable: Refusal<ControlPlane> = {
  request: "CreateGatewayTarget for a function that the gateway's role may not invoke",
  send: async (world) => {
    const { gatewayIdentifier, name } = await bareGateway(world);
    const roleArn = await roleWith(world, [allBut()]);
    await world.prepare(
      "bedrock-agentcore-control",
      "UpdateGateway",
      gatewayOf(world, { gatewayIdentifier, name, roleArn }),
    );
    while ((await read(world, "GetGateway", { gatewayIdentifier })).status !== "READY");
    const created = await world.ask("CreateGatewayTarget", targetOf(world, { gatewayIdentifier }));
    const { targetId } = JSON.parse(created.text) as Made;
    for (;;) {
      const { status, statusReasons } = await read(world, "GetGatewayTarget", { gatewayIdentifier, targetId });
      if (status !== "CREATING") return { status: created.status, type: status, text: statusReasons.join("; ") };
    }
  },
  answer: {
    status: 202,
    type: "FAILED",
    text: "The gateway's role is not allowed to invoke the Lambda function of the target",
  },
  source: "AgentCore developer guide, Lambda targets: lambda:InvokeFunction; [open] the text",
  takenOut: agentCore(
    "targets",
    'if (!state.iam.allows(gateway.configuration.roleArn, "lambda:InvokeFunction", functionArn))',
    "if (false)",
  ),
};

const read = async (world: ControlPlane, operation: "GetGateway" | "GetGatewayTarget", key: object): Promise<Made> =>
  JSON.parse((await world.ask(operation, key)).text) as Made;

export const surface = controlPlane("attachments", "attachments", [
  ...actions,
  ...role("CreateGateway"),
  ...role("UpdateGateway"),
  ...engines,
  uncallable,
]);
