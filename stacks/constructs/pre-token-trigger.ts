import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import { bundlePreToken } from "../../lambdas/bundle";
import { gatewayScopes, type Names } from "../../settings/names";
import type { Settings } from "../../settings/schema";
import { GUEST } from "../claims-for-review";
import { NodeFunction } from "./node-function";

/** Cognito waits no longer than this for a trigger, in seconds. Source: Cognito's guide to Lambda triggers. */
const COGNITO_WAITS = 5;

export interface PreTokenTriggerProps {
  readonly names: Names;
  readonly claims: Settings["claims"];
  readonly logRetentionDays: number;
}

/** The V3 pre token generation trigger: puts the user whom an agent acts for into the agent's machine token. */
export class PreTokenTrigger extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { names, claims, logRetentionDays }: PreTokenTriggerProps) {
    super(scope, id);
    const users = Object.entries(claims.users).map(
      ([sub, { department, role }]) => [sub, { department, role }] as const,
    );
    this.function = new NodeFunction(this, "function", {
      functionName: names.preToken,
      roleName: names.preTokenRole,
      description: "Adds user_id, department and role to machine tokens for the gateway",
      bundle: bundlePreToken({
        gatewayScopes: gatewayScopes(names),
        users: Object.fromEntries(users),
        defaultGroup: claims.defaultGroup === "guest" ? GUEST : null,
      }),
      timeout: COGNITO_WAITS,
      logRetentionDays,
    }).function;
  }

  /** Lets Cognito call the function, for this pool alone. */
  allow(userPoolArn: string): void {
    new LambdaPermission(this, "permission", {
      statementId: "CognitoPreTokenGeneration",
      action: "lambda:InvokeFunction",
      functionName: this.function.functionName,
      principal: "cognito-idp.amazonaws.com",
      sourceArn: userPoolArn,
    });
  }
}
