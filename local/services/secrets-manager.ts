import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import type { Environment, Service } from "../core/service";
import { SecretVersions, checkValue, hasValue, type SecretValue } from "./secret-versions";
import { fromTagList, toTagList, type Tag } from "./tags";

interface Secret {
  readonly ARN: string;
  readonly Name: string;
  Description?: string;
  KmsKeyId?: string;
  DeletedDate?: Date;
  readonly tags: Map<string, string>;
  readonly versions: SecretVersions;
}

interface Input extends SecretValue {
  readonly SecretId: string;
  readonly Name?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly ClientRequestToken?: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly VersionStages?: string[];
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
  readonly Tags?: Tag[];
  readonly TagKeys?: string[];
}

const DAY_MS = 86_400_000;

/** Secrets with versions and stages. Values appear in no event. */
export class SecretsManager implements Service {
  private readonly secrets = new Map<string, Secret>();

  constructor(private readonly environment: Environment) {}

  readonly operations = {
    CreateSecret: (input: Input) => this.create(input),
    DescribeSecret: ({ SecretId }: Input) => {
      const { tags, versions, ...secret } = this.find(SecretId);
      return { ...secret, Tags: toTagList(tags), VersionIdsToStages: versions.stagesById() };
    },
    PutSecretValue: (input: Input) => this.put(this.usable(input.SecretId), input),
    GetSecretValue: (input: Input) => this.get(input),
    UpdateSecret: (input: Input) => {
      const secret = this.usable(input.SecretId);
      if (input.Description !== undefined) secret.Description = input.Description || undefined;
      if (input.KmsKeyId !== undefined) secret.KmsKeyId = input.KmsKeyId;
      return hasValue(input) ? this.put(secret, input) : { ARN: secret.ARN, Name: secret.Name };
    },
    UpdateSecretVersionStage: (input: Input) => {
      const secret = this.usable(input.SecretId);
      const { VersionStage = "", RemoveFromVersionId: from, MoveToVersionId: to } = input;
      secret.versions.move(VersionStage, { from, to });
      return { ARN: secret.ARN, Name: secret.Name };
    },
    DeleteSecret: (input: Input) => this.delete(input),
    RestoreSecret: ({ SecretId }: Input) => {
      const secret = this.find(SecretId);
      delete secret.DeletedDate;
      return { ARN: secret.ARN, Name: secret.Name };
    },
    TagResource: ({ SecretId, Tags = [] }: Input) => {
      for (const { Key, Value } of Tags) this.find(SecretId).tags.set(Key, Value);
      return {};
    },
    UntagResource: ({ SecretId, TagKeys = [] }: Input) => {
      for (const key of TagKeys) this.find(SecretId).tags.delete(key);
      return {};
    },
    GetResourcePolicy: ({ SecretId }: Input) => {
      const { ARN, Name } = this.find(SecretId);
      return { ARN, Name };
    },
  };

  private create(input: Input) {
    const { Name = "" } = input;
    if (!/^[\w/+=.@-]{1,512}$/.test(Name))
      throw new AwsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
      );
    const before = [...this.secrets.values()].find((secret) => secret.Name === Name);
    if (before?.DeletedDate)
      throw new AwsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (before)
      throw new AwsError("ResourceExistsException", `The operation failed because the secret ${Name} already exists.`);
    const { partition, region, accountId } = this.environment;
    const ARN = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${Name}-${randomText(6)}`;
    if (hasValue(input)) checkValue(input);
    const { Description, KmsKeyId, Tags } = input;
    const secret: Secret = {
      ARN,
      Name,
      Description,
      KmsKeyId,
      tags: fromTagList(Tags),
      versions: new SecretVersions(),
    };
    this.secrets.set(ARN, secret);
    this.environment.events.record({ kind: "change", type: "secret", id: ARN, state: { versions: 0 } });
    return hasValue(input) ? this.put(secret, input) : { ARN, Name };
  }

  private put(secret: Secret, { SecretString, SecretBinary, VersionStages, ClientRequestToken: VersionId }: Input) {
    const { ARN, Name, versions } = secret;
    const put = versions.put({ SecretString, SecretBinary }, { VersionId, VersionStages });
    this.environment.events.record({ kind: "change", type: "secret", id: ARN, state: { versions: versions.size } });
    return { ARN, Name, ...put };
  }

  private get({ SecretId, VersionId, VersionStage }: Input) {
    const { ARN, Name, versions } = this.usable(SecretId);
    return { ARN, Name, ...versions.get({ VersionId, VersionStage }) };
  }

  private delete({ SecretId, ForceDeleteWithoutRecovery = false, RecoveryWindowInDays }: Input) {
    const secret = this.find(SecretId);
    const days = RecoveryWindowInDays ?? 30;
    if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
      throw new AwsError(
        "InvalidParameterException",
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days < 7 || days > 30)
      throw new AwsError("InvalidParameterException", "RecoveryWindowInDays must be between 7 and 30 days");
    const DeletionDate = new Date(Date.now() + (ForceDeleteWithoutRecovery ? 0 : days * DAY_MS));
    if (ForceDeleteWithoutRecovery) this.secrets.delete(secret.ARN);
    else secret.DeletedDate = DeletionDate;
    this.environment.events.record({ kind: "change", type: "secret", id: secret.ARN, state: "deleted" });
    return { ARN: secret.ARN, Name: secret.Name, DeletionDate };
  }

  private usable(id: string): Secret {
    const secret = this.find(id);
    if (!secret.DeletedDate) return secret;
    throw new AwsError(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  private find(id: string): Secret {
    const secret = this.secrets.get(id) ?? [...this.secrets.values()].find(({ Name }) => Name === id);
    if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  }
}
