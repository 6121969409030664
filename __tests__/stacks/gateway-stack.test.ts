import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BedrockagentcoreGateway } from "@cdktf/provider-aws/lib/bedrockagentcore-gateway";
import { TerraformStack, Testing } from "cdktf";
import type { ToolSpec } from "../../cedar/tools";
import type { Statement } from "../../cedar/policy-set";
import { PARAMETERS, type Verb } from "../../provisioners/contract";
import { createApp } from "../../stacks/app";
import { type StackJson, outline, project, synthesise } from "./synthesised";

const from = project();
const { gateway: stack } = synthesise(from);
const N = from.settings.name;
const prefix = N.replaceAll("-", "_");

const ENGINE = "terraform_data.policy_engine";
const GATEWAY = "aws_bedrockagentcore_gateway.gateway";
const ATTACHMENT = "terraform_data.policy_attachment";
const TARGET = "aws_bedrockagentcore_gateway_target.target_sample_tool";
const POLICIES = "terraform_data.cedar_policies";

const triggers = (json: StackJson, address: string) =>
  json.resource(address).triggers_replace as Record<string, string>;

const policyEngine = (changes: Partial<typeof from.settings.policyEngine>) => ({
  settings: { policyEngine: { ...from.settings.policyEngine, ...changes } },
});

test("the gateway stack is deployed after the identity stack, whose parameters it reads", () => {
  const app = createApp(from, { outdir: mkdtempSync(path.join(tmpdir(), "app-")) });
  const later = app.node.findChild(`${from.settings.environment}-gateway`) as TerraformStack;
  expect(later.dependencies.map(({ node }) => node.id)).toEqual([`${from.settings.environment}-identity`]);
});

describe("order", () => {
  test("is engine, gateway, attachment, targets, policies", () => {
    const order = [ENGINE, GATEWAY, ATTACHMENT, TARGET, POLICIES];
    order.slice(1).forEach((later, index) => {
      expect([later, stack.comesAfter(later, order[index] ?? "")]).toEqual([later, true]);
    });
  });

  test("puts the engine before everything else, which finds out first whether a script can run at all", () => {
    const early = stack.addresses().filter((address) => address !== ENGINE && !stack.comesAfter(address, ENGINE));
    expect(early).toEqual([]);
    expect(stack.references(ENGINE)).toEqual([]);
  });

  test("gives the gateway its permissions before the gateway is there", () => {
    expect(stack.resource(GATEWAY).depends_on).toContain("aws_iam_role_policy.gateway_role_policy");
  });

  test("lets nobody find the gateway's URL before it is guarded", () => {
    expect(stack.resource("aws_ssm_parameter.parameter_gateway_url")).toMatchObject({
      name: `/${N}/gateway_url`,
      depends_on: [ATTACHMENT],
    });
  });

  test("holds nothing back by events: no resource is replaced by another's change", () => {
    expect(JSON.stringify(stack.json)).not.toMatch(/replace_triggered_by|create_before_destroy/);
  });
});

describe("gateway", () => {
  test("lets in tokens of the machine client alone, from the deployment's user pool", () => {
    expect(stack.resource(GATEWAY)).toMatchObject({
      name: `${N}-gateway`,
      protocol_type: "MCP",
      protocol_configuration: [{ mcp: [{ supported_versions: expect.arrayContaining(["2025-03-26", "2025-11-25"]) }] }],
      authorizer_type: "CUSTOM_JWT",
      authorizer_configuration: [
        {
          custom_jwt_authorizer: [
            {
              discovery_url: "${data.aws_ssm_parameter.discovery_url.insecure_value}",
              allowed_clients: ["${data.aws_ssm_parameter.machine_client_id.insecure_value}"],
            },
          ],
        },
      ],
    });
    expect(stack.json.data).toMatchObject({
      aws_ssm_parameter: {
        discovery_url: { name: `/${N}/discovery_url` },
        machine_client_id: { name: `/${N}/machine_client_id` },
      },
    });
  });

  test("is never updated by Terraform: all that the provider could update is ignored", () => {
    const replacedOrNotOfTheGateway = ["name", "authorizer_type", "region", "tags", "timeouts"];
    const bare = new BedrockagentcoreGateway(new TerraformStack(Testing.app(), "s"), "g", {
      name: "n",
      roleArn: "r",
      authorizerType: "t",
      protocolType: "p",
    }) as unknown as { synthesizeAttributes(): object };
    const updatable = Object.keys(bare.synthesizeAttributes()).filter(
      (key) => !replacedOrNotOfTheGateway.includes(key),
    );
    expect(updatable.length).toBeGreaterThan(5);
    expect(stack.resource(GATEWAY).lifecycle?.ignore_changes).toEqual(updatable.sort());
  });

  test("is read from no other stack's state", () => {
    expect(JSON.stringify(stack.json)).not.toContain("terraform_remote_state");
  });
});

