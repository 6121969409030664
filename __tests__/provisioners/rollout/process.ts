import { setTimeout as sleep } from "node:timers/promises";
import type { createContext, Context } from "../../../provisioners/context";
import { PATIENCE } from "../../../provisioners/retry";
import type { rollOut } from "../../../provisioners/rollout/run";
import { LATENCY } from "../../../local/core/latency";
import { ControlPlane, type WireRequest, type WireResponse } from "../../support/control-plane";
import type { Crash } from "./chain";

/** The code under test, or a mutant of it. */
export interface Product {
  readonly rollOut: typeof rollOut;
  readonly createContext: typeof createContext;
}

/** Milliseconds that a request, and its answer, may take. */
const LONGEST_WAY = 200;

/** A context whose client has read all that it reads of this machine: from here on it needs no real input. */
export async function warmContext(product: Product): Promise<Context> {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" });
  const context = product.createContext({
    region: "us-east-1",
    assumeRoleArn: "",
    log: { step: () => undefined },
    patience: { ...PATIENCE, firstLook: 400 },
  });
  const plane = new ControlPlane(LATENCY.none);
  const nothing = {
    engineId: "none-0123456789",
    prefix: "none",
    validationMode: "IGNORE_ALL_FINDINGS",
    propagation: 0,
  } as const;
  await product.rollOut(new BundleProcess(context, plane, null).context, nothing, []).catch(() => undefined);
  return context;
}

/**
 * A process of the lifecycle bundle: its clients reach the control plane in random time, and it ends in the middle
 * of what it does where `crash` says so. What it sent before that still arrives.
 */
export class BundleProcess {
  readonly context: Context;
  /** Rejects when the process is killed. */
  readonly killed: Promise<never>;
  private requests = 0;
  private isDead = false;
  private kill: () => void = () => undefined;

  constructor(
    context: Context,
    private readonly plane: ControlPlane,
    private readonly crash: Crash | null,
  ) {
    const requestHandler = { handle: (request: WireRequest) => this.send(request) };
    // The same client, serialisers included, with another way to the network.
    const control = Object.assign(Object.create(context.control) as Context["control"], {
      config: { ...context.control.config, requestHandler },
    });
    this.context = { ...context, control };
    this.killed = new Promise((_, reject) => (this.kill = () => reject(new Killed())));
    this.killed.catch(() => undefined);
  }

  private async send(request: WireRequest): Promise<{ response: WireResponse }> {
    if (this.isDead) return never();
    await sleep(Math.random() * LONGEST_WAY);
    this.requests += 1;
    const isLast = this.requests === this.crash?.request;
    if (isLast && this.crash?.when === "before") return this.end();
    const response = await this.plane.answer(request);
    if (isLast) return this.end();
    await sleep(Math.random() * LONGEST_WAY);
    return this.isDead ? never() : { response };
  }

  private end(): Promise<never> {
    this.isDead = true;
    this.kill();
    return never();
  }
}

export class Killed extends Error {
  override readonly name = "Killed";
}

/** What a dead process waits for. */
const never = () => new Promise<never>(() => undefined);
