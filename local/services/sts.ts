import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import type { Caller, Environment, Service } from "../core/service";
import type { IamPolicies } from "./iam";

/** What belongs to an access key. */
export interface Credentials {
  readonly callerArn: string;
  readonly secretAccessKey: string;
  /** Temporary credentials have one, and every request must bring it. */
  readonly sessionToken?: string;
}

interface AssumeRole {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: string | number;
}

/** Who is who: the offline account's one user, and the role sessions that were made from it. */
export class Sts implements Service {
  /** What every client starts with: one user with every permission. Made anew for every start, so that nobody knows it. */
  readonly first = { accessKeyId: "AKIAOFFLINE00000000", secretAccessKey: randomText(40) } as const;
  private readonly credentials = new Map<string, Credentials>();

  constructor(
    private readonly environment: Environment,
    private readonly iam: Pick<IamPolicies, "trustsAccount">,
  ) {
    const { partition, accountId } = environment;
    const callerArn = `arn:${partition}:iam::${accountId}:user/platform-engineer`;
    const { accessKeyId, secretAccessKey } = this.first;
    this.credentials.set(accessKeyId, { callerArn, secretAccessKey });
  }

  readonly operations = {
    GetCallerIdentity: (_: object, caller: Caller) => ({
      Account: this.environment.accountId,
      Arn: caller.arn,
      UserId: "AIDAOFFLINE00000000",
    }),
    AssumeRole: (input: AssumeRole, caller: Caller) => this.assume(input, caller),
  };

  /** What belongs to an access key; undefined for a key that was never given out, and for a session that is over. */
  credentialsOf(accessKeyId: string): Credentials | undefined {
    return this.credentials.get(accessKeyId);
  }

  private assume({ RoleArn = "", RoleSessionName = "", DurationSeconds = 3_600 }: AssumeRole, caller: Caller) {
    const seconds = Number(DurationSeconds);
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
      throw new AwsError("ValidationError", "roleSessionName must be 2 to 64 characters of [\\w+=,.@-]");
    }
    if (!(seconds >= 900 && seconds <= 43_200))
      throw new AwsError("ValidationError", "durationSeconds must be between 900 and 43200");
    if (!this.iam.trustsAccount(RoleArn)) {
      throw new AwsError(
        "AccessDenied",
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        403,
      );
    }
    const { partition, accountId } = this.environment;
    const name = RoleArn.slice(RoleArn.lastIndexOf("/") + 1);
    const Arn = `arn:${partition}:sts::${accountId}:assumed-role/${name}/${RoleSessionName}`;
    const AccessKeyId = `ASIA${randomText(16).toUpperCase()}`;
    const [SecretAccessKey, SessionToken] = [randomText(40), randomText(64)];
    this.credentials.set(AccessKeyId, { callerArn: Arn, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
    setTimeout(() => this.credentials.delete(AccessKeyId), seconds * 1_000).unref();
    return {
      Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration: new Date(Date.now() + seconds * 1_000) },
      AssumedRoleUser: { Arn, AssumedRoleId: `AROAOFFLINE:${RoleSessionName}` },
    };
  }
}
