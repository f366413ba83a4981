/** Texts of traces made better: what can safely be mended, and expectations that say what the emulator answers. */
import { analyse, type Diagnostic } from "../../analysis/analysis.ts";
import { analysisOptions, type CheckOptions } from "../../config/check-options.ts";
import { type TextChange, TraceDocument } from "../../document/document.ts";
import { edited, fixesOf, safeEdits } from "../../rules/fixes.ts";
import { Silence } from "../../rules/suppressions.ts";
import { counted } from "../../syntax/counted.ts";

/** A text with what was done to it, in words; no words when it is as it was. */
export interface Mended {
  readonly text: string;
  readonly summary: string;
}

export type Mend = (text: string, options: CheckOptions) => Mended;

/** One fix can make room for another; none needs as many rounds. */
const mostRounds = 10;

/** Applies the fixes after which the trace means the same. */
export const fix: Mend = (text, options) => {
  const found = (document: TraceDocument) => analyse(document, analysisOptions(options)).diagnostics;
  let document = TraceDocument.of(text);
  let diagnostics = found(document);
  const before = diagnostics.length;
  let changed = false;
  for (let round = 0; round < mostRounds; round++) {
    const edits = safeEdits(
      diagnostics.map(({ finding }) => finding),
      document.lines,
    );
    if (edits.length === 0) break;
    document = edited(document, edits);
    diagnostics = found(document);
    changed = true;
  }
  const mended = counted(Math.max(before - diagnostics.length, 1), "finding");
  return { text: withMarkOf(text, document.text), summary: changed ? `mended ${mended}` : "" };
};

/**
 * Rewrites the expectations that do not hold. What a person has said something of, in a suppression, stays; so does a
 * line that could not be read, or would be wrong in another way, with what the emulator answers.
 */
export const update: Mend = (text, options) => {
  const document = TraceDocument.of(text);
  const { lines } = document;
  const silence = new Silence(document);
  const edits = new Map<number, readonly TextChange[]>();
  const { diagnostics } = analyse(document, analysisOptions(options));
  for (const { finding } of diagnostics) {
    if (finding.code !== "expectation" || silence.speaksOf(finding.line) || edits.has(finding.line)) continue;
    const [likeliest] = fixesOf(finding, lines);
    if (likeliest !== undefined) edits.set(finding.line, likeliest.edits);
  }
  if (edits.size === 0) return { text, summary: "" };
  const before = errorLines(diagnostics);
  let updated = edited(document, [...edits.values()].flat());
  const worse = [...errorLines(analyse(updated, analysisOptions(options)).diagnostics)].filter(
    (line) => edits.has(line) && !before.has(line),
  );
  for (const line of worse) edits.delete(line);
  if (worse.length > 0) updated = edited(document, [...edits.values()].flat());
  const changes = [...edits.keys()].map((line) => {
    const number = String(line + 1);
    return `${number} - ${lines.at(line).text.trim()}\n${" ".repeat(number.length)} + ${updated.lines.at(line).text.trim()}`;
  });
  const summary = [`updated ${counted(edits.size, "expectation")}`, ...changes].join("\n");
  return { text: withMarkOf(text, updated.text), summary: edits.size > 0 ? summary : "" };
};

/** The lines with errors other than expectations that do not hold. */
function errorLines(diagnostics: readonly Diagnostic[]): Set<number> {
  return new Set(
    diagnostics.flatMap(({ severity, finding }) =>
      severity === "error" && finding.code !== "expectation" ? [finding.line] : [],
    ),
  );
}

const byteOrderMark = "\ufeff";

/** A text with the byte order mark that the one before it has; a document has none. */
export function withMarkOf(before: string, text: string): string {
  return before.startsWith(byteOrderMark) ? byteOrderMark + text : text;
}
