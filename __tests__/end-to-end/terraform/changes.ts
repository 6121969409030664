import type { Change } from "./console";

const FUNCTION = "agents-dev-sample-tool";
const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** What a person may do to a deployment between two runs, of everything that decides or lets in. */
export const CHANGES: readonly Change[] = [
  {
    stack: "gateway",
    what: "the engine is detached",
    opens: true,
    make: (console) => console.updateGateway({ policyEngineConfiguration: undefined }),
  },
  { stack: "gateway", what: "the engine is deleted", opens: true, make: (console) => console.deleteEngine() },
  { stack: "gateway", what: "LOG_ONLY is chosen", opens: true, make: (console) => console.changeMode("LOG_ONLY") },
  { stack: "gateway", what: "another client is let in", make: (console) => console.openAuthorizer() },
  {
    stack: "gateway",
    what: "the gateway's description is changed",
    make: (console) => console.updateGateway({ description: "by hand" }),
  },
  { stack: "gateway", what: "the gateway is deleted", make: (console) => console.deleteGateway() },
  {
    stack: "gateway",
    what: "a policy is edited",
    make: async (console) => console.changePolicy("UpdatePolicy", { definition: await console.widened() }),
  },
  {
    stack: "gateway",
    what: "a policy is switched to LOG_ONLY",
    make: (console) => console.changePolicy("UpdatePolicy", { enforcementMode: "LOG_ONLY" }),
  },
  { stack: "gateway", what: "a policy is deleted", make: (console) => console.changePolicy("DeletePolicy") },
  { stack: "gateway", what: "a policy is added", make: (console) => console.addPolicy("by_hand") },
  { stack: "gateway", what: "the target is deleted", make: (console) => console.deleteTarget() },
  {
    stack: "gateway",
    what: "a target is added",
    make: (console) => console.addTarget("by-hand"),
    undo: (console) => console.deleteTarget("by-hand"),
  },
  { stack: "gateway", what: "a tool's description is changed", make: (console) => console.describeToolOtherwise() },
  {
    stack: "gateway",
    what: "the gateway's role may do everything",
    make: async (console) => {
      const RoleName = console.account.deployment.names.gatewayRole;
      const { PolicyNames } = await console.call<{ PolicyNames: string[] }>("iam", "ListRolePolicies", { RoleName });
      const [PolicyName] = PolicyNames;
      await console.call("iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: EVERYTHING });
    },
  },
  {
    stack: "gateway",
    what: "the tool's function is deleted",
    make: async (console) => void (await console.call("lambda", "DeleteFunction", { FunctionName: FUNCTION })),
  },
  {
    stack: "gateway",
    what: "the tool's function has another time-out",
    make: async (console) =>
      void (await console.call("lambda", "UpdateFunctionConfiguration", { FunctionName: FUNCTION, Timeout: 900 })),
  },
  {
    stack: "gateway",
    what: "the published gateway URL is changed",
    make: async (console) => void (await console.parameter("gateway_url", "https://example.com/mcp")),
  },
  {
    stack: "gateway",
    what: "the published engine id is changed",
    make: async (console) => void (await console.parameter("policy/engine", "another_engine-0123456789")),
  },
  {
    stack: "gateway",
    what: "the published policy ids are deleted",
    make: async (console) => void (await console.deleteParameter("policy/policies")),
  },
  {
    stack: "identity",
    what: "the pre-token trigger is taken out",
    make: (console) => console.updatePool({ LambdaConfig: {} }),
  },
  {
    stack: "identity",
    what: "everybody may sign up",
    make: (console) => console.updatePool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } }),
  },
  {
    stack: "identity",
    what: "the web client may return elsewhere",
    make: (console) => console.updateClient("web_client_id", { CallbackURLs: ["https://example.com/"] }),
  },
  {
    stack: "identity",
    what: "the machine client's tokens live for a day",
    make: (console) => console.updateClient("machine_client_id", { AccessTokenValidity: 24 }),
  },
  {
    stack: "identity",
    what: "a scope is taken out of the resource server",
    make: async (console) => {
      const { Id: UserPoolId } = await console.pool();
      const { name } = console.account.deployment.settings;
      const [Identifier, Name] = [`${name}-gateway`, `${name}-gateway-resource-server`];
      const Scopes = [{ ScopeName: "read", ScopeDescription: "by hand" }];
      await console.call("cognito-idp", "UpdateResourceServer", { UserPoolId, Identifier, Name, Scopes });
    },
  },
  {
    stack: "identity",
    what: "Cognito may no longer call the trigger",
    make: async (console) => {
      const FunctionName = "agents-dev-pretoken-v3";
      const { Policy } = await console.call<{ Policy: string }>("lambda", "GetPolicy", { FunctionName });
      const [{ Sid: StatementId }] = (JSON.parse(Policy) as { Statement: [{ Sid: string }] }).Statement;
      await console.call("lambda", "RemovePermission", { FunctionName, StatementId });
    },
  },
  {
    stack: "identity",
    what: "the published machine client is another",
    make: async (console) => void (await console.parameter("machine_client_id", "another-client")),
  },
  {
    stack: "identity",
    what: "the machine client's secret is deleted",
    make: async (console) => {
      const SecretId = "/agents-dev/machine_client_secret";
      await console.call("secretsmanager", "DeleteSecret", { SecretId, ForceDeleteWithoutRecovery: true });
    },
  },
  {
    stack: "identity",
    what: "the machine client's secret is overwritten",
    seenBy: "verify",
    make: async (console) => {
      const SecretId = "/agents-dev/machine_client_secret";
      await console.call("secretsmanager", "PutSecretValue", { SecretId, SecretString: "not-the-secret" });
    },
  },
];
