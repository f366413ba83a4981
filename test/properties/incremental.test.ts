import fc from "fast-check";
import { expect, test } from "vitest";
import { type Analysis, analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/trace/document.ts";
import { seed } from "./seed.ts";
import { traceLine } from "./traces.ts";

/** Long enough for several checkpoints in a scenario. */
const LINES = 600;
const EDITS = 40;

/** Everything that an analysis says, and the state at its ends, as text. */
function shown({ diagnostics, scenarios }: Analysis): string {
  const results = scenarios.map(({ firstLine, evaluation }) => {
    const { variants, scenario, latent, differences } = evaluation;
    const count = scenario.operations.length;
    const answers = scenario.operations.map((_, i) => variants.map((_, v) => evaluation.outcome(i, v)));
    const states = evaluation.stateBefore(count).map((vgic) => [...vgic.snapshot().words]);
    return { firstLine, answers, states, latent: [...latent], differences: [...differences] };
  });
  return JSON.stringify({ diagnostics, results }, (_, value) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

const filler = fc.constantFrom(
  "",
  "# a comment",
  "let UNUSED = 1",
  'scenario "another"',
  "cpus 2",
  "broken line",
);

test.each(["v2", "v3"] as const)("edits of a GIC%s trace give what a fresh analysis gives", (model) => {
  const line = fc.oneof({ weight: 30, arbitrary: traceLine(model) }, { weight: 1, arbitrary: filler });
  const edit = fc.record({
    at: fc.nat(LINES),
    removed: fc.constantFrom(0, 1, 1, 1, 1, 2, 5),
    inserted: fc.array(line, { minLength: 0, maxLength: 3 }),
  });
  const setting = fc.record({
    body: fc.array(line, { minLength: LINES, maxLength: LINES, size: "max" }),
    edits: fc.array(edit, { minLength: EDITS, maxLength: EDITS, size: "max" }),
  });
  fc.assert(
    fc.property(setting, ({ body, edits }) => {
      const text = [`gic ${model}`, "revision 2", "cpus 2", "irqs 64", 'scenario "one"', ...body].join("\n");
      let document = TraceDocument.of(text);
      let analysis = analyse(document);
      for (const { at, removed, inserted } of edits) {
        const start = { line: at + 5, character: 0 };
        const end = { line: at + 5 + removed, character: 0 };
        const added = inserted.map((one) => `${one}\n`).join("");
        document = document.withChanges([{ range: { start, end }, text: added }]);
        analysis = analyse(document, {}, analysis);
      }
      const fresh = analyse(TraceDocument.of(document.text));
      expect(shown(analysis)).toBe(shown(fresh));
    }),
    { numRuns: 125, seed },
  );
});
