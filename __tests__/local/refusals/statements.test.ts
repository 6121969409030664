import type { ControlPlane } from "./control-plane";
import { testRefusals } from "./refusal";
import { FINDINGS, judged, surface } from "./rows/statements";

testRefusals(surface);

describe("with IGNORE_ALL_FINDINGS no finding stops a policy", () => {
  let world: ControlPlane;
  beforeAll(async () => {
    world = await surface.open();
  });
  afterAll(() => surface.close(world));

  test.each(FINDINGS.map((finding) => [finding.that, finding] as const))("that %s", async (_, finding) => {
    expect(await judged(world, finding, "IGNORE_ALL_FINDINGS")).toEqual({ status: 202, type: "ACTIVE", text: "" });
  });
});
