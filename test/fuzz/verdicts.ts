/** The fuzzer of verdicts: what is said under a revision is what `lint --revision` says. */
import fc from "fast-check";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { eachDiagnostic } from "../../server/src/analysis/found-diagnostics.ts";
import { lint } from "../../server/src/api/index.ts";
import { analysisOptions } from "../../server/src/config/check-options.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { anyTrace } from "./traces.ts";

interface Found {
  readonly code: string;
  readonly range: { readonly start: { readonly line: number } };
}

function texts(found: readonly Found[]): string {
  return found
    .map(({ code, range }) => `${range.start.line}: ${code}`)
    .sort()
    .join("\n");
}

export const verdictFuzzer: Fuzzer = {
  name: "verdicts",
  promise: "the errors of a scenario's verdict under a revision are those of lint --revision",
  property: () =>
    fc.property(anyTrace, (text) => {
      const { scenarios } = lint(text);
      const labels = new Set(scenarios.flatMap(({ verdicts }) => verdicts.map(({ label }) => label)));
      for (const label of [...labels].filter((one) => /^\d+$/.test(one))) {
        const options = analysisOptions({ revision: Number(label) });
        const under = analyse(TraceDocument.of(text), options);
        // One message may say several lines, which count for the scenario one by one.
        const each = eachDiagnostic(under, (_, severity) => severity === "error");
        scenarios.forEach(({ line, verdicts, variants }, index) => {
          const verdict = verdicts.find((one) => one.label === label);
          // What the scenario runs under without being asked is what plain `lint` says.
          if (verdict === undefined || variants[0] === label) return;
          const next = scenarios[index + 1]?.line ?? Number.POSITIVE_INFINITY;
          const errors = each.filter(({ range: { start } }) => start.line >= line && start.line < next);
          if (texts(errors) !== texts(verdict.errors)) {
            throw new Error(
              `scenario in line ${line + 1} under ${label}: lint says\n${texts(errors)}\nand the verdict\n${texts(verdict.errors)}`,
            );
          }
        });
      }
    }),
};
