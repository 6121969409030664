import { EventLog } from "../../../local/core/events";

const call = (operation: string) =>
  ({
    kind: "call",
    service: "bedrock-agentcore-control",
    operation,
    caller: "arn:aws:iam::1:role/r",
    via: "sdk",
  }) as const;
const change = (id: string) => ({ kind: "change", type: "policy", id, state: { status: "ACTIVE" } }) as const;

describe("the event log of a process under load", () => {
  const log = new EventLog();
  log.record(change("the first"));
  for (let index = 0; index < 50_000; index += 1) log.record(call(`call ${index}`));
  log.record(change("the last"));

  it("forgets the oldest calls", () => {
    const calls = log.calls();
    expect(calls.length).toBeGreaterThanOrEqual(10_000);
    expect(calls.length).toBeLessThan(20_000);
    expect(calls.at(-1)?.operation).toBe("call 49999");
  });

  it("keeps every call since the oldest that it has", () => {
    const [oldest, ...rest] = log.calls().map(({ sequence }) => sequence);
    expect(rest).toEqual(rest.map((_, index) => (oldest ?? 0) + index + 1));
  });

  it("keeps the changes, which calls do not push out", () => {
    expect(log.changes().map(({ id }) => id)).toEqual(["the first", "the last"]);
  });

  it("numbers on from what it has forgotten", () => {
    expect(log.all().at(-1)?.sequence).toBe(50_001);
  });

  it("tells its listeners of every event, forgotten later or not", () => {
    let heard = 0;
    const stop = log.subscribe(() => (heard += 1));
    for (let index = 0; index < 30_000; index += 1) log.record(call("heard"));
    stop();
    log.record(call("unheard"));
    expect(heard).toBe(30_000);
  });
});