describe("gateway role", () => {
  const arn = (service: string, resource: string) =>
    `arn:\${data.aws_partition.partition.partition}:${service}:us-east-1:\${data.aws_caller_identity.caller.account_id}:${resource}`;
  const engine = arn("bedrock-agentcore", `policy-engine/${prefix}_policy_engine-*`);
  const gateway = arn("bedrock-agentcore", `gateway/${N}-gateway-*`);
  const statements = stack.statements("aws_iam_role_policy.gateway_role_policy");

  test("is taken by AgentCore alone, for this account and this gateway", () => {
    expect(stack.statements("aws_iam_role.gateway_role", "assume_role_policy")).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "bedrock-agentcore.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "${data.aws_caller_identity.caller.account_id}" },
          ArnLike: { "aws:SourceArn": gateway },
        },
      },
    ]);
  });

  test("may invoke exactly the tools", () => {
    expect(statements).toContainEqual(
      expect.objectContaining({
        Action: "lambda:InvokeFunction",
        Resource: [arn("lambda", `function:${N}-sample-tool`)],
      }),
    );
  });

  test("may read and ask its own policy engine, and no other", () => {
    const asked = statements.filter(({ Action }) => JSON.stringify(Action).includes("bedrock-agentcore"));
    expect(asked.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ["bedrock-agentcore:GetPolicyEngine", engine],
      [
        ["bedrock-agentcore:AuthorizeAction", "bedrock-agentcore:PartiallyAuthorizeActions"],
        [engine, gateway],
      ],
      [
        "bedrock-agentcore:CheckAuthorizePermissions",
        arn("bedrock-agentcore", `/policy-engines/${prefix}_policy_engine-*`),
      ],
    ]);
  });

  test("may write AgentCore's own logs, and no others", () => {
    const ofLogs = statements.filter(({ Action }) => JSON.stringify(Action).includes("logs:"));
    expect(ofLogs.map(({ Resource }) => Resource)).toEqual([arn("logs", "log-group:/aws/bedrock-agentcore/*")]);
  });

  test("has no permission on everything, and none by a wildcard action", () => {
    for (const { Action, Resource } of statements) {
      expect([Action].flat()).not.toContainEqual(expect.stringContaining("*"));
      expect([Resource].flat()).not.toContain("*");
    }
    expect(statements.flatMap(({ Action }) => Action)).toHaveLength(8);
  });

  test("has one inline policy, so that its permissions hold together", () => {
    const ofTheRole = stack.addresses("aws_iam_role_policy").filter((address) => address.includes("gateway_role"));
    expect(ofTheRole).toHaveLength(1);
  });
});

