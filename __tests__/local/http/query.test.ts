import { readQueryMembers, withMembers } from "../../../local/http/query";

test("numbered members are a list, in the order of their numbers", () => {
  const form = new URLSearchParams(
    "RoleName=r&Tags.member.10.Key=c&Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value=1&TagKeys.member.1=x",
  );

  expect(readQueryMembers(form)).toEqual({
    RoleName: "r",
    Tags: [{ Key: "a", Value: "1" }, { Key: "b" }, { Key: "c" }],
    TagKeys: ["x"],
  });
});

test("names that every JavaScript object has are members like others", () => {
  const members = readQueryMembers(new URLSearchParams("__proto__.x=1&constructor=2"));

  expect(Object.entries(members)).toEqual([
    ["__proto__", { x: "1" }],
    ["constructor", "2"],
  ]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test("lists in an answer are written below `member`", () => {
  expect(withMembers({ PolicyNames: ["a"], Role: { Tags: [{ Key: "k" }], Path: "/" }, None: [] })).toEqual({
    PolicyNames: { member: ["a"] },
    Role: { Tags: { member: [{ Key: "k" }] }, Path: "/" },
    None: "",
  });
});
