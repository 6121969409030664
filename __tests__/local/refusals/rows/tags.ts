import { NOBODYS_ENGINE, controlPlane, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import { REQUIRED, agentCore, atMost, invalid, long, matching, model, refused, rules, tagRules } from "../rows";

const TEXT = "text(/[a-zA-Z0-9\\s._:/=+@-]*/, 1, 128), text(/[a-zA-Z0-9\\s._:/=+@-]*/, 0, 256)";
const [KEY = "", VALUE = ""] = TEXT.split(", text");
const many = (count: number, first = 0) =>
  Object.fromEntries([...Array(count).keys()].map((n) => [`t${n + first}`, ""]));

const create = { operation: "CreatePolicyEngine" } as const;
const tag =
  (tags: unknown) =>
  ({ ids }: ControlPlane) => ({ resourceArn: ids.gatewayArn, tags });

const given: Refusal<ControlPlane>[] = [
  invalid({
    operation: "TagResource",
    with: "a value of 257 characters",
    input: tag({ a: long(257) }),
    at: "tags.a",
    must: atMost(256),
    source: model("TagValue"),
    takenOut: tagRules(TEXT, `${KEY}, text${VALUE.replace("256", "257")}`),
  }),
  invalid({
    operation: "TagResource",
    with: "a value with a sign that tags may not hold",
    input: tag({ a: "50 %" }),
    at: "tags.a",
    must: matching("[a-zA-Z0-9\\s._:/=+@-]*"),
    source: model("TagValue"),
    takenOut: tagRules(TEXT, `${KEY}, text(undefined)`),
  }),
  ...(
    [
      ["a key of 129 characters", long(129)],
      ["a key with a sign that tags may not hold", "a!"],
    ] as const
  ).map(([what, key]) =>
    refused({
      operation: "TagResource",
      with: what,
      input: tag({ [key]: "" }),
      answer: [400, "ValidationException", `1 validation error detected: Value at 'tags.${key}'…`],
      source: model("TagKey"),
      takenOut: tagRules(TEXT, `text(undefined), text${VALUE}`),
    }),
  ),
  invalid({
    ...create,
    with: "51 tags",
    input: { name: "e", tags: many(51) },
    at: "tags",
    must: atMost(50),
    source: model("TagsMap"),
    takenOut: tagRules(", 0, 50)", ", 0, 51)"),
  }),
  refused({
    operation: "TagResource",
    with: "one tag more than 50 together",
    input: async ({ make }: ControlPlane) => {
      const { policyEngineArn } = await make("CreatePolicyEngine", { name: "tagged", tags: many(50) });
      return { resourceArn: policyEngineArn, tags: many(1, 50) };
    },
    answer: [400, "ValidationException", "A resource has at most 50 tags"],
    source: `${model("TagsMap")}; [open] the text`,
    takenOut: agentCore("tags", "Object.keys(all).length > MOST_TAGS", "false as boolean"),
  }),
  invalid({
    operation: "TagResource",
    with: "no tags",
    input: tag(undefined),
    at: "tags",
    must: REQUIRED,
    source: model("TagResourceRequest"),
    takenOut: rules(
      "TagResource: z.object({ resourceArn, tags }),",
      "TagResource: z.object({ resourceArn, tags: tags.default({}) }),",
    ),
  }),
  invalid({
    operation: "UntagResource",
    with: "no keys",
    input: tag(undefined),
    at: "tagKeys",
    must: REQUIRED,
    source: model("UntagResourceRequest"),
    takenOut: rules(".max(200) }),", ".max(200).default([]) }),"),
  }),
];

const OPERATIONS = {
  TagResource: "TagResource: z.object({ resourceArn, tags }),",
  UntagResource: "UntagResource: z.object({ resourceArn,",
  ListTagsForResource: "ListTagsForResource: z.object({ resourceArn }),",
} as const;

const about = (resourceArn: string) => ({ resourceArn, tags: {}, tagKeys: ["a"] });

const unknown = (Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]).flatMap((operation) => [
  refused({
    operation,
    with: "what is no ARN",
    input: about("demo_policy_engine"),
    answer: [400, "ValidationException", "2 validation errors detected: Value at 'resourceArn'…"] as const,
    source: model("TaggableResourcesArn"),
    takenOut: rules(OPERATIONS[operation], OPERATIONS[operation].replace("resourceArn", "resourceArn: z.string()")),
  }),
  refused({
    operation,
    with: "the ARN of nothing",
    input: about(NOBODYS_ENGINE),
    answer: [404, "ResourceNotFoundException", "The resource does not exist or cannot have tags"] as const,
    source: `API reference, ${operation}: ResourceNotFoundException; [open] its text`,
    takenOut: agentCore("tags", "if (!tags) throw notFound", "if (!tags) return {}; if (!tags) throw notFound"),
  }),
  refused({
    operation,
    with: "the ARN of a policy, which has no tags",
    input: async ({ prepare, ids }: ControlPlane) => {
      const { policyArn } = await prepare<{ policyArn: string }>("bedrock-agentcore-control", "GetPolicy", ids);
      return about(policyArn);
    },
    answer: [404, "ResourceNotFoundException", "The resource does not exist or cannot have tags"] as const,
    source: "API reference, CreatePolicy: takes no tags; [open] the answer",
    takenOut: agentCore("tags", "if (!tags) throw notFound", "if (!tags) return {}; if (!tags) throw notFound"),
  }),
]);

export const surface = controlPlane("tags", "tags", [...given, ...unknown]);
