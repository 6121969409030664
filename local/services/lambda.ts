import { AwsError } from "../core/errors";
import type { Environment, Service } from "../core/service";
import { bytesOf } from "./bytes";
import type { IamPolicies } from "./iam";
import { checkConfiguration, DEFAULTS, describe, hashOf, invalid, type Configuration } from "./lambda-configuration";
import { allowsInvoke, statementOf, type Permission } from "./lambda-permission";
import { LambdaProcess, unpack, type Invocation } from "./lambda-process";

/** How other services call a function. */
export interface LambdaInvoker {
  /** Throws ResourceNotFoundException when there is no such function. */
  invoke(functionArn: string, payload: unknown, options?: { clientContext?: object }): Promise<Invocation>;
  /** Whether the function's resource policy lets a service call it on behalf of a resource. */
  permits(functionArn: string, servicePrincipal: string, sourceArn: string): boolean;
}

interface CreateFunction extends Configuration {
  readonly Code?: { readonly ZipFile?: Uint8Array | string };
  readonly Tags?: Record<string, string>;
}

interface Stored {
  configuration: Configuration;
  readonly arn: string;
  zip: Uint8Array;
  modified: Date;
  process: LambdaProcess;
  readonly permissions: Map<string, Permission>;
  readonly tags: Map<string, string>;
}

interface ByName {
  readonly FunctionName: string;
}

interface UpdateCode extends ByName {
  readonly ZipFile?: Uint8Array | string;
  readonly Architectures?: string[];
}

/** Functions from zip files. The code that was deployed is what runs. */
export class Lambda implements Service, LambdaInvoker {
  private readonly functions = new Map<string, Stored>();

  constructor(
    private readonly environment: Environment,
    private readonly iam: IamPolicies,
  ) {}

  readonly operations = {
    CreateFunction: (input: CreateFunction) => this.create(input),
    GetFunction: ({ FunctionName }: ByName) => {
      const stored = this.find(FunctionName);
      return { Configuration: describe(stored), Code: { RepositoryType: "S3" }, Tags: Object.fromEntries(stored.tags) };
    },
    GetFunctionConfiguration: ({ FunctionName }: ByName) => describe(this.find(FunctionName)),
    UpdateFunctionConfiguration: (input: Configuration) => this.configure(input),
    UpdateFunctionCode: ({ FunctionName, ZipFile, Architectures }: UpdateCode) => {
      const stored = this.find(FunctionName);
      const configuration = { ...stored.configuration, ...(Architectures && { Architectures }) };
      return this.restart(stored, { configuration, zip: ZipFile ? bytesOf(ZipFile) : stored.zip });
    },
    DeleteFunction: ({ FunctionName }: ByName) => {
      const stored = this.find(FunctionName);
      stored.process.stop();
      this.functions.delete(stored.configuration.FunctionName);
      this.environment.events.record({ kind: "change", type: "function", id: stored.arn, state: "deleted" });
      return {};
    },
    AddPermission: (permission: Permission) => this.permit(permission),
    GetPolicy: ({ FunctionName }: ByName) => this.policy(this.find(FunctionName)),
    RemovePermission: ({ FunctionName, StatementId }: ByName & { StatementId: string }) => {
      if (!this.find(FunctionName).permissions.delete(StatementId))
        throw notFound(`Statement ${StatementId} is not found in resource policy.`);
      return {};
    },
    ListVersionsByFunction: ({ FunctionName }: ByName) => ({ Versions: [describe(this.find(FunctionName))] }),
    ListTags: ({ Resource }: { Resource: string }) => ({ Tags: Object.fromEntries(this.find(Resource).tags) }),
    TagResource: ({ Resource, Tags }: { Resource: string; Tags: Record<string, string> }) => {
      for (const [key, value] of Object.entries(Tags)) this.find(Resource).tags.set(key, value);
      return {};
    },
    UntagResource: ({ Resource, TagKeys }: { Resource: string; TagKeys: string[] }) => {
      for (const key of TagKeys) this.find(Resource).tags.delete(key);
      return {};
    },
  };

  async invoke(functionArn: string, payload: unknown, options: { clientContext?: object } = {}): Promise<Invocation> {
    return this.find(functionArn).process.invoke(payload, options.clientContext);
  }

