import { readFileSync } from "node:fs";
import { project, synthesise } from "../stacks/synthesised";

const matrix = readFileSync("docs/matrices/terraform.md", "utf8");
const { identity, gateway } = synthesise(project());
const ADDRESSES = [...identity.addresses(), ...gateway.addresses()];

const partOf = (name: string) => matrix.split(`<!-- begin ${name} -->`)[1]?.split(`<!-- end ${name} -->`)[0] ?? "";

test.each(["killed", "one at a time"])("every resource of both stacks has a row in %j", (part) => {
  expect(ADDRESSES.filter((address) => !partOf(part).includes(`\`${address}\``))).toEqual([]);
});

test("no row is of a resource that is gone", () => {
  const named = ["killed", "one at a time", "by hand"].flatMap((part) =>
    [...partOf(part).matchAll(/`((?:aws_|terraform_data\.)[a-z0-9_.]+)`/g)].map(([, address = ""]) => address),
  );
  expect(named.filter((address) => !ADDRESSES.includes(address))).toEqual([]);
});
