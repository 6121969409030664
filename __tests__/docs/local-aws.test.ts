import { readFileSync } from "node:fs";
import path from "node:path";
import { OfflineAws } from "../../local/offline-aws";
import { RESOURCES } from "../../local/provider/resources";
import { SURFACES, loadSurface } from "../local/refusals/surfaces";
import { project, synthesise } from "../stacks/synthesised";
import { expectGeneratedPart } from "../support/generated";

const DOCUMENT = "docs/LOCAL_AWS.md";

test("the document lists every operation that is served", async () => {
  const aws = await OfflineAws.start();
  const rows = [...aws.operations].map(([service, operations]) => `| \`${service}\` | ${operations.join(", ")} |`);
  await aws.close();

  expectGeneratedPart(DOCUMENT, "operations", ["| service | operations |", "| --- | --- |", ...rows].join("\n"));
});

test("the document lists every Terraform type", () => {
  const types = Object.keys(RESOURCES).map((type) => `\`${type}\``);

  expectGeneratedPart(DOCUMENT, "types", `${types.join(", ")}.`);
});

test("the document counts the resources of the plans that were read", () => {
  const { identity, gateway } = synthesise(project());
  const counts = `(${identity.addresses().length} resources to add for the identity stack, ${gateway.addresses().length} for the gateway stack)`;

  expect(readFileSync(path.join(__dirname, "../..", DOCUMENT), "utf8")).toContain(counts);
});

const KINDS = [
  { kind: "[open]", meaning: "AWS's own answer is not known; the stricter reading was taken" },
  { kind: "[field]", meaning: "observed by somebody who is not AWS" },
  { kind: "", meaning: "AWS's API models and documents, or the standard that AWS says it follows" },
] as const;

test("the document counts the refusals by the kind of their source", async () => {
  const refusals = (await Promise.all(SURFACES.map(loadSurface))).flatMap((surface) => surface.refusals);
  const kindOf = (source: string) => KINDS.find(({ kind }) => source.startsWith(kind))?.kind;
  const rows = KINDS.map(({ kind, meaning }) => {
    const count = refusals.filter(({ source }) => kindOf(source) === kind).length;
    return `| ${kind && `**${kind}** `}${meaning} | ${count} |`;
  });

  expectGeneratedPart(DOCUMENT, "sources", ["| source | refusals |", "| --- | ---: |", ...rows.reverse()].join("\n"));
});
