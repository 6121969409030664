import { Authorizer, principalFromClaims } from "../../cedar/decide";
import { GATEWAY_ARN_PLACEHOLDER } from "../../cedar/placeholder";
import { loadPolicySet } from "../../cedar/policy-set";
import { schemaFor } from "../../cedar/schema";
import { discoverTools } from "../../lambdas/discover";
import { settingsFromEnvironment } from "../../settings/load";
import { policySetFolder } from "../../settings/policy-sets";
import { INPUT, Sessions, TOOL, users } from "./mcp";

/** What `rates.ts <seconds>` prints: things done per second, one after the other. */
export interface Rates {
  readonly list: number;
  readonly denied: number;
  readonly called: number;
  /** The same decisions with nothing around them. */
  readonly bareList: number;
  readonly bareCall: number;
}

const WARM_UP = 20;

async function measure(seconds: number): Promise<Rates> {
  const sessions = await Sessions.find();
  const { session, claims } = await sessions.open(users().allowed);
  const guest = await sessions.open(users().denied);
  const { policySet } = settingsFromEnvironment();
  const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/bench-0123456789";
  const policies = loadPolicySet(policySetFolder(policySet)).statements.map(({ stem, text }) => ({
    id: stem,
    text: text.replaceAll(GATEWAY_ARN_PLACEHOLDER, gatewayArn),
  }));
  const cedar = new Authorizer(policies);
  const schema = schemaFor(discoverTools().map(({ target }) => target));
  const request = { principal: principalFromClaims(claims), action: TOOL, gatewayArn, schema };
  const rates = {
    list: await perSecond(seconds, () => session.listTools()),
    denied: await perSecond(seconds, () => guest.session.call(TOOL, INPUT)),
    called: await perSecond(seconds, () => session.call(TOOL, INPUT)),
    bareList: await perSecond(seconds, () => cedar.couldPermit(request)),
    bareCall: await perSecond(seconds, () => cedar.decide({ ...request, input: INPUT })),
  };
  await Promise.all([session.close(), guest.session.close()]);
  return rates;
}

async function perSecond(seconds: number, work: () => unknown): Promise<number> {
  for (let call = 0; call < WARM_UP; call += 1) await work();
  const start = performance.now();
  let done = 0;
  do {
    await work();
    done += 1;
  } while (performance.now() - start < seconds * 1_000);
  return (done * 1_000) / (performance.now() - start);
}

void measure(Number(process.argv[2])).then((rates) => process.stdout.write(`${JSON.stringify(rates)}\n`));
