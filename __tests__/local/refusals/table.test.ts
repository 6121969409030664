import { expectGenerated } from "../../support/generated";
import { mutated } from "../../support/mutant";
import type { Surface } from "./refusal";
import { SURFACES, loadSurface } from "./surfaces";
import { refusalTable } from "./table";

const surfaces = () => Promise.all(SURFACES.map(loadSurface));

test("the table of refusals in local/ is what the tests ask", async () => {
  expectGenerated("local/REFUSALS.md", refusalTable((await surfaces()) as unknown as Surface<never>[]));
});

test("each request of a surface stands once", async () => {
  for (const { name, refusals } of await surfaces()) {
    const requests = refusals.map(({ request }) => `${name}: ${request}`);
    expect(requests).toEqual([...new Set(requests)]);
  }
});

test("what each row says of its refusal in the source stands there, once", async () => {
  for (const { refusals } of await surfaces())
    for (const { takenOut } of refusals) expect(() => mutated(takenOut)).not.toThrow();
});
