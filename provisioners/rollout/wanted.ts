import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { effectOf } from "../../cedar/head";
import { GATEWAY_ARN_PLACEHOLDER } from "../../cedar/placeholder";
import { LifecycleError } from "../failure";

/** A statement as it shall stand in the engine: one file of the policy set, the gateway's ARN put in. */
export interface WantedStatement {
  /** File name without `.cedar`. */
  readonly stem: string;
  readonly text: string;
  readonly effect: "permit" | "forbid";
}

/** Reads the policy set's folder. What it holds was checked at synth; an unreadable head is still refused. */
export function readWanted(folder: string, gatewayArn: string): WantedStatement[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".cedar"));
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, file), "utf8").replaceAll(GATEWAY_ARN_PLACEHOLDER, gatewayArn);
    const effect = effectOf(text);
    if (effect) return { stem: path.basename(file, ".cedar"), text, effect };
    throw new LifecycleError({
      what: "the file does not begin with permit or forbid",
      resource: file,
      next: "put exactly one Cedar statement into the file",
    });
  });
}
