import { NOBODY, controlPlane, gatewayOf, sameGateway, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import { REQUIRED, agentCore, invalid, long, matching, model, refused, rules, twice } from "../rows";

const ROLE = "roleArn: text(/arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\\/.+/, 1, 2048),";
const AUTHORIZER_TYPE = 'authorizerType: z.enum(["CUSTOM_JWT", "AWS_IAM", "NONE", "AUTHENTICATE_ONLY"]),';
const GATEWAY_NAME = "const gateway = {\n  name: gatewayName,";

const create = { operation: "CreateGateway" } as const;
const gateway =
  (members: object = {}) =>
  (world: ControlPlane) =>
    gatewayOf(world, members);
const required = (["name", "roleArn", "authorizerType"] as const).flatMap((member) => {
  const takenOut = {
    name: rules(GATEWAY_NAME, GATEWAY_NAME.replace("gatewayName", 'gatewayName.default("demo-gateway")')),
    roleArn: rules(ROLE, ROLE.replace(/,$/, '.default("arn:aws:iam::111122223333:role/demo-gateway-role"),')),
    authorizerType: rules(AUTHORIZER_TYPE, AUTHORIZER_TYPE.replace(/,$/, '.default("CUSTOM_JWT"),')),
  }[member];
  return [
    invalid({
      ...create,
      with: `no ${member}`,
      input: gateway({ [member]: undefined }),
      at: member,
      must: REQUIRED,
      source: model("CreateGatewayRequest"),
      takenOut,
    }),
    invalid({
      operation: "UpdateGateway",
      with: `no ${member}`,
      input: (world: ControlPlane) => sameGateway(world, { [member]: undefined }),
      at: member,
      must: REQUIRED,
      source: model("UpdateGatewayRequest"),
      takenOut,
    }),
  ];
});

const identified = {
  GetGateway: "GetGateway: z.object({ gatewayIdentifier }),",
  UpdateGateway: "    ...gateway,\n    gatewayIdentifier,",
  DeleteGateway: "DeleteGateway: z.object({ gatewayIdentifier }),",
} as const;

const unknown = (Object.keys(identified) as (keyof typeof identified)[]).flatMap((operation) => [
  invalid({
    operation,
    with: "an id in capitals",
    input: (world: ControlPlane) => sameGateway(world, { gatewayIdentifier: "Demo-ABCDEFGHIJ" }),
    at: "gatewayIdentifier",
    must: matching("([0-9a-z][-]?){1,100}-[0-9a-z]{10}"),
    source: model("GatewayIdentifier"),
    takenOut: rules(
      identified[operation],
      identified[operation].replace("gatewayIdentifier", "gatewayIdentifier: z.string()"),
    ),
  }),
  refused({
    operation,
    with: "an id that no gateway has",
    input: (world: ControlPlane) => sameGateway(world, { gatewayIdentifier: NOBODY }),
    answer: [404, "ResourceNotFoundException", `Gateway ${NOBODY} not found`] as const,
    source: `API reference, ${operation}: ResourceNotFoundException`,
    takenOut: agentCore(
      "state",
      'this.gateways.get(id) ?? missing("Gateway", id)',
      'this.gateways.get(id) ?? this.gateways.all()[0] ?? missing("Gateway", id)',
    ),
  }),
]);

const kept: Refusal<ControlPlane>[] = [
  refused({
    ...create,
    with: "the name of another gateway",
    input: gateway({ name: "demo-gateway" }),
    answer: [409, "ConflictException", "A gateway with the name demo-gateway already exists"],
    source: "API reference, CreateGateway: ConflictException; [open] its text",
    takenOut: agentCore("gateways", "gateways.find(({ name }) => name === configuration.name)", "false as boolean"),
  }),
  refused({
    operation: "UpdateGateway",
    with: "another name",
    input: (world: ControlPlane) => sameGateway(world, { name: "renamed-gateway" }),
    answer: [400, "ValidationException", "The name of a gateway cannot be changed"],
    source: "API reference, UpdateGateway: the name must be the same; [open] its text",
    takenOut: agentCore("gateways", "configuration.name !== gateway.name", "false as boolean"),
  }),
  refused({
    operation: "UpdateGateway",
    with: "another kind of authorizer",
    input: (world: ControlPlane) => sameGateway(world, { authorizerType: "NONE" }),
    answer: [400, "ValidationException", "Authorizer type cannot be updated for an existing gateway"],
    source:
      "[field] the text as reported (aws-cloudformation/cloudformation-coverage-roadmap, issue 2578); [open] the exception's class",
    takenOut: agentCore(
      "gateways",
      "configuration.authorizerType !== gateway.configuration.authorizerType",
      "false as boolean",
    ),
  }),
  twice({ ...create, input: gateway({ name: "twice" }) }),
  refused({
    ...create,
    with: "the client token of another request",
    input: async (world: ControlPlane) => {
      await world.make("CreateGateway", gatewayOf(world, { name: "first", clientToken: long(35) }));
      return gatewayOf(world, { name: "second", clientToken: long(35) });
    },
    answer: [409, "ConflictException", "The client token was used before with other parameters"],
    source: "[open] API reference, CreateGateway: clientToken; the class and the text of the refusal are not known",
    takenOut: agentCore("client-tokens", "if (known && known.request !== request)", "if (false)"),
  }),
];

export const surface = controlPlane("gateways", "gateways", [...required, ...unknown, ...kept]);
