import { aboutInWords, amount, toJson, toMarkdown, type Measurement } from "../../bench/report";

const measurement: Measurement = {
  name: "sample",
  title: "A sample",
  wrong: [],
  figures: [
    { what: "fast", value: 40, unit: "ms", reference: { what: "slow", value: 100 }, atMost: 0.5 },
    { what: "late", value: 60, unit: "ms", reference: { what: "slow", value: 100 }, atMost: 0.5 },
    { what: "window", value: 0, unit: "ms", reference: { what: "other", value: 0 }, atMost: 0 },
    { what: "alone", value: 12_345.6, unit: "bytes" },
  ],
};
const about = { date: "2030-01-02T03:04:05Z", node: "v20", cpus: 2, load: 0.25, quick: false };

test("a table has each figure with its reference, their ratio, and whether what was wanted is met", () => {
  const rows = toMarkdown([measurement])
    .split("\n")
    .filter((line) => line.startsWith("|"));

  expect(rows.slice(2)).toEqual([
    "| fast | 40 ms | slow: 100 ms | 0.4 | at most 0.5: met |",
    "| late | 60 ms | slow: 100 ms | 0.6 | at most 0.5: missed |",
    "| window | 0 ms | other: 0 ms |  | at most 0: met |",
    "| alone | 12,346 bytes |  |  |  |",
  ]);
});

test("JSON has the same with the ratios, and where it was measured", () => {
  const json = JSON.parse(toJson([measurement], about)) as { benchmarks: { figures: { ratio?: number }[] }[] };

  expect(json).toMatchObject(about);
  expect(json.benchmarks[0]?.figures.map(({ ratio }) => ratio)).toEqual([0.4, 0.6, undefined, undefined]);
});

test("amounts are rounded to what can be read", () => {
  expect(amount(0.012_345, "ms")).toBe("0.0123 ms");
  expect(amount(1_234.5, "per second")).toBe("1,235 per second");
});

test("a quick run says that its times mean nothing", () => {
  expect(aboutInWords(about)).toBe("2030-01-02, Node v20, 2 processors, load 0.3 at the start.");
  expect(aboutInWords({ ...about, quick: true })).toContain("these times mean nothing");
});