describe("scripts", () => {
  test.each([
    [ENGINE, ["engine ensure", "engine destroy"]],
    [ATTACHMENT, ["attachment ensure"]],
    [POLICIES, ["policies rollout"]],
  ] as const)("%s runs %j by a literal path, with what the script takes and nothing else", (address, verbs) => {
    const steps = (stack.resource(address).provisioner ?? []).map((it) => it["local-exec"]);
    expect(steps.map(({ command }) => command)).toEqual(
      verbs.map((verb) =>
        expect.stringMatching(new RegExp(`^node assets/lifecycle_scripts/[0-9A-F]{32}/index\\.js ${verb}$`)),
      ),
    );
    verbs.forEach((verb: Verb, index) => {
      const environment = steps[index]?.environment ?? {};
      expect(Object.keys(environment).sort()).toEqual(Object.keys(PARAMETERS[verb].shape).sort());
      if (verb !== "engine destroy") expect(PARAMETERS[verb].safeParse(environment).error).toBeUndefined();
    });
  });

  test("on destroy read their parameters from the resource itself, which has each of them", () => {
    const { provisioner = [], input } = stack.resource(ENGINE);
    const [, destroy] = provisioner.map((it) => it["local-exec"]);
    expect(destroy?.when).toBe("destroy");
    for (const [name, value] of Object.entries(destroy?.environment ?? {})) {
      expect(value).toBe(`\${self.input.${name.toLowerCase()}}`);
      expect(input).toHaveProperty(name.toLowerCase());
    }
  });

  test("get no secret: nothing in an environment comes from a sensitive attribute", () => {
    const environments = JSON.stringify([ENGINE, ATTACHMENT, POLICIES].map((it) => stack.resource(it).provisioner));
    const references = [...environments.matchAll(/\$\{([\w.]+)\}/g)].map(([, reference]) => reference);
    expect([...new Set(references.filter((it) => !it?.startsWith("self.input.")))].sort()).toEqual([
      "aws_bedrockagentcore_gateway.gateway.gateway_arn",
      "aws_bedrockagentcore_gateway.gateway.gateway_id",
      "aws_iam_role.gateway_role.arn",
      "data.aws_ssm_parameter.discovery_url.insecure_value",
      "data.aws_ssm_parameter.machine_client_id.insecure_value",
    ]);
  });

  test("take nothing over, and judge and wait as the settings say", () => {
    const environmentOf = (address: string, json = stack) =>
      json.resource(address).provisioner?.[0]?.["local-exec"].environment ?? {};
    expect(environmentOf(ENGINE)).toMatchObject({ TAKE_OVER: "false", REPLACE_POLICIES: "[]" });
    expect(environmentOf(POLICIES)).toMatchObject({
      TAKE_OVER: "false",
      MODE: "ENFORCE",
      VALIDATION_MODE: "FAIL_ON_ANY_FINDINGS",
      PROPAGATION_SECONDS: String(from.settings.policyEngine.propagationSeconds),
      REPLACE_POLICIES: "[]",
    });
    const replacing = synthesise(project(policyEngine({ replacePolicies: ["theirs"] }))).gateway;
    for (const address of [ENGINE, POLICIES])
      expect(environmentOf(address, replacing).REPLACE_POLICIES).toBe('["theirs"]');
    expect(triggers(replacing, POLICIES)).toMatchObject({ replaced_policies: "theirs" });
    expect(JSON.parse(environmentOf(ENGINE).OWNERSHIP_TAGS ?? "")).toEqual({ Project: N, Deployment: "dev" });
  });

  test("assume the role that Terraform assumes, on destroy too", () => {
    const assumeRoleArn = "arn:aws:iam::111122223333:role/deployer";
    const { gateway } = synthesise(project({ settings: { assumeRoleArn } }));
    expect(gateway.json.provider).toMatchObject({ aws: [{ assume_role: [{ role_arn: assumeRoleArn }] }] });
    for (const address of [ENGINE, ATTACHMENT, POLICIES]) {
      const [create] = gateway.resource(address).provisioner ?? [];
      expect(create?.["local-exec"].environment.ASSUME_ROLE_ARN).toBe(assumeRoleArn);
    }
    expect(gateway.resource(ENGINE).input).toMatchObject({ assume_role_arn: assumeRoleArn });
  });
});

describe("policy engine", () => {
  test("is another one only with another name, region or partition: no change of policy replaces it", () => {
    expect(triggers(stack, ENGINE)).toEqual({
      name: `${prefix}_policy_engine`,
      region: "us-east-1",
      partition: "${data.aws_partition.partition.partition}",
    });
    const { gateway } = synthesise(project({ ...policyEngine({ mode: "LOG_ONLY" }), statements: [], tools: [] }));
    expect(triggers(gateway, ENGINE)).toEqual(triggers(stack, ENGINE));
  });
});

const withTools = (change: (tool: ToolSpec) => ToolSpec) =>
  from.tools.map((one) => ({ ...one, target: { ...one.target, tools: one.target.tools.map(change) } }));

