import { z } from "zod";

/**
 * What Terraform's local-exec hands to the bundle: `node <bundle> <verb>` with these environment variables.
 * The stacks write them, the bundle reads them; this file is the only place that names them.
 *
 * `AWS_REGION` is the SDK's own. Nothing here is a secret: credentials are the environment's.
 */
export const VERBS = ["engine ensure", "engine destroy", "attachment ensure", "policies rollout"] as const;
export type Verb = (typeof VERBS)[number];

/** The tags by which an engine is known to be this deployment's. Only an engine that bears them is adopted. */
export const ownershipTags = (deployment: string, environment: string) => ({
  Project: deployment,
  Deployment: environment,
});

export const ENFORCEMENT = ["ENFORCE", "LOG_ONLY"] as const;
export const VALIDATION_MODES = ["FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"] as const;

const tags = z.record(z.string(), z.string());
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** The gateway as it is wanted: the members of UpdateGateway, except the engine, which the script adds. */
export const wantedGateway = z.looseObject({
  gatewayIdentifier: z.string().min(1),
  name: z.string(),
  roleArn: z.string(),
  authorizerType: z.string(),
});
export type WantedGateway = z.infer<typeof wantedGateway>;

const common = {
  AWS_REGION: z.string().min(1),
  /** The role that the Terraform provider assumes, if it assumes one; empty otherwise. */
  ASSUME_ROLE_ARN: z.string().default(""),
  ENGINE_NAME: z.string().min(1),
  /** JSON object of tags. */
  OWNERSHIP_TAGS: json(tags),
};
const publishing = {
  /** SSM path below which ids are published, without a slash at its end: `/N/policy`. */
  PUBLISH_PREFIX: z.string().startsWith("/"),
};
const policyNames = {
  /** `N` with `-` as `_`: managed policies are named `<prefix>_<file stem>_<hash8>`. */
  POLICY_NAME_PREFIX: z.string().min(1),
};
const replacing = {
  /** JSON array of names: policies that others made, whose place this deployment's take. */
  REPLACE_POLICIES: json(z.array(z.string())),
};
const takeOver = {
  /**
   * `true` adopts an engine of this name that bears other tags, unless it holds unmanaged permits that nothing replaces, and
   * attaches ours in place of one that somebody else attached.
   */
  TAKE_OVER: z.enum(["true", "false"]).transform((value) => value === "true"),
};
const attachment = {
  ...takeOver,
  /** JSON of `WantedGateway`. A member that is null is one that the gateway must not have. */
  GATEWAY: json(wantedGateway),
  MODE: z.enum(ENFORCEMENT),
};

export const PARAMETERS = {
  "engine ensure": z.object({
    ...common,
    ...publishing,
    ...policyNames,
    ...takeOver,
    ...replacing,
    /** JSON object: further tags of a new engine. */
    TAGS: json(tags),
  }),
  "engine destroy": z.object({ ...common, ...publishing, ...policyNames }),
  "attachment ensure": z.object({
    ...common,
    ...attachment,
    /** JSON file with the targets that the gateway is to have, relative to the working directory; empty if they stay. */
    TARGETS: z.string(),
  }),
  "policies rollout": z.object({
    ...common,
    ...publishing,
    ...policyNames,
    ...attachment,
    ...replacing,
    GATEWAY_ARN: z.string().min(1),
    /** Folder with one `*.cedar` file per statement, relative to the working directory. */
    STATEMENTS: z.string().min(1),
    VALIDATION_MODE: z.enum(VALIDATION_MODES),
    /** How long a policy takes from ACTIVE to its effect, in seconds. */
    PROPAGATION_SECONDS: z.coerce.number().min(0).max(300),
  }),
} as const satisfies Record<Verb, z.ZodObject>;

/** A verb's parameters as the bundle sees them, parsed. */
export type Parameters<V extends Verb> = z.output<(typeof PARAMETERS)[V]>;

/** A verb's parameters as the stacks write them: every value a string, JSON where the schema says so. */
export type VerbEnvironment<V extends Verb> = Record<
  Exclude<keyof (typeof PARAMETERS)[V]["shape"], "ASSUME_ROLE_ARN">,
  string
> & {
  ASSUME_ROLE_ARN?: string;
};

/** The SSM parameters below PUBLISH_PREFIX: names after the prefix, and the JSON that each holds. */
export const PUBLISHED = {
  /** `{"id": "...", "arn": "..."}` */
  engine: "engine",
  /** `{"<file stem>": "<policy id>", ...}`; continued in `policies-2`, … where it outgrows 4 KB. */
  policies: "policies",
} as const;
