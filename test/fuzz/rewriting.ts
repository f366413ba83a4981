/** Fuzzers of what rewrites traces. */

import fc from "fast-check";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { runText } from "../../server/src/analysis/run-text.ts";
import { lint, run } from "../../server/src/api/index.ts";
import { fix, update } from "../../server/src/cli/lint/mend.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { format } from "../../server/src/document/format.ts";
import type { TraceLine } from "../../server/src/document/line.ts";
import { labelOf } from "../../server/src/evaluate/variant.ts";
import { reduce } from "../../server/src/reduce/reduce.ts";
import { edited } from "../../server/src/rules/fixes.ts";
import { operationRow } from "../../server/src/syntax/operations.ts";
import { isOperation } from "../../server/src/syntax/statement.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { anyTrace } from "./traces.ts";

function formatted(text: string): string {
  const document = TraceDocument.of(text);
  return edited(document, format(document, { align: true })).text;
}

/** What each line says, without blanks between words. */
function words(text: string): string[] {
  return TraceDocument.of(text)
    .lines.all.map((line) => line.text.replace(/\s+/g, "").toLowerCase())
    .filter((line) => line !== "");
}

/** What is found, each with the words of its line, so that it is known again when lines come or go. */
function findings(text: string, isAsked: (code: string, severity: string) => boolean): string[] {
  const { lines } = TraceDocument.of(text);
  return lint(text).diagnostics.flatMap(({ code, severity, range: { start } }) => {
    const { text: line, parsed } = lines.at(start.line);
    // A comment may be taken away, an operation may lose what has no meaning.
    const said = line
      .slice(0, parsed.comment?.start)
      .replace(/\s+/g, "")
      .replace(/@cpu\d+/g, "");
    // Which name was meant may look otherwise with others about.
    const kind = code.startsWith("unknown-") ? "unknown" : code;
    return isAsked(code, severity) ? `${kind}: ${said}` : [];
  });
}

/** What is in a list more often than in another. */
function more(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** What every operation answers under each variant, scenario by scenario. */
function answers(text: string): string {
  return run(text)
    .scenarios.map(({ operations, variants }) =>
      operations
        .map(({ outcomes }) => variants.map((label) => `${label} ${outcomes[label]}`).join(", "))
        .join("\n"),
    )
    .join("\n\n");
}

/** Whether a failure can be said of a line's operation; where it cannot, the text of a run has it in a comment. */
function mayFail({ parsed: { statement } }: TraceLine): boolean {
  return isOperation(statement) && operationRow(statement).failures.length > 0;
}

function demand(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Error(otherwise());
}

/** What one message may tell of several lines. */
const ONCE_PER_CAUSE: ReadonlySet<string> = new Set([
  "missing-declaration",
  "unknown-name",
  "unknown-register",
  "invalid-value",
]);

export const rewritingFuzzers: readonly Fuzzer[] = [
  {
    name: "format",
    promise: "formatting changes blanks and the case of digits alone, and formatting again changes nothing",
    property: () =>
      fc.property(anyTrace, (text) => {
        const once = formatted(text);
        const says = (one: string) => words(one).join("\n");
        if (says(once) !== says(text)) throw new Error(`formatted, it says something else:\n${once}`);
        const twice = formatted(once);
        if (twice !== once) throw new Error(`formatted again, it is:\n${twice}\nand before:\n${once}`);
      }),
  },
  {
    name: "fix",
    promise: "--fix adds no finding, changes no answer of an operation, and done again changes nothing",
    property: () =>
      fc.property(anyTrace, (text) => {
        const fixed = fix(text, {}).text;
        // Findings of a scenario that was not tested show when its declaration is mended.
        const untested = (one: string) => lint(one).scenarios.filter((scenario) => scenario.untested).length;
        // Where one message tells of several lines, another line has it when the first is gone.
        const isOwn = (code: string) => !ONCE_PER_CAUSE.has(code);
        const added = more(findings(fixed, isOwn), findings(text, isOwn));
        demand(
          added.length === 0 || untested(fixed) < untested(text),
          () => `--fix leaves new findings, ${added.join("; ")}:\n${fixed}`,
        );
        demand(answers(fixed) === answers(text), () => `--fix changes answers:\n${fixed}`);
        const twice = fix(fixed, {}).text;
        demand(twice === fixed, () => `--fix again changes\n${fixed}\nto\n${twice}`);
      }),
  },
  {
    name: "update",
    promise: "--update leaves what can be read and answers the same, and done again changes nothing",
    property: () =>
      fc.property(anyTrace, (text) => {
        const updated = update(text, {}).text;
        const isError = (code: string, severity: string) => severity === "error" && code !== "expectation";
        const wrong = lint(updated).diagnostics.filter(({ code, severity }) => isError(code, severity));
        const before = lint(text).diagnostics.filter(({ code, severity }) => isError(code, severity));
        demand(
          wrong.length <= before.length,
          () => `--update leaves errors, ${wrong[0].message}:\n${updated}`,
        );
        demand(answers(updated) === answers(text), () => `--update changes answers:\n${updated}`);
        const twice = update(updated, {}).text;
        demand(twice === updated, () => `--update again changes\n${updated}\nto\n${twice}`);
      }),
  },
  {
    name: "reduce",
    promise: "a reduced trace has the finding under the same revision and no new error",
    property: () =>
      fc.property(anyTrace, fc.nat(), (text, pick) => {
        const { diagnostics } = lint(text);
        if (diagnostics.length === 0) return;
        const kept = diagnostics[pick % diagnostics.length];
        const { line } = kept.range.start;
        const target = diagnostics.find(({ code, range }) => code === kept.code && range.start.line === line);
        const reduction = reduce(text, { code: kept.code, line });
        demand(typeof reduction !== "string", () => `it is not reduced: ${reduction}`);
        if (typeof reduction === "string" || target === undefined) return;
        const after = lint(reduction.text).diagnostics;
        const isSame = (one: (typeof after)[number]) =>
          one.code === target.code &&
          JSON.stringify([one.outcomes, one.under]) === JSON.stringify([target.outcomes, target.under]);
        demand(after.some(isSame), () => `the finding is gone:\n${reduction.text}`);
        const isError = (_: string, severity: string) => severity === "error";
        const added = more(findings(reduction.text, isError), findings(text, isError));
        demand(added.length === 0, () => `new errors, ${added.join("; ")}:\n${reduction.text}`);
        const again = reduce(reduction.text, { code: kept.code });
        demand(typeof again !== "string", () => "it cannot be reduced again");
      }),
  },
  {
    name: "run-text",
    promise: "the text of a run, as the compare view shows it, can be read, and gives what it says",
    property: () =>
      fc.property(anyTrace, (text) => {
        const analysis = analyse(TraceDocument.of(text));
        for (const { firstLine, evaluation } of analysis.scenarios) {
          for (const { id } of evaluation.variants) {
            const label = labelOf(id);
            const written = runText(analysis, firstLine, label) ?? "";
            const { lines } = TraceDocument.of(written);
            const wrong = lint(written).diagnostics.find(
              ({ code, range }) =>
                code === "syntax" || (code === "expectation" && mayFail(lines.at(range.start.line))),
            );
            demand(wrong === undefined, () => `${wrong?.message}:\n${written}`);
          }
        }
      }),
  },
];
