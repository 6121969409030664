import Table from "cli-table3";
import type { ToolFinding, Verification } from "./verify";

const NO_STYLE = { head: [], border: [] };

/** The table that a person reads: a row per user and tool. */
export function renderTable({ users }: Verification): string {
  const table = new Table({
    head: ["user", "claims in the machine token", "tool", "listed", "call", "decided by"],
    style: NO_STYLE,
    wordWrap: true,
    colWidths: [14, 25, 26, 8, 9, 25],
  });
  for (const { label, claims, tools } of users) {
    const carried = ["user_id", "department", "role"].flatMap((name) =>
      claims[name] === undefined ? [] : [`${name}: ${String(claims[name])}`],
    );
    for (const finding of tools) {
      table.push([
        label,
        carried.join("\n") || "none",
        finding.tool.replace("___", "\n___"),
        finding.listed ? "yes" : "hidden",
        finding.outcome.kind,
        reasonOf(finding),
      ]);
    }
  }
  return table.toString();
}

/** What the gateway answered to the calls that it denied, word for word. */
export function renderDenials({ users }: Verification): string[] {
  return users.flatMap(({ label, tools }) =>
    tools.flatMap(({ tool, outcome }) =>
      outcome.kind === "denied" ? [`${label} calling ${tool} was answered: ${outcome.text}`] : [],
    ),
  );
}

/** The gateway does not say which permit allowed a call: that comes from judging by the live policies. */
function reasonOf({ outcome, judged }: ToolFinding): string {
  if (outcome.kind === "failed") return outcome.text;
  if (outcome.kind === "allowed" && judged.decision === "deny") return "nothing: the gateway does not enforce";
  return judged.by.join("\n") || "no permit matched";
}
