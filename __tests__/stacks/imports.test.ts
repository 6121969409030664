import { project, synthesise } from "./synthesised";

const POOL = "aws_cognito_user_pool.user_pool";
const GATEWAY = "aws_bedrockagentcore_gateway.gateway";
const withImports = (imports: Record<string, string>) => synthesise(project({ settings: { imports } }));

test("without a setting there is no import block", () => {
  const { identity, gateway } = withImports({});
  expect([identity.json.import, gateway.json.import]).toEqual([undefined, undefined]);
});

test("each import is a block of the stack that has the resource, in the settings' order", () => {
  const client = "aws_cognito_user_pool_client.web_client";
  const imports = {
    [GATEWAY]: "agents-dev-gateway-abcdefghij",
    [client]: "us-east-1_A/1client",
    [POOL]: "us-east-1_A",
  };

  const { identity, gateway } = withImports(imports);

  expect(identity.json.import).toEqual([
    { to: client, id: "us-east-1_A/1client" },
    { to: POOL, id: "us-east-1_A" },
  ]);
  expect(gateway.json.import).toEqual([{ to: GATEWAY, id: "agents-dev-gateway-abcdefghij" }]);
});

test("what is imported is never destroyed, and keeps what its lifecycle says besides", () => {
  const client = "aws_cognito_user_pool_client.machine_client";
  const { identity } = withImports({ [client]: "us-east-1_A/1client" });

  expect(identity.resource(client).lifecycle).toEqual({ ignore_changes: ["generate_secret"], prevent_destroy: true });
  expect(identity.resource(POOL).lifecycle?.prevent_destroy).toBeUndefined();
});

test("an address that neither stack has is refused, with the one that was meant, all at once", () => {
  expect(() => withImports({ "aws_cognito_user_pool.userpool": "a", "aws_s3_bucket.b": "b" })).toThrow(
    [
      "the imports in the settings do not fit the stacks",
      "  settings/dev.yaml imports: neither stack has this resource",
      "    value: aws_cognito_user_pool.userpool",
      "    limit: an address as the plan has it",
      "    fix:   did you mean aws_cognito_user_pool.user_pool?",
      "  settings/dev.yaml imports: neither stack has this resource",
      "    value: aws_s3_bucket.b",
      "    limit: an address as the plan has it",
    ].join("\n"),
  );
});

test("a client that is made here keeps its place if only what AWS does not tell is different", () => {
  const { identity } = synthesise(project());
  for (const client of identity.addresses("aws_cognito_user_pool_client"))
    expect(identity.resource(client).lifecycle).toEqual({ ignore_changes: ["generate_secret"] });
});
