import { createHash } from "node:crypto";
import { AwsError } from "../core/errors";

/** A function's configuration, as requests have it. */
export interface Configuration {
  readonly FunctionName: string;
  readonly Role: string;
  readonly Handler?: string;
  readonly Runtime?: string;
  readonly Description?: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Architectures?: string[];
  readonly PackageType?: string;
  readonly Environment?: { readonly Variables?: Record<string, string> };
  readonly LoggingConfig?: object;
  readonly TracingConfig?: object;
  readonly EphemeralStorage?: object;
}

export const DEFAULTS = { Timeout: 3, MemorySize: 128, Architectures: ["x86_64"], PackageType: "Zip" };

/** Source of the limits: Lambda developer guide, "Lambda quotas". */
const VARIABLES_BYTES = 4_096;
const TIMEOUT_SECONDS = { least: 1, most: 900 };
const MEMORY_MB = { least: 128, most: 10_240 };

/** Throws InvalidParameterValueException when a value is outside Lambda's limits. */
export function checkConfiguration(configuration: Configuration): void {
  const { Timeout = DEFAULTS.Timeout, MemorySize = DEFAULTS.MemorySize, Environment } = configuration;
  if (Timeout < TIMEOUT_SECONDS.least || Timeout > TIMEOUT_SECONDS.most)
    throw invalid(`timeout must be between ${TIMEOUT_SECONDS.least} and ${TIMEOUT_SECONDS.most}`);
  if (MemorySize < MEMORY_MB.least || MemorySize > MEMORY_MB.most)
    throw invalid(`memorySize must be between ${MEMORY_MB.least} and ${MEMORY_MB.most}`);
  if (Buffer.byteLength(JSON.stringify(Environment?.Variables ?? {})) > VARIABLES_BYTES) {
    throw invalid(
      "Lambda was unable to configure your environment variables because the environment variables you have provided " +
        `exceeded the ${VARIABLES_BYTES / 1024}KB limit.`,
    );
  }
}

export interface Described {
  readonly configuration: Configuration;
  readonly arn: string;
  readonly zip: Uint8Array;
  readonly modified: Date;
}

/** FunctionConfiguration, as every answer about a function has it. */
export const describe = ({ configuration: { Environment, ...configuration }, arn, zip, modified }: Described) => ({
  ...configuration,
  // Lambda has no environment where there is no variable, however that came.
  ...(Object.keys(Environment?.Variables ?? {}).length > 0 && { Environment }),
  FunctionArn: arn,
  CodeSha256: hashOf(zip),
  CodeSize: zip.length,
  LastModified: modified.toISOString(),
  Version: "$LATEST",
  State: "Active",
  LastUpdateStatus: "Successful",
  TracingConfig: configuration.TracingConfig ?? { Mode: "PassThrough" },
  EphemeralStorage: configuration.EphemeralStorage ?? { Size: 512 },
  LoggingConfig: configuration.LoggingConfig ?? {
    LogFormat: "Text",
    LogGroup: `/aws/lambda/${configuration.FunctionName}`,
  },
});

/** CodeSha256: base64 of the package's SHA-256. */
export const hashOf = (zip: Uint8Array) => createHash("sha256").update(zip).digest("base64");

export const invalid = (message: string) => new AwsError("InvalidParameterValueException", message);
