import fc from "fast-check";
import { expect, test } from "vitest";
import { type Analysis, AnalysisRun, analyse } from "../../server/src/analysis/analysis.ts";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { hover } from "../../server/src/analysis/hover/hover.ts";
import { operationsAbove, scenarioAt } from "../../server/src/analysis/place.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { seed } from "./seed.ts";
import { ITS_SETUP, itsLine, traceLine } from "./traces.ts";

/** The longest traces have several checkpoints in a scenario. */
const LINES = { min: 20, max: 420 };
const EDITS = 40;
/** Traces of each kind: 10,000 edits of ITS traces are `VGIC_RUNS=250 npx vitest run test/properties/incremental.test.ts -t ITS`. */
const RUNS = process.env.VGIC_RUNS === undefined ? undefined : Number(process.env.VGIC_RUNS);

function asText(value: unknown): string {
  return JSON.stringify(value, (_, one) => {
    if (typeof one === "bigint") return `${one}n`;
    // What a diagnostic says is made when it is asked for.
    return typeof one === "object" && one !== null && "related" in one && "finding" in one
      ? { ...one, finding: one.finding, message: one.message, related: one.related }
      : one;
  });
}

/** Everything that an analysis says, and the state at its ends, as text. */
function shown(analysis: Analysis): string {
  const { diagnostics, scenarios } = analysis;
  const results = scenarios.map(({ firstLine, evaluation }) => {
    const { variants, scenario, latent, differences } = evaluation;
    const count = scenario.operations.length;
    const answers = Array.from(scenario.operations, (_, i) =>
      variants.map((_, v) => evaluation.outcome(i, v)),
    );
    const states = evaluation.stateBefore(count).map((vgic) => [...vgic.snapshot().state.words]);
    return { firstLine, answers, states, latent: [...latent], differences: [...differences] };
  });
  return asText({ diagnostics, results, lenses: codeLens(analysis) });
}

/** What is seen at a line: what its operation answered, and the state after it. */
function seenAt(analysis: Analysis, line: number): string {
  const placed = scenarioAt(analysis, line);
  if (placed === undefined) return "";
  const { evaluation } = placed;
  const count = operationsAbove(placed, line + 1);
  const answers = count === 0 ? [] : evaluation.variants.map((_, v) => evaluation.outcome(count - 1, v));
  const states = evaluation.stateBefore(count).map((vgic) => [...vgic.snapshot().state.words]);
  return asText({ answers, states });
}

/** What hovers along a line say. */
function hoversAt(analysis: Analysis, line: number): string {
  return asText([2, 8, 15, 28].map((character) => hover(analysis, { line, character })));
}

/** Whether a line has a diagnostic: then its hover leaves the reasons to that. */
function isExplained({ diagnostics }: Analysis, line: number): boolean {
  return diagnostics.some(({ range: { start, end } }) => start.line <= line && line <= end.line);
}

/** What stands between operations, with names and comments that matter elsewhere. */
const filler = fc.constantFrom(
  "",
  "# a comment",
  "# vgic-ignore[revision-difference]: known",
  "let UNUSED = 1",
  "let MASK = 0xf0",
  "let MASK =",
  "user set GICD_ISENABLER1 MASK",
  "cpu0 readl GICD_ISENABLER1 & HEAD == HEAD",
  'scenario "another"',
  "cpus 2",
  "broken line",
  "migrate to linux-5.10",
  "cpu0 readl GICD_ISENABLER1 == rev3: 0",
);

/** Typed into a line. */
const typed = fc.constantFrom(" ", "#", "0", "1", "x", " # vgic-ignore[expectation]: so", "\n", "\r", "\r\n");

const KINDS = {
  GICv2: { head: ["gic v2"], setup: [], line: traceLine("v2"), runs: 30 },
  GICv3: { head: ["gic v3"], setup: [], line: traceLine("v3"), runs: 30 },
  ITS: {
    // Of these hosts one crashes in what the other goes on from.
    head: ["gic v3", "its", "host linux-7.2.12", "compare rev1, host linux-7.1.13"],
    setup: ITS_SETUP,
    line: fc.oneof({ weight: 4, arbitrary: itsLine() }, { weight: 1, arbitrary: traceLine("v3") }),
    // Three variants, of which two migrate: what takes others a second takes these some.
    runs: 6,
  },
};

test.each(Object.entries(KINDS))(
  "edits of traces of a %s give what a fresh analysis gives",
  (_, kind) => {
    const line = fc.oneof({ weight: 20, arbitrary: kind.line }, { weight: 1, arbitrary: filler });
    const lines = fc.record({
      at: fc.nat(LINES.max),
      removed: fc.constantFrom(0, 1, 1, 1, 1, 2, 5),
      inserted: fc
        .array(line, { minLength: 0, maxLength: 3 })
        .map((all) => all.map((one) => `${one}\n`).join("")),
    });
    const characters = fc.record({ at: fc.nat(LINES.max), column: fc.nat(45), typed });
    const setting = fc.record({
      body: fc.array(line, { minLength: LINES.min, maxLength: LINES.max, size: "max" }),
      edits: fc.array(fc.oneof(lines, characters), { minLength: EDITS, maxLength: EDITS, size: "max" }),
    });
    fc.assert(
      fc.property(setting, ({ body, edits }) => {
        const declarations = ["revision 2", "cpus 2", "irqs 64", "let HEAD = 1", 'scenario "one"'];
        const head = [...kind.head, ...declarations, ...kind.setup];
        let document = TraceDocument.of([...head, ...body].join("\n"));
        let analysis = analyse(document);
        let fresh = analysis;
        for (const edit of edits) {
          const line = head.length + (edit.at % body.length);
          const change =
            "typed" in edit
              ? {
                  start: { line, character: edit.column },
                  end: { line, character: edit.column },
                  text: edit.typed,
                }
              : {
                  start: { line, character: 0 },
                  end: { line: line + edit.removed, character: 0 },
                  text: edit.inserted,
                };
          document = document.withChanges([{ range: change, text: change.text }]);
          const run = new AnalysisRun(document, {}, analysis);
          // Where it was edited, and somewhere else.
          const asked = [line, head.length + ((edit.at * 31) % body.length)];
          const seen = asked.map((one) => seenAt(run.near(one), one));
          const hovers = asked.map((one) => hoversAt(run.near(one), one));
          analysis = run.finish();
          expect(seen).toEqual(asked.map((one) => seenAt(analysis, one)));
          asked.forEach((one, i) => {
            if (!isExplained(analysis, one)) expect(hovers[i]).toBe(hoversAt(analysis, one));
          });
          fresh = analyse(TraceDocument.of(document.text));
          expect(asText(analysis.diagnostics)).toBe(asText(fresh.diagnostics));
        }
        expect(shown(analysis)).toBe(shown(fresh));
      }),
      { numRuns: RUNS ?? kind.runs, seed },
    );
  },
  RUNS === undefined ? 300_000 : 0,
);
