import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentCore } from "./agentcore";
import { AwsError } from "./core/errors";
import { EventLog } from "./core/events";
import { LATENCY, type LatencyName, type LatencyProfile } from "./core/latency";
import { resourceOf } from "./core/resource-of";
import {
  partitionOf,
  type AwsApi,
  type Caller,
  type Environment,
  type Operation,
  type Service,
  type ServiceName,
} from "./core/service";
import { GatewayDataPlane } from "./gateway";
import { makeCertificate, type Certificate } from "./http/certificate";
import { Listener } from "./http/listener";
import { frontDoor } from "./http/server";
import { TerraformProvider } from "./provider";
import { Cognito } from "./services/cognito";
import { Iam } from "./services/iam";
import { Lambda } from "./services/lambda";
import { Logs } from "./services/logs";
import { SecretsManager } from "./services/secrets-manager";
import { Ssm } from "./services/ssm";
import { Sts } from "./services/sts";

export interface OfflineAwsOptions {
  /** 0, the default, takes any port that is free. */
  readonly port?: number;
  readonly region?: string;
  readonly accountId?: string;
  readonly latency?: LatencyName | LatencyProfile;
  /** Where a relative `filename` of an aws_lambda_function is looked up: the stacks' folders. */
  readonly moduleDirectories?: readonly string[];
}

const DEFAULT_ACCOUNT = "111122223333";

/** One request of an AWS API, signed and read. */
export interface ApiCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly caller: Caller;
}

/**
 * Stands between the clients and every operation, for tests of faults. `proceed` carries the operation out and gives
 * its answer: what happens before it happens before the request, what happens after it happens while the answer is
 * under way. What it throws is what the client gets: an AwsError as AWS sends it, ConnectionLost as no answer at all.
 */
export type Intercept = (call: ApiCall, proceed: () => Promise<object>) => Promise<object>;

/** AWS on this machine: one HTTP endpoint for every SDK, and a Terraform provider. */
export class OfflineAws implements AwsApi {
  readonly events = new EventLog();
  intercept: Intercept | undefined;

  private readonly services: Readonly<Record<ServiceName, Service>>;
  private readonly agentCore: AgentCore;
  private readonly lambda: Lambda;
  private readonly listener: Listener;
  private readonly sts: Sts;
  private readonly region: string;
  private readonly latency: LatencyProfile;
  private port = 0;
  private provider: TerraformProvider | undefined;

  private constructor(
    options: OfflineAwsOptions,
    private readonly certificate: Certificate,
  ) {
    const { region = "us-east-1", accountId, latency = "none" } = options;
    this.region = region;
    this.latency = typeof latency === "string" ? LATENCY[latency] : latency;
    const environment = this.createEnvironment(accountId);
    const iam = new Iam(environment);
    this.lambda = new Lambda(environment, iam);
    const cognito = new Cognito(environment, this.lambda);
    this.sts = new Sts(environment, iam);
    this.agentCore = new AgentCore(environment, iam);
    this.services = {
      "bedrock-agentcore-control": this.agentCore,
      "cognito-idp": cognito,
      iam,
      lambda: this.lambda,
      logs: new Logs(environment),
      secretsmanager: new SecretsManager(environment),
      ssm: new Ssm(environment),
      sts: this.sts,
    };
    const gateway = new GatewayDataPlane(environment, this.agentCore, cognito, this.lambda);
    const views = { events: () => this.events.all(), spans: () => gateway.spans(), logs: () => this.lambda.logs() };
    const credentialsOf = (accessKeyId: string) => this.sts.credentialsOf(accessKeyId);
    const handler = frontDoor({ api: this, cognito, gateway, credentialsOf, region, views });
    this.listener = new Listener(handler, certificate);
  }

  /** Throws UserError when the port is taken. */
  static async start(options: OfflineAwsOptions = {}): Promise<OfflineAws> {
    const aws = new OfflineAws(options, await makeCertificate());
    try {
      await aws.open(options);
      return aws;
    } catch (error) {
      await aws.close();
      throw error;
    }
  }

  /** For AWS_ENDPOINT_URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** For NODE_EXTRA_CA_CERTS. */
  get caFile(): string {
    return this.certificate.caFile;
  }

  /** The operations of each service, by AWS's names. */
  get operations(): ReadonlyMap<ServiceName, readonly string[]> {
    const services = Object.entries(this.services) as [ServiceName, Service][];
    return new Map(services.map(([name, { operations }]) => [name, Object.keys(operations).sort()]));
  }

  async call<Output extends object>(
    service: ServiceName,
    operation: string,
    input: object,
    caller: Caller,
  ): Promise<Output> {
    const resource = resourceOf(input);
    const entry = {
      kind: "call",
      service,
      operation,
      caller: caller.arn,
      via: caller.via,
      ...(resource && { resource }),
    } as const;
    try {
      if (this.latency.request > 0) await sleep(this.latency.request);
      const call = { service, operation, input, caller };
      const proceed = () => this.perform(call);
      const output = await (this.intercept ? this.intercept(call, proceed) : proceed());
      this.events.record(entry);
      return output as Output;
    } catch (error) {
      this.events.record({ ...entry, error: error instanceof AwsError ? error.code : "InternalError" });
      throw error;
    }
  }

  /** Everything that a client on this machine needs to find this AWS and nothing else. */
  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_ACCESS_KEY_ID: this.sts.first.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.sts.first.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
      NODE_EXTRA_CA_CERTS: this.caFile,
      TF_REATTACH_PROVIDERS: this.provider?.reattach ?? "",
      CHECKPOINT_DISABLE: "1",
    };
  }

  async close(): Promise<void> {
    this.agentCore.close();
    this.lambda.stop();
    await this.provider?.close();
    await this.listener.close();
    rmSync(path.dirname(this.caFile), { recursive: true, force: true });
  }

  private async perform({ service, operation, input, caller }: ApiCall): Promise<object> {
    const { operations } = this.services[service];
    const handler = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!handler) throw new AwsError("UnknownOperationException", `${operation} is not known here.`, 404);
    return (handler as Operation as (input: object, caller: Caller) => object | Promise<object>)(input, caller);
  }

  private async open({ port = 0, accountId, moduleDirectories = [] }: OfflineAwsOptions): Promise<void> {
    this.port = await this.listener.listen(port);
    this.provider = await TerraformProvider.start(this, this.createEnvironment(accountId), { moduleDirectories });
  }

  private createEnvironment(accountId = DEFAULT_ACCOUNT): Environment {
    const { region, latency, events } = this;
    return {
      accountId,
      region,
      partition: partitionOf(region),
      latency,
      events,
      endpoint: () => `https://127.0.0.1:${this.port}`,
    };
  }
}
