import { ratioOf, type Figure, type Result, type Unit } from "./benchmark";

export interface Measurement extends Result {
  readonly name: string;
  readonly title: string;
}

/** Where and when a run was made. */
export interface About {
  readonly date: string;
  readonly node: string;
  readonly cpus: number;
  /** Of the last minute before the run, as the operating system has it. */
  readonly load: number;
  readonly quick: boolean;
}

export const aboutInWords = ({ date, node, cpus, load, quick }: About): string =>
  `${date.slice(0, 10)}, Node ${node}, ${cpus} processors, load ${load.toFixed(1)} at the start` +
  `${quick ? "; small sizes: these times mean nothing" : ""}.`;

/** One table for each benchmark. */
export function toMarkdown(measurements: readonly Measurement[]): string {
  return measurements.map(tableOf).join("\n\n");
}

export const toJson = (measurements: readonly Measurement[], about: About): string =>
  `${JSON.stringify(
    {
      ...about,
      benchmarks: measurements.map(({ figures, ...rest }) => ({
        ...rest,
        figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) })),
      })),
    },
    null,
    2,
  )}\n`;

function tableOf({ title, figures }: Measurement): string {
  const rows = figures.map((figure) => [
    figure.what,
    amount(figure.value, figure.unit),
    figure.reference ? `${figure.reference.what}: ${amount(figure.reference.value, figure.unit)}` : "",
    ratio(figure),
    target(figure),
  ]);
  const lines = [["figure", "value", "reference", "ratio", "wanted"], ["---", "---:", "---", "---:", "---"], ...rows];
  return [`### ${title}`, "", ...lines.map((cells) => `| ${cells.join(" | ")} |`)].join("\n");
}

/** Whole numbers of small units, three digits of what is smaller. */
export function amount(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : 3;
  const number = digits === 0 ? Math.round(value) : Number(value.toPrecision(digits));
  return `${number.toLocaleString("en-US", { maximumFractionDigits: 6 })} ${unit}`;
}

function ratio(figure: Figure): string {
  const value = ratioOf(figure);
  return value === undefined ? "" : Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

function target(figure: Figure): string {
  if (figure.atMost === undefined) return "";
  const measured = ratioOf(figure) ?? figure.value;
  return `at most ${figure.atMost}: ${measured <= figure.atMost ? "met" : "missed"}`;
}
