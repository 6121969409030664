import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";

export interface UserPoolProps {
  readonly name: string;
  readonly invitationSubject: string;
  /** ARN of the function that adds the claims to machine tokens. */
  readonly preTokenFunctionArn: string;
  readonly deletionProtection: boolean;
}

/**
 * What a client is made with and AWS does not tell afterwards: a client that was imported would be replaced for it.
 * Source: the AWS provider's user_pool_client.go, `generate_secret`.
 */
export const SAID_ONCE = ["generate_secret"];

const INVITATION = [
  "<p>You have been invited.</p>",
  "<p>User name: <strong>{username}</strong><br>Temporary password: <strong>{####}</strong></p>",
  "<p>The password is valid for seven days; you choose your own when you sign in.</p>",
].join("\n");

/** The user pool: people sign in by email, and only administrators add them. */
export class UserPool extends Construct {
  readonly pool: CognitoUserPool;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    this.pool = new CognitoUserPool(this, MAIN, {
      name: props.name,
      // The tier from which on a trigger can change machine tokens.
      userPoolTier: "ESSENTIALS",
      deletionProtection: props.deletionProtection ? "ACTIVE" : "INACTIVE",
      usernameAttributes: ["email"],
      autoVerifiedAttributes: ["email"],
      schema: [
        {
          name: "email",
          attributeDataType: "String",
          required: true,
          mutable: false,
          stringAttributeConstraints: { minLength: "0", maxLength: "2048" },
        },
      ],
      accountRecoverySetting: { recoveryMechanism: [{ name: "verified_email", priority: 1 }] },
      adminCreateUserConfig: {
        allowAdminCreateUserOnly: true,
        inviteMessageTemplate: {
          emailSubject: props.invitationSubject,
          emailMessage: INVITATION,
          smsMessage: "User name {username}, temporary password {####}",
        },
      },
      emailConfiguration: { emailSendingAccount: "COGNITO_DEFAULT" },
      passwordPolicy: {
        minimumLength: 8,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
      lambdaConfig: {
        preTokenGenerationConfig: { lambdaArn: props.preTokenFunctionArn, lambdaVersion: "V3_0" },
      },
    });
  }

  get id(): string {
    return this.pool.id;
  }

  /** Where any OIDC client begins. Built from the pool's own endpoint, not from a host name that we know. */
  get discoveryUrl(): string {
    return `https://${this.pool.endpoint}/.well-known/openid-configuration`;
  }
}
