import { median, percentile, slope } from "../../bench/statistics";

test("a percentile is the value of the nearest rank, whatever the order", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);

  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([50, 99, 100]);
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([], 0.5)).toBeNaN();
});

test("the slope of a line is its slope, of a level 0, and of a single place 0", () => {
  expect(slope([1, 2, 3].map((x) => ({ x, y: 5 - 2 * x })))).toBeCloseTo(-2);
  expect(slope([1, 2, 3].map((x) => ({ x, y: 7 })))).toBe(0);
  expect(slope([{ x: 1, y: 1 }])).toBe(0);
});