describe("attachment", () => {
  const environment = stack.resource(ATTACHMENT).provisioner?.[0]?.["local-exec"].environment ?? {};

  test("enforces", () => {
    expect(environment.MODE).toBe("ENFORCE");
    expect(environment.TAKE_OVER).toBe("false");
  });

  test("writes the whole gateway, as Terraform made it", () => {
    expect(JSON.parse(environment.GATEWAY ?? "")).toEqual({
      gatewayIdentifier: "${aws_bedrockagentcore_gateway.gateway.gateway_id}",
      name: `${N}-gateway`,
      description: stack.resource(GATEWAY).description,
      roleArn: "${aws_iam_role.gateway_role.arn}",
      protocolType: "MCP",
      protocolConfiguration: {
        mcp: { supportedVersions: ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] },
      },
      authorizerType: "CUSTOM_JWT",
      authorizerConfiguration: {
        customJWTAuthorizer: {
          discoveryUrl: "${data.aws_ssm_parameter.discovery_url.insecure_value}",
          allowedClients: ["${data.aws_ssm_parameter.machine_client_id.insecure_value}"],
        },
      },
      customTransformConfiguration: null,
      interceptorConfigurations: null,
      exceptionLevel: null,
    });
  });

  test.each([
    ["the mode", policyEngine({ mode: "LOG_ONLY" }), ["mode"]],
    [
      "the description",
      { settings: { gateway: { ...from.settings.gateway, description: "Another" } } },
      ["gateway.description"],
    ],
    [
      "a tool's input",
      { tools: withTools((one) => ({ ...one, inputSchema: { type: "object" as const } })) },
      ["target.sample-tool-target"],
    ],
    ["a tool that goes", { tools: [] }, ["target.sample-tool-target"]],
    ["a policy", { statements: [] }, []],
  ])("is done again for a change of %s", (_, changes, expected) => {
    const before = triggers(stack, ATTACHMENT);
    const after = triggers(synthesise(project(changes)).gateway, ATTACHMENT);
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    expect(keys.filter((key) => before[key] !== after[key])).toEqual(expected);
  });

  test("is done again for another engine, another gateway, or another value of any of its members", () => {
    expect(Object.keys(triggers(stack, ATTACHMENT)).sort()).toEqual([
      "gateway.authorizerConfiguration",
      "gateway.authorizerType",
      "gateway.description",
      "gateway.name",
      "gateway.protocolConfiguration",
      "gateway.protocolType",
      "gateway.roleArn",
      "gateway_arn",
      "mode",
      "policy_engine",
      "target.sample-tool-target",
    ]);
  });
});

test("a tool's description reaches the attachment's triggers as it is written", () => {
  const [tool] = from.tools;
  const [spec] = tool!.target.tools;
  const tools = [{ ...tool!, target: { ...tool!.target, tools: [{ ...spec!, description: "${a} %{b}" }] } }];
  const { gateway } = synthesise(project({ tools }));
  expect(triggers(gateway, ATTACHMENT)["target.sample-tool-target"]).toContain("$${a} %%{b}");
});

describe("Cedar policies", () => {
  test("show in a plan as the lines of their files, with the gateway's placeholder", () => {
    const [statement] = from.statements;
    expect(triggers(stack, POLICIES)["text_analysis.cedar"]).toBe(statement?.text);
    expect(statement?.text).toContain("{{GATEWAY_ARN}}");
  });

  test("reach Terraform as they are written, also where they hold what Terraform would take for a template", () => {
    const text = 'permit (principal, action, resource) when { "${a}" != "%{b}" };';
    const statements: Statement[] = [{ file: "odd.cedar", stem: "odd", text, effect: "permit" }];
    const { gateway } = synthesise(project({ statements }));
    expect(triggers(gateway, POLICIES)["odd.cedar"]).toBe(
      'permit (principal, action, resource) when { "$${a}" != "%%{b}" };',
    );
  });

  test("are rolled out again for another engine, gateway, validation mode, script or statement", () => {
    expect(Object.keys(triggers(stack, POLICIES)).sort()).toEqual([
      "gateway_arn",
      "policy_engine",
      "scripts",
      "text_analysis.cedar",
      "validation_mode",
    ]);
  });

  test("are the set that the settings choose", () => {
    const { gateway } = synthesise(project({ settings: { policySet: "deny-guest" } }));
    const text = triggers(gateway, POLICIES)["text_analysis.cedar"];
    expect(text).toContain('["finance", "engineering"]');
    expect(triggers(stack, POLICIES)["text_analysis.cedar"]).toContain('["finance", "engineering", "guest"]');
  });

  test("come after every target, as AgentCore refuses a statement about a tool that is not there", () => {
    expect(stack.resource(POLICIES).depends_on).toEqual([ATTACHMENT, TARGET]);
  });
});

