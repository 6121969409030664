import { randomUUID } from "node:crypto";
import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import type { Environment, Service } from "../core/service";
import { fromTagList, toTagList, type Tag } from "./tags";

interface Version {
  readonly value: { readonly SecretString?: string; readonly SecretBinary?: Uint8Array | string };
  readonly created: Date;
  readonly stages: Set<string>;
}

interface Secret {
  readonly ARN: string;
  readonly Name: string;
  Description?: string;
  KmsKeyId?: string;
  DeletedDate?: Date;
  readonly tags: Map<string, string>;
  readonly versions: Map<string, Version>;
}

interface Input {
  readonly SecretId: string;
  readonly Name?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array | string;
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

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
const DAY_MS = 86_400_000;
/** Bytes of a value. Source: Secrets Manager user guide, "Secrets Manager quotas". */
const VALUE_BYTES = 65_536;

/** Secrets with versions and stages. Values appear in no event. */
export class SecretsManager implements Service {
  private readonly secrets = new Map<string, Secret>();

  constructor(private readonly environment: Environment) {}

  readonly operations = {
    CreateSecret: (input: Input) => this.create(input),
    DescribeSecret: ({ SecretId }: Input) => {
      const { tags, versions, ...secret } = this.find(SecretId);
      const VersionIdsToStages = Object.fromEntries([...versions].map(([id, { stages }]) => [id, [...stages]]));
      return { ...secret, Tags: toTagList(tags), VersionIdsToStages };
    },
    PutSecretValue: (input: Input) => this.put(this.usable(input.SecretId), input),
    GetSecretValue: (input: Input) => this.get(input),
    UpdateSecret: (input: Input) => {
      const secret = this.usable(input.SecretId);
      if (input.Description !== undefined) secret.Description = input.Description || undefined;
      if (input.KmsKeyId !== undefined) secret.KmsKeyId = input.KmsKeyId;
      const changed = input.SecretString !== undefined || input.SecretBinary !== undefined;
      return changed ? this.put(secret, input) : { ARN: secret.ARN, Name: secret.Name };
    },
    UpdateSecretVersionStage: (input: Input) => {
      const secret = this.usable(input.SecretId);
      const stage = input.VersionStage ?? "";
      if (input.RemoveFromVersionId) secret.versions.get(input.RemoveFromVersionId)?.stages.delete(stage);
      if (input.MoveToVersionId) secret.versions.get(input.MoveToVersionId)?.stages.add(stage);
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
    checkSize(input);
    const { Description, KmsKeyId, Tags } = input;
    const secret: Secret = { ARN, Name, Description, KmsKeyId, tags: fromTagList(Tags), versions: new Map() };
    this.secrets.set(ARN, secret);
    this.environment.events.record({ kind: "change", type: "secret", id: ARN, state: { versions: 0 } });
    const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
    return hasValue ? this.put(secret, input) : { ARN, Name };
  }

  private put(secret: Secret, input: Input) {
    const {
      SecretString,
      SecretBinary,
      VersionStages = [CURRENT],
      ClientRequestToken: VersionId = randomUUID(),
    } = input;
    if (SecretString === undefined && SecretBinary === undefined) {
      throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
    }
    checkSize(input);
    const before = secret.versions.get(VersionId);
    if (before && !sameValue(before.value, input)) {
      throw new AwsError("ResourceExistsException", "A version with this client request token has another value.");
    }
    if (before) return { ARN: secret.ARN, Name: secret.Name, VersionId, VersionStages: [...before.stages] };
    if (VersionStages.includes(CURRENT)) {
      for (const { stages } of secret.versions.values()) {
        stages.delete(PREVIOUS);
        if (stages.delete(CURRENT)) stages.add(PREVIOUS);
      }
    }
    secret.versions.set(VersionId, {
      value: { SecretString, SecretBinary },
      created: new Date(),
      stages: new Set(VersionStages),
    });
    this.environment.events.record({
      kind: "change",
      type: "secret",
      id: secret.ARN,
      state: { versions: secret.versions.size },
    });
    return { ARN: secret.ARN, Name: secret.Name, VersionId, VersionStages };
  }

  private get({ SecretId, VersionId, VersionStage = CURRENT }: Input) {
    const secret = this.usable(SecretId);
    const found = [...secret.versions].find(([id, { stages }]) =>
      VersionId ? id === VersionId : stages.has(VersionStage),
    );
    if (!found)
      throw missing(`Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`);
    const [id, { value, created, stages }] = found;
    return {
      ARN: secret.ARN,
      Name: secret.Name,
      VersionId: id,
      VersionStages: [...stages],
      CreatedDate: created,
      ...value,
    };
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
    if (!secret) throw missing("Secrets Manager can't find the specified secret.");
    return secret;
  }
}

const missing = (message: string) => new AwsError("ResourceNotFoundException", message);

type Value = Version["value"];

/** AWS JSON brings bytes as base64 text. */
const bytesOf = ({ SecretString, SecretBinary = "" }: Value) =>
  SecretString !== undefined
    ? Buffer.from(SecretString)
    : typeof SecretBinary === "string"
      ? Buffer.from(SecretBinary, "base64")
      : Buffer.from(SecretBinary);
const sameValue = (a: Value, b: Value) => bytesOf(a).equals(bytesOf(b));

function checkSize(value: Value): void {
  if (bytesOf(value).length > VALUE_BYTES)
    throw new AwsError("ValidationException", `The secret value must not be longer than ${VALUE_BYTES} bytes.`);
}
