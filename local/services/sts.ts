import { AwsError } from "../core/errors";
import type { Caller, Environment, Service } from "../core/service";
import { randomText } from "../core/identifiers";
import type { IamPolicies } from "./iam";

/** What is known of an access key. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly callerArn: string;
}

/** The credentials that every client starts with: one user with every permission. */
export const FIRST_ACCESS_KEY = "AKIAOFFLINE00000000";
export const FIRST_SECRET_KEY = "offline-secret-access-key";

/** Who is who: the offline account's one user, and the role sessions that were made from it. */
export class Sts implements Service {
  private readonly callers = new Map<string, string>();

  constructor(
    private readonly environment: Environment,
    private readonly iam: Pick<IamPolicies, "exists">,
  ) {
    const { partition, accountId } = environment;
    this.callers.set(FIRST_ACCESS_KEY, `arn:${partition}:iam::${accountId}:user/platform-engineer`);
  }

  readonly operations = {
    GetCallerIdentity: (_: object, caller: Caller) => ({
      Account: this.environment.accountId,
      Arn: caller.arn,
      UserId: "AIDAOFFLINE00000000",
    }),

    AssumeRole: ({ RoleArn = "", RoleSessionName = "" }: { RoleArn?: string; RoleSessionName?: string }) => {
      const name = RoleArn.slice(RoleArn.lastIndexOf("/") + 1);
      if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
        throw new AwsError("ValidationError", "roleSessionName must be 2 to 64 characters of [\\w+=,.@-]");
      }
      if (!this.iam.exists(RoleArn)) {
        throw new AwsError(
          "AccessDenied",
          `User is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
          403,
        );
      }
      const { partition, accountId } = this.environment;
      const Arn = `arn:${partition}:sts::${accountId}:assumed-role/${name}/${RoleSessionName}`;
      const AccessKeyId = `ASIA${randomText(16).toUpperCase()}`;
      this.callers.set(AccessKeyId, Arn);
      return {
        Credentials: {
          AccessKeyId,
          SecretAccessKey: FIRST_SECRET_KEY,
          SessionToken: randomText(64),
          Expiration: new Date(Date.now() + 3_600_000),
        },
        AssumedRoleUser: { Arn, AssumedRoleId: `AROAOFFLINE:${RoleSessionName}` },
      };
    },
  };

  /** The caller that an access key stands for; undefined for a key that was never given out. */
  callerOf(accessKeyId: string): string | undefined {
    return this.callers.get(accessKeyId);
  }
}
