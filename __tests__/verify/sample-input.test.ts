import { sampleInput } from "../../verify/sample-input";

describe("sample arguments", () => {
  test("are the required ones, of the right types, at every depth", () => {
    expect(
      sampleInput({
        type: "object",
        properties: {
          text: { type: "string" },
          count: { type: "integer", default: 3 },
          ratio: { type: "number" },
          sure: { type: "boolean" },
          list: { type: "array", items: { type: "string" } },
          nested: {
            type: "object",
            properties: { inner: { type: "integer" }, other: { type: "string" } },
            required: ["inner"],
          },
          optional: { type: "string" },
        },
        required: ["text", "count", "ratio", "sure", "list", "nested"],
      }),
    ).toEqual({ text: expect.any(String), count: 3, ratio: 0.5, sure: false, list: [], nested: { inner: 1 } });
  });

  test("are none for a tool that takes none", () => {
    expect(sampleInput({ type: "object" })).toEqual({});
  });
});
