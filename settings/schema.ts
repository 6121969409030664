import { z } from "zod";
import { ENFORCEMENT, VALIDATION_MODES } from "../provisioners/contract";
import { oneOfNumbers, text, wholeNumber } from "../reporting/schema-rules";

/** Tags that the stacks set themselves; the ownership of the policy engine rests on some of them. */
export const OWN_TAGS = ["Project", "Deployment", "ManagedBy", "Repository"] as const;

/** Days that CloudWatch Logs takes. Source: PutRetentionPolicy, retentionInDays. */
const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const region = text(
  /^(us|us-gov|us-iso[a-z]?|eu|eu-isoe|eusc-de|ap|sa|ca|me|af|il|mx|cn)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/,
  "is not an AWS region",
  { limit: "a region's code, e.g. us-east-1", fix: "see where AgentCore is offered in AWS's list of regions" },
);

/** It becomes a username. Source: Cognito AdminCreateUser, Username. */
const email = text(
  /^(?=.{1,128}$)[^\s@{}"\\]+@[^\s@{}"\\]+\.[^\s@{}"\\]+$/,
  "is not an email address that Cognito takes",
  { limit: "name@domain, at most 128 characters: it is the user's name in Cognito" },
);

/** Source: Cognito CreateUserPoolClient, CallbackURLs. */
const callbackUrl = text(
  /^(https:\/\/(?=[^/])|http:\/\/localhost(?=[:/]|$))[^\s#{}"\\]{0,1000}$/,
  "is not a usable callback URL",
  {
    limit: "https://…, or http://localhost for development; no # part",
  },
);

const roleArn = text(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, "is not the ARN of an IAM role", {
  limit: "arn:aws:iam::111122223333:role/name",
});

const claim = text(/^[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,62}[A-Za-z0-9])?$/, "is not usable as a claim", {
  limit: "1 to 64 letters, digits, spaces, _ . -",
});

/** Source: AgentCore TagKey and TagValue, the narrowest of the services that are tagged. */
const tagKey = text(/^(?!aws:)[a-zA-Z0-9\s._:/=+@-]{1,128}$/i, "is not usable as a tag's key", {
  limit: "1 to 128 letters, digits, spaces and . _ : / = + @ -, not beginning with aws:",
});
const tagValue = text(/^[a-zA-Z0-9\s._:/=+@-]{0,256}$/, "is not usable as a tag's value", {
  limit: "at most 256 letters, digits, spaces and . _ : / = + @ -",
});

/** Source: AgentCore PolicyName. */
const policyName = text(/^[A-Za-z][A-Za-z0-9_]{0,47}$/, "is not a policy's name", {
  limit: "1 to 48 letters, digits and _, beginning with a letter",
  fix: "see the engine's policies: aws bedrock-agentcore-control list-policies --policy-engine-id …",
});

/** The most policies in one engine. Source: AgentCore's quotas. */
const MOST_POLICIES = 1_000;

const address = text(/^aws_[a-z0-9_]+\.[a-z0-9_]+$/, "is not the address of a resource", {
  limit: "type.name, as a plan has it, e.g. aws_cognito_user_pool.user_pool",
});

/** What Terraform would take for a template must not stand in it. */
const importId = text(/^(?!.*[$%]\{)[^\r\n]{1,2048}$/, "is not usable as an id", {
  limit: "one line, without ${ and %{",
  fix: "see Import in the resource type's documentation for what its id looks like",
});

const userId = text(/^[A-Za-z0-9_.:|-]{1,128}$/, "is not a user's id", {
  limit: "the `sub` of the user, 1 to 128 letters, digits and _ . : | -; not the email address",
  fix: "look it up: aws cognito-idp admin-get-user --user-pool-id … --username <email>",
});

const user = z.strictObject({
  department: claim,
  role: claim,
  /** What `npm run verify` calls the user; the id is never shown in full. */
  label: claim.optional(),
});

const backend = z.discriminatedUnion("type", [
  /** A file beside cdktf.out, for one person's trials. */
  z.strictObject({ type: z.literal("local") }),
  z.strictObject({
    type: z.literal("s3"),
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is not a bucket's name", { limit: "3 to 63 characters" }),
    /** Where the bucket is; the deployment's region if absent. */
    region: region.optional(),
    /** Folder in the bucket, without a slash at either end. */
    prefix: text(/^[\w.-]+(\/[\w.-]+)*$/, "is not a folder", { limit: "names with / between them" }).optional(),
    /** Customer managed key for the state; the bucket's own encryption if absent. */
    kmsKeyArn: text(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "is not the ARN of a KMS key", {
      limit: "arn:aws:kms:<region>:<account>:key/<id>",
    }).optional(),
  }),
  /** HCP Terraform: one workspace per stack. The machine that runs Terraform needs Node. */
  z.strictObject({
    type: z.literal("cloud"),
    organization: text(/^[A-Za-z0-9_-]{3,40}$/, "is not an organization", { limit: "3 to 40 letters, digits, _ -" }),
    hostname: text(/^[a-z0-9.-]+$/, "is not a host name", { limit: "e.g. app.terraform.io" }).optional(),
    project: text(/^[\w -]{3,40}$/, "is not a project", { limit: "3 to 40 letters, digits, spaces, _ -" }).optional(),
  }),
]);

/**
 * One environment's settings, as `settings/<environment>.yaml` has them. Defaults are the safe choice. What
 * depends on more than one field, or on the project's files, is checked in checks.ts.
 */
export const settingsSchema = z.strictObject({
  /** The deployment's name: every AWS name is made from it, see names.ts. */
  name: z.string(),
  region,
  /** Role that Terraform and the lifecycle scripts assume; the environment's credentials if absent. */
  assumeRoleArn: roleArn.optional(),
  /** Where Terraform keeps its state, which holds the machine client's secret. */
  backend,
  tags: z.record(tagKey, tagValue).default({}),
  /** Days that the Lambda functions' logs are kept. */
  logRetentionDays: oneOfNumbers(RETENTION, "what CloudWatch Logs takes").default(7),

  userPool: z
    .strictObject({
      /** A first user, who gets the invitation; none if absent. */
      adminEmail: email.optional(),
      /** Where the sign-in pages may return to, beside localhost:3000. */
      callbackUrls: z.array(callbackUrl).max(98).default([]),
      deletionProtection: z.boolean().default(true),
    })
    .prefault({}),

  claims: z
    .strictObject({
      /** Who is known, by `sub`: what their tokens say. */
      users: z.record(userId, user).default({}),
      /** What an unknown user gets: no claim at all, or department guest and role viewer. */
      defaultGroup: z.enum(["none", "guest"]).default("none"),
    })
    .prefault({}),

  /** The folder below policies/ that is rolled out. */
  policySet: z.string(),
  policyEngine: z
    .strictObject({
      /** LOG_ONLY decides nothing: every call goes through, and the decision is recorded. */
      mode: z.enum(ENFORCEMENT).default("ENFORCE"),
      /** LOG_ONLY outside of dev takes this, in so many words. */
      acknowledgeNothingIsEnforced: z.boolean().default(false),
      /** Whether AgentCore refuses a statement for what its analysis finds (allows all, denies all, …). */
      validationMode: z.enum(VALIDATION_MODES).default("FAIL_ON_ANY_FINDINGS"),
      /** Seconds from a policy's ACTIVE to its effect: AWS says "a few seconds". */
      propagationSeconds: wholeNumber({
        min: 0,
        max: 300,
        reason: "a rollout waits that long up to four times",
      }).default(10),
      /** Adopts an engine of the right name that another deployment made. */
      takeOver: z.boolean().default(false),
      /** Policies in the engine that others made and this deployment's replace: deleted once these have taken effect. */
      replacePolicies: z.array(policyName).max(MOST_POLICIES).default([]),
    })
    .prefault({}),

  gateway: z
    .strictObject({
      /** Source: AgentCore GatewayDescription. */
      description: text(/^(?!.*[$%]\{)[^\r\n]{1,200}$/, "is not usable as a description", {
        limit: "1 to 200 characters in one line, without ${ and %{",
      }).default("MCP gateway with per-user Cedar policies"),
      /** Traces to X-Ray through CloudWatch log delivery. */
      tracing: z.boolean().default(false),
    })
    .prefault({}),

  /** Resources that AWS has already: address in a stack to the id that `terraform import` takes. They are never destroyed. */
  imports: z.record(address, importId).default({}),
});

/** A checked environment. `environment` is the name of its file. */
export type Settings = z.output<typeof settingsSchema> & { readonly environment: string };

export type Backend = Settings["backend"];
