import { randomUUID } from "node:crypto";
import { AwsError } from "../core/errors";
import { bytesOf } from "./bytes";

/** A secret's value. AWS JSON brings bytes as base64 text. */
export interface SecretValue {
  readonly SecretString?: string;
  readonly SecretBinary?: Uint8Array | string;
}

interface Version {
  readonly value: SecretValue;
  readonly created: Date;
  readonly stages: Set<string>;
}

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
/** Bytes of a value. Source: Secrets Manager user guide, "Secrets Manager quotas". */
const VALUE_BYTES = 65_536;

/** The versions of one secret, and the stages that are put on them. */
export class SecretVersions {
  private readonly versions = new Map<string, Version>();

  get size(): number {
    return this.versions.size;
  }

  /** A new version. The same token with the same value is the version that is there already. */
  put(value: SecretValue, { VersionId = randomUUID() as string, VersionStages = [CURRENT] }) {
    checkValue(value);
    const before = this.versions.get(VersionId);
    if (before && !isSame(before.value, value))
      throw new AwsError("ResourceExistsException", "A version with this client request token has another value.");
    if (before) return { VersionId, VersionStages: [...before.stages] };
    if (VersionStages.includes(CURRENT)) this.retireCurrent();
    this.versions.set(VersionId, { value, created: new Date(), stages: new Set(VersionStages) });
    return { VersionId, VersionStages };
  }

  /** Throws ResourceNotFoundException. */
  get({ VersionId, VersionStage = CURRENT }: { VersionId?: string; VersionStage?: string }) {
    const found = [...this.versions].find(([id, { stages }]) =>
      VersionId ? id === VersionId : stages.has(VersionStage),
    );
    if (!found) {
      throw new AwsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    }
    const [id, { value, created, stages }] = found;
    return { VersionId: id, VersionStages: [...stages], CreatedDate: created, ...value };
  }

  stagesById(): Record<string, string[]> {
    return Object.fromEntries([...this.versions].map(([id, { stages }]) => [id, [...stages]]));
  }

  move(stage: string, { from, to }: { from: string | undefined; to: string | undefined }): void {
    if (from !== undefined) this.versions.get(from)?.stages.delete(stage);
    if (to !== undefined) this.versions.get(to)?.stages.add(stage);
  }

  private retireCurrent(): void {
    for (const { stages } of this.versions.values()) {
      stages.delete(PREVIOUS);
      if (stages.delete(CURRENT)) stages.add(PREVIOUS);
    }
  }
}

/** Throws when there is no value, or one that is too long. */
export function checkValue(value: SecretValue): void {
  if (!hasValue(value))
    throw new AwsError("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
  if (valueBytes(value).length > VALUE_BYTES)
    throw new AwsError("ValidationException", `The secret value must not be longer than ${VALUE_BYTES} bytes.`);
}

export const hasValue = ({ SecretString, SecretBinary }: SecretValue) =>
  SecretString !== undefined || SecretBinary !== undefined;

const isSame = (a: SecretValue, b: SecretValue) => valueBytes(a).equals(valueBytes(b));

const valueBytes = ({ SecretString, SecretBinary = "" }: SecretValue): Buffer =>
  SecretString === undefined ? bytesOf(SecretBinary) : Buffer.from(SecretString);
