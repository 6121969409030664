import { UserError } from "../reporting/problem";
import type { Verdict } from "./judge";

/** `<user>:<tool>=allow|deny`: a user's label or `sub`, and a tool as the gateway lists it. */
export interface Expectation {
  readonly user: string;
  readonly tool: string;
  readonly verdict: Verdict;
}

const SHAPE = /^(?<user>.+):(?<tool>[^:=]+)=(?<verdict>allow|deny)$/;

/** Parses expectations. Throws UserError with every one that cannot be read. */
export function parseExpectations(texts: readonly string[]): Expectation[] {
  const parsed = texts.map((text) => ({ text, parts: SHAPE.exec(text)?.groups }));
  const bad = parsed.filter(({ parts }) => !parts);
  if (bad.length === 0) return parsed.map(({ parts }) => parts as unknown as Expectation);
  throw new UserError(
    "expectations that cannot be read",
    bad.map(({ text }) => ({
      where: "--expect",
      what: "is not <user>:<tool>=allow|deny",
      value: text,
      fix: "for example guest:sample-tool-target___text_analysis_tool=deny",
    })),
  );
}
