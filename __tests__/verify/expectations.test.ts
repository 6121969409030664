import { parseExpectations } from "../../verify/expectations";

describe("expectations on the command line", () => {
  test("name a user, a tool and a verdict", () => {
    expect(parseExpectations(["guest:sample-tool-target___text_analysis_tool=deny", "auth0|7:x:t___u=allow"])).toEqual([
      { user: "guest", tool: "sample-tool-target___text_analysis_tool", verdict: "deny" },
      { user: "auth0|7:x", tool: "t___u", verdict: "allow" },
    ]);
  });

  test("that cannot be read are all told at once", () => {
    const texts = ["guest", "guest:tool", "guest:tool=maybe", ":tool=allow", "guest:=allow"];
    for (const text of texts) expect(() => parseExpectations(texts)).toThrow(`value: ${text}\n`);
  });
});
