/** The fuzzer of verdicts: what is said under a revision is what `lint --revision` says. */
import fc from "fast-check";
import { lint } from "../../server/src/api/index.ts";
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
        const under = lint(text, { revision: Number(label) });
        scenarios.forEach(({ line, verdicts, variants }, index) => {
          const verdict = verdicts.find((one) => one.label === label);
          // What the scenario runs under without being asked is what plain `lint` says.
          if (verdict === undefined || variants[0] === label) return;
          const next = scenarios[index + 1]?.line ?? Number.POSITIVE_INFINITY;
          const errors = under.diagnostics.filter(
            ({ severity, range: { start } }) =>
              severity === "error" && start.line >= line && start.line < next,
          );
          if (texts(errors) !== texts(verdict.errors)) {
            throw new Error(
              `scenario in line ${line + 1} under ${label}: lint says\n${texts(errors)}\nand the verdict\n${texts(verdict.errors)}`,
            );
          }
        });
      }
    }),
};
