import { InvalidArgumentError } from "commander";

/** A TCP port as a command's option. Throws what commander turns into a message and exit code 1. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}
