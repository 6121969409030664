const VERBS: Readonly<Record<string, string>> = {
  Creation: "made   ",
  Modifications: "changed",
  Destruction: "removed",
};

/**
 * What a line of cdktf's, Terraform's or a script's output tells a reader, or undefined for the many that tell
 * nothing. Tells a line only once it is done: a line per step.
 */
export function tell(line: string): string | undefined {
  const done = /([\w.[\]"-]+)(?: \([^)]*\))?: (Creation|Destruction|Modifications) complete after /.exec(line);
  if (done) return `${VERBS[done[2] ?? ""]} ${done[1]}`;
  const script = /\(local-exec\): (?:\w+ \w+) \[ *[\d.]+ s\] (.+)$/.exec(line);
  if (script) return `        ${script[1]}`;
  const initialised = /^([\w-]+) +Initializing the backend/.exec(line);
  if (initialised) return `terraform init: ${initialised[1]}`;
  const planned = /^[\w-]* +Plan: (.+?)\.?$/.exec(line);
  return planned ? `terraform plan: ${planned[1]}` : undefined;
}

/** A line of progress of a command of this project, without the time that it measured for itself. */
export const withoutTime = (line: string): string | undefined => /^\[ *[\d.]+ s\] (.+)$/.exec(line)?.[1];
