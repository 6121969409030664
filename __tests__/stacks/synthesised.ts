import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadPolicySet } from "../../cedar/policy-set";
import { discoverTools } from "../../lambdas/discover";
import { loadSettings } from "../../settings/load";
import { policySetFolder } from "../../settings/policy-sets";
import type { Settings } from "../../settings/schema";
import { createApp } from "../../stacks/app";
import type { Project } from "../../stacks/project";

type Attributes = Record<string, unknown>;
export type Resource = Attributes & {
  depends_on?: string[];
  lifecycle?: { ignore_changes?: string[]; prevent_destroy?: boolean };
  provisioner?: { "local-exec": { command: string; environment: Record<string, string>; when?: string } }[];
};

/** A stack's configuration as Terraform gets it. */
export class StackJson {
  constructor(readonly json: { resource: Record<string, Record<string, Resource>> } & Record<string, unknown>) {}

  /** The attributes at an address such as `aws_iam_role.gateway_role`. */
  resource(address: string): Resource {
    const [type = "", name = ""] = address.split(".");
    const resource = this.json.resource[type]?.[name];
    if (!resource) throw new Error(`no ${address}; there are ${this.addresses().join(", ")}`);
    return resource;
  }

  /** Addresses of all resources, or of one type. */
  addresses(type?: string): string[] {
    const types = Object.entries(this.json.resource).filter(([name]) => !type || name === type);
    return types.flatMap(([name, instances]) => Object.keys(instances).map((id) => `${name}.${id}`)).sort();
  }

  /** Addresses that a resource names anywhere, directly. */
  references(address: string): string[] {
    const text = JSON.stringify(this.resource(address));
    return this.addresses().filter((other) => other !== address && new RegExp(`${other}(?![\\w])`).test(text));
  }

  /** Whether Terraform makes `later` only after `earlier`, by references and depends_on. */
  comesAfter(later: string, earlier: string): boolean {
    const seen = new Set<string>();
    const reach = (address: string): boolean => {
      if (seen.has(address)) return false;
      seen.add(address);
      return this.references(address).some((next) => next === earlier || reach(next));
    };
    return reach(later);
  }

  /** The statements of an inline policy or a trust policy, by Sid or in order. */
  statements(address: string, attribute = "policy"): Record<string, unknown>[] {
    return (JSON.parse(this.resource(address)[attribute] as string) as { Statement: Record<string, unknown>[] })
      .Statement;
  }
}

/** The dev environment's project, with parts of it replaced. */
export function project(
  changes: { settings?: Partial<Settings>; tools?: Project["tools"]; statements?: Project["statements"] } = {},
): Project {
  const settings = { ...loadSettings("dev"), ...changes.settings };
  return {
    settings,
    tools: changes.tools ?? discoverTools(),
    statements: changes.statements ?? loadPolicySet(policySetFolder(settings.policySet)).statements,
  };
}

/** Both stacks of a project, written by the real synthesis. */
export function synthesise(from: Project): { identity: StackJson; gateway: StackJson } {
  const outdir = mkdtempSync(path.join(tmpdir(), "synth-"));
  try {
    createApp(from, { outdir }).synth();
    const read = (stack: string) =>
      new StackJson(
        JSON.parse(
          readFileSync(path.join(outdir, "stacks", `${from.settings.environment}-${stack}`, "cdk.tf.json"), "utf8"),
        ),
      );
    return { identity: read("identity"), gateway: read("gateway") };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What is pinned of a stack: which resources there are, and what each waits for. */
export const outline = (stack: StackJson) =>
  stack.addresses().map((address) => [address, ...(stack.resource(address).depends_on ?? [])].join(" < "));
