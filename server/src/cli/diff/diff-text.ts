/** `diff --format text`. */
import type { ScenarioChange, TraceDiff } from "../../diff/change.ts";
import { findingSentence, type Marks, paragraphOf, type Said, summaryWords } from "../../diff/words.ts";
import { printablePath, printableText } from "../terminal/printable.ts";
import type { Style } from "../terminal/terminal.ts";
import { wrapped } from "../terminal/wrap.ts";

/** A paragraph per scenario, in lines that fit; the summary last. */
export function diffText(diff: TraceDiff, style: Style): string {
  const { scenarios, heads, renamed } = diff;
  const blocks = [
    ...renamed.map(({ before, after }) => [`${printablePath(after)}: was ${printablePath(before)}`]),
    ...heads.map(({ path, findings }) => [
      `${printablePath(path)}: above the first scenario`,
      ...findings.appeared.flatMap((finding) => indented(findingSentence(finding, marks), style)),
    ]),
    ...scenarios.map((change) => scenarioLines(change, style)),
  ];
  return `${[...blocks.map((lines) => lines.join("\n")), summaryWords(diff)].join("\n")}\n`;
}

function scenarioLines(change: ScenarioChange, style: Style): string[] {
  const { before, after } = change;
  const place = after ?? before;
  if (place === undefined) return [];
  const { colors } = style;
  const [sign, paint] =
    before === undefined
      ? (["+", colors.green] as const)
      : after === undefined
        ? (["-", colors.red] as const)
        : (["~", colors.yellow] as const);
  const { heading, sentences } = paragraphOf(change, marks);
  const where =
    after === undefined ? printablePath(place.path) : `${printablePath(place.path)}:${place.line + 1}`;
  const [first, ...rest] = wrapped(`${where} ${printableText(heading)}`, style.width - 2);
  return [
    `${paint(sign)} ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...sentences.flatMap((one) => indented(one, style)),
  ];
}

function indented({ line, text }: Said, { width }: Style): string[] {
  const words = printableText(line === undefined ? text : `line ${line + 1}: ${text}`);
  return wrapped(words, width - 6).map((part, index) => `${index === 0 ? "    " : "      "}${part}`);
}

const marks: Marks = { code: (text) => `\`${text}\``, plain: (text) => text };
