import { readFileSync, writeFileSync } from "node:fs";

const BEGIN = "<!-- figures: written by `npm run bench -- --document` -->";
const END = "<!-- end of the figures -->";

/** Puts the text between the document's markers. Throws Error where they are not there. */
export function fillDocument(file: string, text: string): void {
  const document = readFileSync(file, "utf8");
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for figures: ${BEGIN} … ${END}`);
  writeFileSync(file, `${document.slice(0, begin)}${BEGIN}\n\n${text}\n\n${document.slice(end)}`);
}