describe("every function", () => {
  test("has a role that Lambda alone assumes", () => {
    expect(stack.statements("aws_iam_role.tool_sample_tool_function_role", "assume_role_policy")).toEqual([
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
    ]);
  });
});

describe("tools", () => {
  test("are Lambda functions that may write to their own log group and nothing else", () => {
    expect(stack.resource("aws_lambda_function.tool_sample_tool_function")).toMatchObject({
      function_name: `${N}-sample-tool`,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      timeout: 30,
      role: "${aws_iam_role.tool_sample_tool_function_role.arn}",
    });
    expect(stack.statements("aws_iam_role_policy.tool_sample_tool_function_policy")).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "${aws_cloudwatch_log_group.tool_sample_tool_function_logs.arn}:*",
      },
    ]);
    expect(stack.resource("aws_cloudwatch_log_group.tool_sample_tool_function_logs")).toMatchObject({
      name: `/aws/lambda/${N}-sample-tool`,
      retention_in_days: 7,
    });
  });

  test("stand behind the gateway by its own role, with the schema of their spec, after the attachment", () => {
    expect(stack.resource(TARGET)).toMatchObject({
      name: "sample-tool-target",
      gateway_identifier: "${aws_bedrockagentcore_gateway.gateway.gateway_id}",
      credential_provider_configuration: [{ gateway_iam_role: [{}] }],
      depends_on: expect.arrayContaining([ATTACHMENT]),
    });
    const [configuration] = stack.resource(TARGET).target_configuration as never as [
      { mcp: [{ lambda: [{ lambda_arn: string; tool_schema: [{ inline_payload: unknown[] }] }] }] },
    ];
    const [lambda] = configuration.mcp[0].lambda;
    expect(lambda.lambda_arn).toBe("${aws_lambda_function.tool_sample_tool_function.arn}");
    expect(lambda.tool_schema[0].inline_payload).toMatchObject([
      {
        name: "text_analysis_tool",
        input_schema: [
          {
            type: "object",
            property: [
              { name: "text", type: "string", required: true },
              { name: "N", type: "integer", required: false },
            ],
          },
        ],
      },
    ]);
  });

  test("may be none: then the gateway has no target, and its role may invoke nothing", () => {
    const { gateway } = synthesise(project({ tools: [], statements: [] }));
    expect(gateway.addresses("aws_bedrockagentcore_gateway_target")).toEqual([]);
    expect(gateway.addresses("aws_lambda_function")).toEqual([]);
    expect(JSON.stringify(gateway.json)).not.toContain("lambda:InvokeFunction");
    expect(gateway.resource(POLICIES).depends_on).toEqual([ATTACHMENT]);
  });
});

describe("traces", () => {
  test("go to X-Ray where the settings say so, and are not set up otherwise", () => {
    const tracing = { ...from.settings.gateway, tracing: true };
    const { gateway } = synthesise(project({ settings: { gateway: tracing } }));
    expect(stack.addresses().filter((address) => address.includes("log_delivery"))).toEqual([]);
    expect(gateway.resource("aws_cloudwatch_log_delivery_source.traces_source")).toMatchObject({
      name: `${N}-gateway-traces`,
      log_type: "TRACES",
      resource_arn: "${aws_bedrockagentcore_gateway.gateway.gateway_arn}",
    });
    expect(gateway.resource("aws_cloudwatch_log_delivery_destination.traces_destination")).toMatchObject({
      delivery_destination_type: "XRAY",
    });
    expect(gateway.resource("aws_cloudwatch_log_delivery.traces_delivery")).toMatchObject({
      delivery_source_name: "${aws_cloudwatch_log_delivery_source.traces_source.name}",
      delivery_destination_arn: "${aws_cloudwatch_log_delivery_destination.traces_destination.arn}",
    });
  });
});

test("outputs show ids and URLs; what the provider marks as sensitive for no reason is shown as well", () => {
  const output = stack.json.output as Record<string, { value: unknown; sensitive?: boolean }>;
  expect(Object.keys(output)).toEqual([
    "gateway_arn",
    "gateway_id",
    "gateway_url",
    "policy_engine_id",
    "policy_ids",
    "ssm_prefix",
    "target_ids",
    "tool_function_arns",
  ]);
  for (const name of ["policy_engine_id", "policy_ids"]) expect(output[name]?.value).toContain("nonsensitive(");
});

test("resources and their order", () => {
  expect(outline(stack)).toMatchSnapshot();
});
