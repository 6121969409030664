import { CognitoUser } from "@cdktf/provider-aws/lib/cognito-user";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";

export interface AdminUserProps {
  readonly userPoolId: string;
  readonly email: string;
}

/** A first user, who gets the invitation by email. */
export class AdminUser extends Construct {
  constructor(scope: Construct, id: string, { userPoolId, email }: AdminUserProps) {
    super(scope, id);
    new CognitoUser(this, MAIN, {
      userPoolId,
      username: email,
      attributes: { email, email_verified: "true" },
      desiredDeliveryMediums: ["EMAIL"],
    });
  }
}