  permits(functionArn: string, servicePrincipal: string, sourceArn: string): boolean {
    const { permissions } = this.find(functionArn);
    return [...permissions.values()].some((permission) => allowsInvoke(permission, servicePrincipal, sourceArn));
  }

  /** What each function printed since its code or configuration last changed, by function name. */
  logs(): Record<string, readonly string[]> {
    return Object.fromEntries([...this.functions].map(([name, { process }]) => [name, process.log]));
  }

  /** Ends every function's process. */
  stop(): void {
    for (const { process } of this.functions.values()) process.stop();
  }

  private create(input: CreateFunction) {
    const { Code, Tags = {}, ...configuration } = input;
    const { FunctionName } = configuration;
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(FunctionName))
      throw invalid("functionName must be 1 to 64 letters, digits, hyphens or underscores");
    if (this.functions.has(FunctionName))
      throw new AwsError("ResourceConflictException", `Function already exist: ${FunctionName}`, 409);
    this.check(configuration);
    const { partition, region, accountId } = this.environment;
    const arn = `arn:${partition}:lambda:${region}:${accountId}:function:${FunctionName}`;
    const zip = bytesOf(Code?.ZipFile ?? "");
    const stored: Stored = {
      configuration: { ...DEFAULTS, ...configuration },
      arn,
      zip,
      modified: new Date(),
      process: start(arn, configuration, zip),
      permissions: new Map(),
      tags: new Map(Object.entries(Tags)),
    };
    this.functions.set(FunctionName, stored);
    return this.changed(stored);
  }

  private configure(input: Configuration) {
    const stored = this.find(input.FunctionName);
    const configuration = { ...stored.configuration, ...input };
    this.check(configuration);
    return this.restart(stored, { configuration, zip: stored.zip });
  }

  private check(configuration: Configuration): void {
    if (!this.iam.trusts(configuration.Role, "lambda.amazonaws.com"))
      throw invalid("The role defined for the function cannot be assumed by Lambda.");
    checkConfiguration(configuration);
  }

  /** Changes nothing when the package cannot be used. */
  private restart(stored: Stored, { configuration, zip }: Pick<Stored, "configuration" | "zip">) {
    const process = start(stored.arn, configuration, zip);
    stored.process.stop();
    Object.assign(stored, { configuration, zip, process, modified: new Date() });
    return this.changed(stored);
  }

  private changed(stored: Stored) {
    this.environment.events.record({
      kind: "change",
      type: "function",
      id: stored.arn,
      state: { code: hashOf(stored.zip) },
    });
    return describe(stored);
  }

  private permit(permission: Permission) {
    const { permissions, arn } = this.find(permission.FunctionName);
    if (permissions.has(permission.StatementId)) {
      throw new AwsError(
        "ResourceConflictException",
        `The statement id (${permission.StatementId}) provided already exists.`,
        409,
      );
    }
    permissions.set(permission.StatementId, permission);
    return { Statement: JSON.stringify(statementOf(permission, arn)) };
  }

  private policy({ permissions, arn }: Stored) {
    if (permissions.size === 0) throw notFound("The resource you requested does not exist.");
    const Statement = [...permissions.values()].map((permission) => statementOf(permission, arn));
    return { Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement }), RevisionId: "1" };
  }

  private find(nameOrArn: string): Stored {
    const name = nameOrArn.includes(":function:") ? (nameOrArn.split(":function:")[1]?.split(":")[0] ?? "") : nameOrArn;
    const stored = this.functions.get(name);
    if (!stored) throw notFound(`Function not found: ${nameOrArn}`);
    return stored;
  }
}

const notFound = (message: string) => new AwsError("ResourceNotFoundException", message, 404);

function start(
  arn: string,
  { FunctionName, Handler = "", Timeout, MemorySize, Environment }: Configuration,
  zip: Uint8Array,
) {
  const code = {
    name: FunctionName,
    arn,
    handler: Handler,
    variables: Environment?.Variables ?? {},
    timeoutSeconds: Timeout ?? DEFAULTS.Timeout,
    memorySize: MemorySize ?? DEFAULTS.MemorySize,
  };
  return new LambdaProcess(code, unpack(zip));
}
