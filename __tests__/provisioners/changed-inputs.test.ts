import type { JsonSchema } from "../../cedar/tools";
import type { EnginePolicy } from "../../provisioners/aws/policies";
import { breakingChanges, mayRestOnInput } from "../../provisioners/changed-inputs";

const input = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
});
const text: JsonSchema = { type: "string" };
const count: JsonSchema = { type: "integer" };
const list = (items?: JsonSchema): JsonSchema => ({ type: "array", ...(items ? { items } : {}) });

describe("what breaks a condition that was written for the input before", () => {
  test.each<[string, JsonSchema, JsonSchema, string[]]>([
    ["a property is gone", input({ text, count }), input({ count }), ["text is gone"]],
    ["another type", input({ text }), input({ text: count }), ["text becomes integer, was string"]],
    [
      "Cedar's decimal for a Long",
      input({ count }),
      input({ count: { type: "number" } }),
      ["count becomes number, was integer"],
    ],
    ["no longer required", input({ text }, ["text"]), input({ text }), ["text need no longer be there"]],
    ["another type of items", input({ l: list(text) }), input({ l: list(count) }), ["l[] becomes integer, was string"]],
    [
      "items without a type",
      input({ l: list(text) }),
      input({ l: list() }),
      ["the items of l are no longer described"],
    ],
    ["deep inside", input({ a: input({ b: text }) }), input({ a: input({}) }), ["a.b is gone"]],
    ["inside a list's items", input({ l: list(input({ b: text })) }), input({ l: list(input({})) }), ["l[].b is gone"]],
    [
      "several at once",
      input({ text, count }, ["count"]),
      input({ count: text }),
      ["text is gone", "count need no longer be there", "count becomes string, was integer"],
    ],
  ])("%s", (_, before, after, changes) => {
    expect(breakingChanges(before, after)).toEqual(changes);
  });

  test("an input that is not known", () => {
    expect(breakingChanges(undefined, input({}))).toEqual(["the input is not known as it is now"]);
  });

  test.each<[string, JsonSchema, JsonSchema]>([
    ["nothing", input({ text }, ["text"]), input({ text }, ["text"])],
    ["another description", input({ text }), input({ text: { ...text, description: "other words" } })],
    ["a new property", input({ text }), input({ text, count })],
    ["a new property that is required", input({ text }), input({ text, count }, ["count"])],
    ["now required", input({ text }), input({ text }, ["text"])],
    ["items described for the first time", input({ l: list() }), input({ l: list(text) })],
  ])("not: %s", (_, before, after) => {
    expect(breakingChanges(before, after)).toEqual([]);
  });
});

describe("a statement that may rest on the input of t___read", () => {
  const ACTION = "t___read";
  const policy = (statement: string | undefined, members: Partial<EnginePolicy> = {}): EnginePolicy => ({
    id: "p-1",
    name: "p",
    text: statement,
    effect: "forbid",
    status: "ACTIVE",
    enforcementMode: "ACTIVE",
    statusReasons: [],
    createdAt: 0,
    age: 0,
    ...members,
  });
  const action = (name: string) => `AgentCore::Action::"${name}"`;
  const forbid = (clause: string) => `forbid(principal, ${clause}, resource) when { context.input.text == "x" };`;

  test.each<[string, EnginePolicy]>([
    ["names the tool", policy(forbid(`action == ${action(ACTION)}`))],
    ["names the tool among others", policy(forbid(`action in [${action("t___write")}, ${action(ACTION)}]`))],
    ["is about every action", policy(forbid("action"))],
    ["is about a group", policy(forbid(`action in ${action("CallTool")}`))],
    ["reads the input otherwise", policy(`forbid(principal, action, resource) when { context["input"].text == "x" };`)],
    ["has no text that could be read", policy(undefined, { effect: undefined })],
    ["could not be changed", policy(forbid("action"), { status: "UPDATE_FAILED" })],
    ["could not be deleted", policy(forbid("action"), { status: "DELETE_FAILED" })],
    ["is being activated", policy(forbid("action"), { status: "UPDATING", enforcementMode: "LOG_ONLY" })],
  ])("%s", (_, one) => {
    expect(mayRestOnInput(one, ACTION)).toBe(true);
  });

  test.each<[string, EnginePolicy]>([
    ["is a permit", policy(forbid("action").replace("forbid", "permit"), { effect: "permit" })],
    ["is staged", policy(forbid("action"), { enforcementMode: "LOG_ONLY" })],
    ["could not be created", policy(forbid("action"), { status: "CREATE_FAILED" })],
    ["reads no input", policy('forbid(principal, action, resource) when { principal.hasTag("x") };')],
    ["names other tools alone", policy(forbid(`action in [${action("t___write")}, ${action("u___read")}]`))],
  ])("not: %s", (_, one) => {
    expect(mayRestOnInput(one, ACTION)).toBe(false);
  });
});
