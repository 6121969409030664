import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const ROOT = path.resolve(__dirname, "../../..");
const RUNS = path.join(ROOT, ".build", "local");
const runs = () => (existsSync(RUNS) ? readdirSync(RUNS) : []);

/** `npm run local`, to the point where its first child runs. */
async function started() {
  const before = runs();
  const child = spawn(process.execPath, ["--import", "tsx", "local/run.ts"], { cwd: ROOT });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) => {
    reader.on("line", (line) => {
      lines.push(line);
      if (line.includes("cdktf deploy")) resolve();
    });
  });
  const exit = once(child, "exit") as Promise<[code: number | null, signal: string | null]>;
  return { child, lines, exit, left: () => runs().filter((run) => !before.includes(run)) };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "a local run that gets %s takes all down and says so",
  async (signal) => {
    const { child, lines, exit, left } = await started();
    expect(left()).toHaveLength(1);

    child.kill(signal);

    expect(await exit).toEqual([1, null]);
    expect(lines.at(-1)).toMatch(/stopped; the offline AWS is gone/);
    expect(left()).toEqual([]);
  },
);

test("a local run takes all down when nobody reads what it says any more", async () => {
  const { child, exit, left } = await started();

  child.stdout.destroy();
  child.stderr.destroy();

  expect(await exit).toEqual([1, null]);
  expect(left()).toEqual([]);
});
