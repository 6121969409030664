import { runCommand } from "../reporting/command";
import { UserError } from "../reporting/problem";
import { stepLog } from "../reporting/steps";
import { VERBS } from "./contract";
import { explain } from "./explain";
import { isVerb, runVerb } from "./verbs";

// The SDK is pinned; which Node its later versions will want is no news to somebody who runs Terraform.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** `node index.js <verb>`: one step of the policy lifecycle. Terraform's local-exec calls it. */
void runCommand(async () => {
  const verb = process.argv.slice(2).join(" ");
  if (!isVerb(verb)) {
    throw new UserError("unknown verb", [
      { where: "command line", what: "no such verb", value: verb, limit: VERBS.join(", ") },
    ]);
  }
  const log = stepLog((line) => process.stdout.write(`${verb} ${line}\n`));
  try {
    await runVerb(verb, process.env, log);
  } catch (error) {
    throw explain(error);
  }
});
