import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import type { ServiceName } from "../../../local/core/service";
import { byHand } from "../../support/gateway";
import type { Project, ResourceChange } from "../../support/project";

/**
 * What a person looks up in order to import a resource that AWS has and Terraform does not know: the id by type, from
 * the values that the plan names it by. Source: each type's "Import" chapter in the AWS provider's documentation.
 */
export async function importId(project: Project, { address, change }: ResourceChange): Promise<string> {
  const planned = change.after as Record<string, string>;
  const type = address.split(".")[0] ?? "";
  const idOf = IDS[type];
  if (!idOf) throw new Error(`no import id is known for ${address}`);
  return idOf(planned, project);
}

type Planned = Readonly<Record<string, string>>;
const value = (text: string | undefined): string => {
  if (text === undefined) throw new Error("the plan does not name it");
  return text;
};

const look = <Output extends object>(project: Project, service: ServiceName, operation: string, input: object) =>
  project.aws.call<Output>(service, operation, input, { arn: "console", via: "sdk" });

const IDS: Readonly<Record<string, (planned: Planned, project: Project) => string | Promise<string>>> = {
  aws_iam_role: ({ name }) => value(name),
  aws_cloudwatch_log_group: ({ name }) => value(name),
  aws_ssm_parameter: ({ name }) => value(name),
  aws_lambda_function: ({ function_name: name }) => value(name),
  aws_lambda_permission: ({ function_name: name, statement_id: id }) => `${value(name)}/${value(id)}`,
  aws_bedrockagentcore_oauth2_credential_provider: ({ name }) => value(name),
  aws_cognito_user_pool_domain: ({ domain }) => value(domain),
  aws_cognito_resource_server: ({ user_pool_id: pool, identifier }) => `${value(pool)}|${value(identifier)}`,
  aws_secretsmanager_secret: async ({ name }, project) => {
    const found = await look<{ ARN: string }>(project, "secretsmanager", "DescribeSecret", { SecretId: name });
    return found.ARN;
  },
  aws_cognito_managed_login_branding: async ({ user_pool_id: UserPoolId, client_id: ClientId }, project) => {
    const { ManagedLoginBranding } = await look<{ ManagedLoginBranding: { ManagedLoginBrandingId: string } }>(
      project,
      "cognito-idp",
      "DescribeManagedLoginBrandingByClient",
      { UserPoolId, ClientId },
    );
    return `${value(UserPoolId)},${ManagedLoginBranding.ManagedLoginBrandingId}`;
  },
  aws_bedrockagentcore_gateway: async (_, project) => {
    const { items } = await byHand<{ items: GetGatewayCommandOutput[] }>(project.aws, "ListGateways", {});
    return value(items[0]?.gatewayId);
  },
  aws_bedrockagentcore_gateway_target: async ({ gateway_identifier: gatewayIdentifier }, project) => {
    const { items } = await byHand<{ items: { targetId: string }[] }>(project.aws, "ListGatewayTargets", {
      gatewayIdentifier,
    });
    return `${value(gatewayIdentifier)},${value(items[0]?.targetId)}`;
  },
};
