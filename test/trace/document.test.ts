import fc from "fast-check";
import { expect, test } from "vitest";
import { type Position, TraceDocument } from "../../server/src/trace/document.ts";
import { parseLine } from "../../server/src/trace/parse.ts";

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 0x7fffffff);

test("line ends, a missing last one and a byte order mark", () => {
  const document = TraceDocument.of("\uFEFFgic v3\r\nsettle\n\ncpu0 run");
  expect(document.lines.map(({ text }) => text)).toEqual(["gic v3", "settle", "", "cpu0 run"]);
  expect(document.lines.every(({ parsed }) => parsed.problem === undefined)).toBe(true);
  expect(document.text).toBe("gic v3\r\nsettle\n\ncpu0 run");
});

test("scenarios", () => {
  expect(TraceDocument.of("gic v3\nsettle").sections).toEqual({
    header: { start: 0, end: 2 },
    scenarios: [],
  });
  expect(TraceDocument.of('gic v3\nscenario "a"\nsettle\nscenario\n').sections).toEqual({
    header: { start: 0, end: 1 },
    scenarios: [
      { start: 1, end: 3 },
      { start: 3, end: 5 },
    ],
  });
});

test("an edit keeps the lines that it does not touch", () => {
  const before = TraceDocument.of("settle\ncpu0 run\nsettle # end");
  const range = { start: { line: 1, character: 3 }, end: { line: 1, character: 4 } };
  const after = before.withChanges([{ range, text: "1" }]);
  expect(after.text).toBe("settle\ncpu1 run\nsettle # end");
  expect(after.lines[0]).toBe(before.lines[0]);
  expect(after.lines[2]).toBe(before.lines[2]);
});

const token = fc.constantFrom(
  ..."cpu0 cpu1 readl writeb mrs msr run user get set has line high by kernel settle new vm migrate to".split(
    " ",
  ),
  ...'linux-6.12+iidr-fix gic v3 revision compare none let = == & | << ( ) ~ @ . , : + - # " \\'.split(" "),
  ..."rev1 rev2+ rev1-2: fails EINVAL aborts ok scenario GICD GICR_CTLR 0x1 42 0xg é 😀 \0 \t \r \n".split(
    " ",
  ),
  "\r\n",
  '"a b"',
);
const soup = fc
  .array(token, { maxLength: 20 })
  .chain((words) => fc.constantFrom("", " ").map((separator) => words.join(separator)));
const anyText = fc.oneof(soup, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));

test("reading any line gives a statement or a problem inside the line", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { statement, problem } = parseLine(text);
      expect(statement !== undefined && problem !== undefined).toBe(false);
      if (problem === undefined) return;
      expect(problem.start).toBeGreaterThanOrEqual(0);
      expect(problem.end).toBeGreaterThan(problem.start);
      expect(problem.end).toBeLessThanOrEqual(text.length);
      expect(problem.message).not.toBe("");
    }),
    { seed, numRuns: 2000 },
  );
});

/** The offset of a position, found without the document. */
function offsetOf(text: string, { line, character }: Position): number {
  const lines = text.split("\n");
  if (line >= lines.length) return text.length;
  const start = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
  return start + Math.min(character, lines[line].replace(/\r$/, "").length);
}

const position = fc.record({ line: fc.nat(6), character: fc.nat(30) });

test("an edited document is the document of the edited text", () => {
  const change = fc.record({ from: position, to: position, text: soup });
  fc.assert(
    fc.property(soup, fc.array(change, { maxLength: 5 }), (first, changes) => {
      let text = first;
      const edits = changes.map(({ from, to, text: inserted }) => {
        const [start, end] = offsetOf(text, from) <= offsetOf(text, to) ? [from, to] : [to, from];
        text = text.slice(0, offsetOf(text, start)) + inserted + text.slice(offsetOf(text, end));
        return { range: { start, end }, text: inserted };
      });
      const edited = TraceDocument.of(first).withChanges(edits);
      const fresh = TraceDocument.of(text);
      expect(edited.text).toBe(text);
      expect(edited.lines).toEqual(fresh.lines);
      expect(edited.sections).toEqual(fresh.sections);
    }),
    { seed, numRuns: 1000 },
  );
});
