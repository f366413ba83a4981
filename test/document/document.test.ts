import fc from "fast-check";
import { expect, test } from "vitest";
import { type Position, TraceDocument } from "../../server/src/document/document.ts";
import type { TraceLine } from "../../server/src/document/line.ts";
import { problemsOf, resolve } from "../../server/src/program/resolve.ts";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { seed } from "../properties/seed.ts";
import { plain } from "../syntax/plain.ts";
import { soup, trace } from "../syntax/soup.ts";

test("line ends, a missing last one and a byte order mark", () => {
  const document = TraceDocument.of("\uFEFFgic v3\r\nsettle\n\ncpu0 run");
  expect(document.lines.all.map(({ text }) => text)).toEqual(["gic v3", "settle", "", "cpu0 run"]);
  expect(document.lines.all.every(({ parsed }) => parsed.problem === undefined)).toBe(true);
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
  expect(after.lines.at(0)).toBe(before.lines.at(0));
  expect(after.lines.at(2)).toBe(before.lines.at(2));
});

test("a whole new text keeps the lines in front and behind that are the same", () => {
  const before = TraceDocument.of("gic v3\nsettle\r\nsettle\ncpu0 run");
  const after = before.withText("gic v3\nsettle\nsettle\ncpu0 run");
  expect(after.text).toBe("gic v3\nsettle\nsettle\ncpu0 run");
  expect(after.lines.all.map((line) => before.lines.all.indexOf(line))).toEqual([0, -1, 2, 3]);
  expect(after.editSince(before)).toEqual({ start: 1, end: 2, endBefore: 2 });
  expect(before.withText("").lines).toHaveLength(1);
});

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
  // As the Language Server Protocol says: LF, CRLF and CR end lines.
  const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r|$)/g) ?? [];
  if (line >= lines.length) return text.length;
  const start = lines.slice(0, line).join("").length;
  return start + Math.min(character, lines[line].replace(/[\r\n]+$/, "").length);
}

const position = fc.record({ line: fc.nat(6), character: fc.nat(30) });

/** What a line says of itself. */
function facts({ text, parsed, opensScenario, isOperation, hasComment, lineEnd }: TraceLine): object {
  return { text, parsed, opensScenario, isOperation, hasComment, lineEnd };
}

test("LF, CRLF and CR end lines, and a CR and an LF that come together are one end", () => {
  const text = "gic v3\rrevision 3\ncpus 2\r\n\rsettle\r";
  const document = TraceDocument.of(text);
  expect(document.lines.all.map((line) => [line.text, line.lineEnd])).toEqual([
    ["gic v3", "\r"],
    ["revision 3", "\n"],
    ["cpus 2", "\r\n"],
    ["", "\r"],
    ["settle", "\r"],
    ["", ""],
  ]);
  expect(document.text).toBe(text);
  const at = (line: number, character: number) => ({ line, character });
  const joined = document.withChanges([{ range: { start: at(1, 0), end: at(1, 10) }, text: "" }]);
  expect(joined.lines.all.map((line) => line.text)).toEqual(["gic v3", "cpus 2", "", "settle", ""]);
});

test("an edited document is the document of the edited text", () => {
  const change = fc.record({ from: position, to: position, text: soup });
  fc.assert(
    fc.property(fc.oneof(soup, trace), fc.array(change, { maxLength: 5 }), (first, changes) => {
      let text = first;
      const edits = changes.map(({ from, to, text: inserted }) => {
        const [start, end] = offsetOf(text, from) <= offsetOf(text, to) ? [from, to] : [to, from];
        text = text.slice(0, offsetOf(text, start)) + inserted + text.slice(offsetOf(text, end));
        return { range: { start, end }, text: inserted };
      });
      const edited = TraceDocument.of(first).withChanges(edits);
      const fresh = TraceDocument.of(text);
      expect(edited.text).toBe(text);
      expect(edited.lines.all.map(facts)).toEqual(fresh.lines.all.map(facts));
      expect(edited.sections).toEqual(fresh.sections);
      expect(edited.silencingLines).toEqual(fresh.silencingLines);
      const program = resolve(edited, resolve(TraceDocument.of(first)));
      expect(plain(program)).toEqual(plain(resolve(fresh)));
      const replaced = TraceDocument.of(first).withText(text);
      expect(replaced.text).toBe(text);
      expect(replaced.sections).toEqual(fresh.sections);
      expect(replaced.silencingLines).toEqual(fresh.silencingLines);
      expect(plain(resolve(replaced, resolve(TraceDocument.of(first))))).toEqual(plain(program));
      for (const { line, start, end } of problemsOf(program)) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(fresh.lines.at(line).text.length);
      }
    }),
    { seed, numRuns: 1000 },
  );
});
