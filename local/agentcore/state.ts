import type {
  EnforcementMode,
  GatewayStatus,
  PolicyEngineStatus,
  PolicyStatus,
  TargetStatus,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { conflict, notFound } from "../core/errors";
import type { Environment } from "../core/service";
import { ClientTokens } from "./client-tokens";
import { Collection } from "./collection";
import type { IamPolicies } from "./ports";
import type { Request } from "./rules/operations";
import { Timers } from "./timers";

/** What every kind of record has. `Status` is the API's own enumeration for the kind. */
interface Resource<Status extends string> {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  updatedAt: Date;
  status: Status;
  statusReasons: string[];
}

export interface Engine extends Resource<PolicyEngineStatus> {
  description: string | undefined;
  readonly encryptionKeyArn: string | undefined;
}

export interface Policy extends Resource<PolicyStatus> {
  readonly engineId: string;
  definition: Request<"CreatePolicy">["definition"];
  description: string | undefined;
  enforcementMode: EnforcementMode;
}

/** What UpdateGateway replaces as a whole. */
export type GatewayConfiguration = Omit<Request<"UpdateGateway">, "gatewayIdentifier">;

export interface Gateway extends Resource<GatewayStatus> {
  configuration: GatewayConfiguration;
  /** What requests meet: an update changes it when it is READY; undefined before that for the first time. */
  inEffect: GatewayConfiguration | undefined;
}

export type TargetConfiguration = Omit<Request<"UpdateGatewayTarget">, "gatewayIdentifier" | "targetId">;

export interface Target extends Omit<Resource<TargetStatus>, "name"> {
  readonly gatewayId: string;
  configuration: TargetConfiguration;
  /** What requests meet; undefined before the target is READY for the first time, and once it is deleted. */
  inEffect: TargetConfiguration | undefined;
}

export interface CredentialProvider {
  readonly id: string;
  readonly arn: string;
  readonly secretArn: string;
  readonly vendor: "CustomOauth2";
  /** Without the client's secret, which nothing reads and so nothing keeps. */
  config: { oauthDiscovery: object; clientId: string };
  readonly createdTime: Date;
  lastUpdatedTime: Date;
}

/** Everything that the control plane knows, and what its operations share. */
export class State {
  readonly engines = new Collection<Engine>();
  readonly policies = new Collection<Policy>();
  readonly gateways = new Collection<Gateway>();
  readonly targets = new Collection<Target>();
  readonly credentialProviders = new Collection<CredentialProvider>();
  /** Tags by ARN; every resource that can have tags has an entry. */
  readonly tags = new Map<string, Record<string, string>>();
  readonly clientTokens = new ClientTokens();
  readonly timers = new Timers();

  constructor(
    readonly environment: Environment,
    readonly iam: IamPolicies,
  ) {}

  engine = (id: string) => this.engines.get(id) ?? missing("Policy engine", id);
  gateway = (id: string) => this.gateways.get(id) ?? missing("Gateway", id);

  policy(engineId: string, id: string): Policy {
    this.engine(engineId);
    const policy = this.policies.get(id);
    return policy?.engineId === engineId ? policy : missing("Policy", id);
  }

  target(gatewayId: string, id: string): Target {
    this.gateway(gatewayId);
    const target = this.targets.get(id);
    return target?.gatewayId === gatewayId ? target : missing("Target", id);
  }

  targetsOf = (gatewayId: string) => this.targets.numbered().filter(({ record }) => record.gatewayId === gatewayId);
  policiesOf = (engineId: string) => this.policies.numbered().filter(({ record }) => record.engineId === engineId);
}

const TRANSITIONS: ReadonlySet<string> = new Set(["CREATING", "UPDATING", "DELETING"]);

/** Throws ConflictException while the resource is on its way from one status to another. */
export function refuseInTransition(kind: string, { id, status }: { id: string; status: string }): void {
  if (TRANSITIONS.has(status)) throw conflict(`${kind} ${id} is in ${status} status`);
}

function missing(kind: string, id: string): never {
  throw notFound(`${kind} ${id} not found`);
}
