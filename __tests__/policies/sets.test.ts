import path from "node:path";
import { Authorizer } from "../../cedar/decide";
import { GATEWAY_ARN_PLACEHOLDER } from "../../cedar/placeholder";
import { loadPolicySet } from "../../cedar/policy-set";
import { schemaFor } from "../../cedar/schema";
import { findings, rejections } from "../../cedar/validate";
import { discoverTools } from "../../lambdas/discover";

const GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/demo-abcdefghij";
const ACTION = "sample-tool-target___text_analysis_tool";
const targets = discoverTools().map(({ target }) => target);

const policiesOf = (set: string) =>
  loadPolicySet(path.join(__dirname, "../../policies", set)).statements.map(({ stem, text }) => ({
    id: stem,
    text: text.replaceAll(GATEWAY_ARN_PLACEHOLDER, GATEWAY),
  }));

function isAllowed(set: string, tags: Record<string, string>, gatewayArn = GATEWAY) {
  const authorizer = new Authorizer(policiesOf(set));
  const request = { principal: { id: "client", tags }, action: ACTION, gatewayArn, schema: schemaFor(targets) };
  const decision = authorizer.decide({ ...request, input: { text: "a text", N: 3 } });
  expect(decision.errors).toEqual([]);
  return { listed: authorizer.couldPermit(request), called: decision.decision === "allow" };
}

const BOTH = { listed: true, called: true };
const NEITHER = { listed: false, called: false };

test.each([
  ["allow-guest", "finance", BOTH],
  ["allow-guest", "engineering", BOTH],
  ["allow-guest", "guest", BOTH],
  ["allow-guest", "sales", NEITHER],
  ["deny-guest", "finance", BOTH],
  ["deny-guest", "engineering", BOTH],
  ["deny-guest", "guest", NEITHER],
  ["deny-guest", "Finance", NEITHER],
])("%s: the department %s sees and calls the tool as expected", (set, department, expected) => {
  expect(isAllowed(set, { department })).toEqual(expected);
});

test.each(["allow-guest", "deny-guest"])("%s: without a department, or on another gateway, nothing", (set) => {
  expect(isAllowed(set, {})).toEqual(NEITHER);
  expect(isAllowed(set, { role: "finance" })).toEqual(NEITHER);
  expect(isAllowed(set, { department: "finance" }, `${GATEWAY}2`)).toEqual(NEITHER);
});

test.each(["allow-guest", "deny-guest"])("%s: AWS takes every statement, in its strictest mode", (set) => {
  const texts = policiesOf(set).map(({ text }) => text);

  const refused = texts.flatMap((text) => [
    ...rejections(text, targets),
    ...findings(
      text,
      texts.filter((other) => other !== text),
      targets,
    ),
  ]);

  expect(texts).not.toEqual([]);
  expect(refused).toEqual([]);
});
