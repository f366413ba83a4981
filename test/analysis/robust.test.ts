/** Whatever the text and the place, an editor gets an answer. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeActions, fixAll } from "../../server/src/analysis/actions/code-actions.ts";
import { type Analysis, analyse } from "../../server/src/analysis/analysis.ts";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { completion, completionDocumentation } from "../../server/src/analysis/completion/completion.ts";
import { signature } from "../../server/src/analysis/completion/signature.ts";
import { hover } from "../../server/src/analysis/hover/hover.ts";
import { inlayHints } from "../../server/src/analysis/inlay-hints.ts";
import { stateView } from "../../server/src/analysis/state/state-view.ts";
import { type Position, TraceDocument } from "../../server/src/document/document.ts";
import { edited, fixesOf } from "../../server/src/rules/fixes.ts";

const examples = ["examples", "examples/wrong"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".vgic"))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8")),
);

/** Asks everything of a place, and follows every fix. */
function askAll(analysis: Analysis, position: Position): void {
  hover(analysis, position);
  signature(analysis, position);
  stateView(analysis, position.line);
  for (const { topic } of completion(analysis, position).items) {
    if (topic) expect(completionDocumentation(analysis, position.line, topic)).not.toBe("");
  }
  const range = { start: position, end: position };
  inlayHints(analysis, range, { values: true, registers: true, interrupts: true });
  for (const { edits } of codeActions(analysis, range)) edited(analysis.document, edits);
}

const cut = fc.record({
  example: fc.constantFrom(...examples),
  /** Where the text is damaged, as a share of its length. */
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(30),
  inserted: fc.constantFrom(
    "",
    "\n",
    "#",
    '"',
    "(",
    " == ",
    "cpu9 ",
    "GICD_",
    "@",
    ".",
    "rev1: ",
    "🦀",
    "0x",
  ),
});

test("a damaged trace, at the place of the damage and anywhere", () => {
  fc.assert(
    fc.property(cut, fc.nat(80), fc.nat(60), ({ example, from, removed, inserted }, line, character) => {
      const at = Math.floor(from * example.length);
      const before = example.slice(0, at) + inserted;
      const analysis = analyse(TraceDocument.of(before + example.slice(at + removed)));
      const lines = before.split("\n");
      askAll(analysis, { line: lines.length - 1, character: lines[lines.length - 1].length });
      askAll(analysis, { line, character });
      codeLens(analysis);
      edited(analysis.document, fixAll(analysis));
    }),
    { numRuns: 150 },
  );
});

test("fixing all that is safe leaves nothing safe to fix, and what the trace means", () => {
  fc.assert(
    fc.property(cut, ({ example, from, removed, inserted }) => {
      const at = Math.floor(from * example.length);
      const text = example.slice(0, at) + inserted + example.slice(at + removed);
      let analysis = analyse(TraceDocument.of(text));
      const before = answers(analysis);
      for (let pass = 0; pass < 20 && fixAll(analysis).length > 0; pass++) {
        analysis = analyse(edited(analysis.document, fixAll(analysis)));
      }
      expect(fixAll(analysis)).toEqual([]);
      expect(answers(analysis)).toEqual(before);
    }),
    { numRuns: 100 },
  );
});

test("the first remedy of a wrong expectation, or of a difference, mends it", () => {
  fc.assert(
    fc.property(cut, ({ example, from, removed, inserted }) => {
      const at = Math.floor(from * example.length);
      const analysis = analyse(
        TraceDocument.of(example.slice(0, at) + inserted + example.slice(at + removed)),
      );
      for (const { finding, code } of analysis.diagnostics) {
        if (code !== "expectation" && code !== "revision-difference") continue;
        const [fix] = fixesOf(finding, analysis.document.lines);
        const after = analyse(edited(analysis.document, fix.edits));
        const same = after.diagnostics.filter(
          (one) => one.code === code && one.range.start.line === finding.line,
        );
        expect(same, fix.title).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

function answers({ scenarios }: Analysis): unknown {
  return scenarios.map(({ evaluation }) =>
    Array.from(evaluation.scenario.operations, (_, index) =>
      evaluation.variants.map((_, variant) => evaluation.outcome(index, variant)),
    ),
  );
}
