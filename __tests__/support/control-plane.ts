import { AgentCore } from "../../local/agentcore";
import type { EffectivePolicy } from "../../local/agentcore/policy-effects";
import { toolTargetsOf } from "../../local/agentcore/verdict";
import type { ToolTarget } from "../../cedar/tools";
import { AwsError, internal } from "../../local/core/errors";
import { EventLog } from "../../local/core/events";
import type { LatencyProfile } from "../../local/core/latency";
import type { AwsApi, Caller, Environment, Operation, ServiceName } from "../../local/core/service";
import { readRequest } from "../../local/http/protocols";
import { Iam } from "../../local/services/iam";

/** A request as the SDK has serialised it: what of it matters here. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly body?: string | Uint8Array;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** The offline AWS's control plane of AgentCore, and IAM, without a socket: for tests in a time of their own. */
export class ControlPlane implements AwsApi {
  readonly events = new EventLog();
  private readonly agentCore: AgentCore;
  private readonly services: Partial<Record<ServiceName, Readonly<Record<string, Operation>>>>;

  constructor(latency: LatencyProfile) {
    const environment: Environment = {
      accountId: "111122223333",
      region: "us-east-1",
      partition: "aws",
      latency,
      events: this.events,
      endpoint: () => "https://127.0.0.1:1",
    };
    const iam = new Iam(environment);
    this.agentCore = new AgentCore(environment, iam);
    this.services = { "bedrock-agentcore-control": this.agentCore.operations, iam: iam.operations };
  }

  async call<Output extends object>(
    service: ServiceName,
    operation: string,
    input: object,
    caller: Caller,
  ): Promise<Output> {
    const perform = this.services[service]?.[operation];
    if (!perform) throw new AwsError("UnknownOperationException", `${operation} is not known here.`, 404);
    return (perform as (input: object, caller: Caller) => Output | Promise<Output>)(input, caller);
  }

  /** The policies that decide at this moment. */
  deciding(engineId: string): EffectivePolicy[] {
    return this.agentCore.effects.of(engineId).filter(({ enforcementMode }) => enforcementMode === "ACTIVE");
  }

  /** The tools that policies are checked against. */
  toolTargets(): ToolTarget[] {
    return this.agentCore.state.gateways.all().flatMap(({ id }) => toolTargetsOf(this.agentCore.state, id));
  }

  /** Answers what the SDK of the control plane has serialised, as the HTTP front door does. */
  async answer({ method, path, query = {}, body = "" }: WireRequest): Promise<WireResponse> {
    const url = new URL(path, "http://localhost");
    for (const [name, value] of Object.entries(query))
      for (const one of [value].flat()) if (one !== null) url.searchParams.append(name, one);
    try {
      const asked = readRequest({
        method,
        url,
        target: undefined,
        body: typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      });
      if (!asked) throw new AwsError("UnknownOperationException", "The requested operation is not known.", 404);
      const output = await this.call(asked.service, asked.operation, asked.input, SCRIPT);
      // A date becomes ISO 8601 text, as the front door writes it for this protocol.
      return wire(asked.status, output);
    } catch (error) {
      const { status, code, message } = error instanceof AwsError ? error : internal(String(error));
      return wire(status, { __type: code, message }, { "x-amzn-errortype": code });
    }
  }
}

const SCRIPT: Caller = { arn: "arn:aws:iam::111122223333:user/deployer", via: "sdk" };

const wire = (statusCode: number, body: object, headers: Record<string, string> = {}): WireResponse => ({
  statusCode,
  // Whole seconds, as HTTP has it.
  headers: { "content-type": "application/json", date: new Date().toUTCString(), ...headers },
  body: Buffer.from(JSON.stringify(body)),
});
