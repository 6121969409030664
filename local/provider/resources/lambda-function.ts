import { type Attributes, differs, stringMap, text, UNKNOWN } from "../value";
import { block, fromApi, toApi } from "./fields";
import { readArchive } from "./archive";
import { type Context, importBy, type Resource } from "./resource";
import { taggedByArn } from "./tags";
import { retryWhile, waitForStatus } from "./wait";
import { awsErrorOf } from "../engine/errors";

const fields = {
  architectures: "Architectures",
  description: "Description",
  environment: block("Environment", { variables: "Variables" }),
  ephemeral_storage: block("EphemeralStorage", { size: "Size" }),
  function_name: "FunctionName",
  handler: "Handler",
  kms_key_arn: "KMSKeyArn",
  layers: "Layers",
  logging_config: block("LoggingConfig", {
    application_log_level: "ApplicationLogLevel",
    log_format: "LogFormat",
    log_group: "LogGroup",
    system_log_level: "SystemLogLevel",
  }),
  memory_size: "MemorySize",
  package_type: "PackageType",
  role: "Role",
  runtime: "Runtime",
  timeout: "Timeout",
  tracing_config: block("TracingConfig", { mode: "Mode" }),
};

const decided = {
  arn: "FunctionArn",
  code_sha256: "CodeSha256",
  last_modified: "LastModified",
  source_code_size: "CodeSize",
};

/** What goes to UpdateFunctionCode rather than to UpdateFunctionConfiguration. */
const CODE = ["filename", "source_code_hash", "architectures"];

/** How long the provider tries again while a new role cannot be assumed yet. */
const ROLE_PROPAGATION_MS = 120_000;

interface FunctionAnswer {
  readonly Configuration: {
    readonly FunctionArn: string;
    readonly CodeSha256: string;
    readonly Version?: string;
    readonly State?: string;
    readonly StateReason?: string;
    readonly LastUpdateStatus?: string;
    readonly LastUpdateStatusReason?: string;
  };
  readonly Tags?: Record<string, string>;
}

export const lambdaFunction: Resource = {
  label: "Lambda Function",
  fields,
  settings: ["filename", "publish", "skip_destroy", "source_code_hash"],
  identify: (state) => text(state["function_name"]) ?? "",
  importId: importBy("id", "function_name"),

  create: async (context, desired, tags) => {
    const Code = { ZipFile: await readArchive(context, desired) };
    const input = { ...toApi(fields, desired), Code, Publish: desired["publish"] === true, Tags: tags };
    await whileRoleSpreads(() => context.call("lambda", "CreateFunction", input));
    return { id: desired["function_name"] ?? null };
  },

  settle: async (context, state) => {
    await waitForStatus(
      async () => {
        const { Configuration } = await find(context, state);
        const {
          State = "Active",
          LastUpdateStatus = "Successful",
          StateReason,
          LastUpdateStatusReason,
        } = Configuration;
        return State === "Active" && LastUpdateStatus !== "Successful"
          ? { status: LastUpdateStatus, statusReasons: reasons(LastUpdateStatusReason) }
          : { status: State, statusReasons: reasons(StateReason) };
      },
      ["Pending", "InProgress"],
      "Active",
    );
  },

  read: async (context, state) => {
    const { Configuration } = await find(context, state);
    const { FunctionArn, CodeSha256, Version = "$LATEST" } = Configuration;
    return {
      ...fromApi({ ...fields, ...decided }, Configuration),
      id: state["function_name"] ?? null,
      invoke_arn: invokeArn(context, FunctionArn),
      qualified_arn: `${FunctionArn}:${Version}`,
      qualified_invoke_arn: invokeArn(context, `${FunctionArn}:${Version}`),
      // What was configured stays: AWS has no such member. An import has nothing else to start from.
      source_code_hash: state["source_code_hash"] ?? CodeSha256,
      version: Version,
    };
  },

  update: async (context, desired, prior) => {
    const configuration = Object.keys(fields).filter((name) => !CODE.includes(name));
    if (differs(desired, prior, ...configuration)) await updateConfiguration(context, desired);
    if (differs(desired, prior, ...CODE)) {
      await lambdaFunction.settle?.(context, desired, desired);
      await updateCode(context, desired);
    }
  },

  delete: async ({ call }, state) => {
    if (state["skip_destroy"] !== true)
      await call("lambda", "DeleteFunction", { FunctionName: text(state["function_name"]) });
  },

  adjustPlan: ({ planned, config, changed }) => {
    if (!CODE.some(changed)) return;
    for (const name of ["code_sha256", "source_code_size"]) planned[name] = UNKNOWN;
    if (config["source_code_hash"] === null) planned["source_code_hash"] = UNKNOWN;
    const published = ["version", "qualified_arn", "qualified_invoke_arn"];
    if (planned["publish"] === true) for (const name of published) planned[name] = UNKNOWN;
  },

  tagging: taggedByArn({
    service: "lambda",
    arn: "arn",
    member: "Resource",
    tags: "Tags",
    keys: "TagKeys",
    read: async (context, state) => stringMap((await find(context, state)).Tags),
  }),
};

async function updateConfiguration({ call }: Context, desired: Attributes): Promise<void> {
  const { PackageType: _, Architectures: __, ...shape } = toApi(fields, desired);
  // What is left out stays as it is, so what is not configured any more is emptied.
  const emptied = { Description: "", Environment: { Variables: {} } };
  await whileRoleSpreads(() => call("lambda", "UpdateFunctionConfiguration", { ...emptied, ...shape }));
}

async function updateCode(context: Context, desired: Attributes): Promise<void> {
  await context.call("lambda", "UpdateFunctionCode", {
    ...toApi({ architectures: "Architectures", function_name: "FunctionName" }, desired),
    ZipFile: await readArchive(context, desired),
    Publish: desired["publish"] === true,
  });
}

const find = ({ call }: Context, state: Attributes) =>
  call<FunctionAnswer>("lambda", "GetFunction", { FunctionName: text(state["function_name"]) });

const reasons = (reason: string | undefined) => (reason === undefined ? [] : [reason]);

/** The ARN by which API Gateway invokes a function. Source: AWS provider docs, `invoke_arn`. */
const invokeArn = ({ environment, region }: Context, functionArn: string) =>
  `arn:${environment.partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

function whileRoleSpreads<T>(attempt: () => Promise<T>): Promise<T> {
  const cannotAssume = (error: unknown) => {
    const cause = awsErrorOf(error);
    return cause?.code === "InvalidParameterValueException" && cause.message.includes("cannot be assumed by Lambda");
  };
  return retryWhile(attempt, cannotAssume, ROLE_PROPAGATION_MS);
}
