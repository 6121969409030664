import type { ToolSpec } from "../../../cedar/tools";
import { defineTools } from "../../tool";
import specs from "./spec.json";

/** The most letters that are listed, whatever is asked for. */
const MOST = 100;

/** Lambda handler of the sample target: one tool, described by spec.json. */
export const handler = defineTools(specs as ToolSpec[], {
  text_analysis_tool: ({ text, N }) => analyse(String(text), Number(N)),
});

/** Word count and the `count` most frequent letters and digits, ties in alphabetical order. */
function analyse(text: string, count: number): string {
  const words = text.split(/\s+/).filter(Boolean).length;
  const frequency = new Map<string, number>();
  for (const letter of text.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? []) {
    frequency.set(letter, (frequency.get(letter) ?? 0) + 1);
  }
  const top = [...frequency]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, Math.min(Math.max(count, 0), MOST))
    .map(([letter, times]) => `${letter}: ${times}`);
  return `Words: ${words}. Most frequent characters: ${top.join(", ") || "none"}.`;
}
