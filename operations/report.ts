import { diffLines } from "diff";
import { EFFECTS, type Finding } from "./finding";

/** What `status` found, for people. */
export function renderStatus(deployment: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${deployment} is in step with the repository.\n`;
  const count = findings.length === 1 ? "1 difference" : `${findings.length} differences`;
  return [`${deployment}: ${count} from the repository`, ...findings.map(block), ""].join("\n");
}

function block({ resource, what, effect, wanted, seen, next }: Finding): string {
  const difference = wanted === undefined || seen === undefined ? [] : compared(wanted, seen);
  return [
    "",
    `${resource}: ${what}`,
    `  effect: ${EFFECTS[effect]}`,
    ...difference.map((line) => `  ${line}`),
    `  next:   ${next ?? "npm run policy -- repair"}`,
  ].join("\n");
}

/** Short values beside each other, longer ones line by line: `-` is what is wanted, `+` what is there. */
function compared(wanted: string, seen: string): string[] {
  if (!`${wanted}${seen}`.includes("\n") && wanted.length + seen.length < 160)
    return [`wanted: ${wanted}`, `seen:   ${seen}`];
  return diffLines(`${wanted.trimEnd()}\n`, `${seen.trimEnd()}\n`).flatMap(({ value, added, removed }) =>
    value
      .trimEnd()
      .split("\n")
      .map((line) => `${added ? "+" : removed ? "-" : " "} ${line}`),
  );
}
