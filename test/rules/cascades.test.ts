import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { root } from "../cli/command.ts";
import { seed } from "../properties/seed.ts";

const folder = path.join(root, "examples");
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".vgic") && !file.startsWith("wrong"))
  .map((file) => readFileSync(path.join(folder, file), "utf8"))
  .filter((text) => text.length < 6000);

/** What is wrong with how a trace is written: not what its operations answer. */
function errorsOf(text: string): readonly { line: number; message: string }[] {
  return analyse(TraceDocument.of(text)).diagnostics.filter(
    ({ severity, code }) => severity === "error" && code !== "expectation" && code !== "host-failure",
  );
}

/** Slips of the pen in one word of a line. */
function slips(line: string, word: RegExpExecArray, next: RegExpExecArray | undefined): string[] {
  const [[text], from] = [word, word.index];
  const put = (other: string): string => line.slice(0, from) + other + line.slice(from + text.length);
  const glued = next && line.slice(0, from + text.length) + line.slice(next.index);
  return [
    put(text[0] + text.slice(2)),
    put(text + text.slice(-1)),
    put(""),
    put(`${text} ${text}`),
    ...(glued ? [glued] : []),
  ];
}

/** One slip in a keyword of a declaration, or in `scenario`: others may change what values, names and answers mean. */
const slip = fc
  .constantFrom(...examples)
  .chain((text) => {
    const lines = text.split("\n");
    const declaring = /^\s*(?:gic|revision|cpus|irqs|host|its|ram|let|scenario|base|compare)\b/;
    const numbers = [...lines.keys()].filter((number) => declaring.test(lines[number]));
    return fc.record({ lines: fc.constant(lines), number: fc.constantFrom(...numbers), which: fc.nat() });
  })
  .map(({ lines, number, which }) => {
    const line = lines[number];
    const [first, second] = line.replace(/#.*/, "").matchAll(/\S+/g);
    const all = slips(line, first, second);
    return { lines, number, line: all[which % all.length] };
  });

test("a slip in a declaration's keyword gives one message, and none elsewhere", () => {
  fc.assert(
    fc.property(slip, ({ lines, number, line }) => {
      if (line.replace(/#.*/, "").trim() === "") return;
      const before = errorsOf(lines.join("\n"));
      const after = errorsOf(lines.with(number, line).join("\n"));
      expect(after.filter((one) => one.line === number).length, line).toBeLessThanOrEqual(1);
      const elsewhere = after.filter(
        (one) => one.line !== number && !before.some(({ message }) => message === one.message),
      );
      expect(elsewhere, line).toEqual([]);
    }),
    { seed, numRuns: 300 },
  );
});

/** One slip in any word of an operation. */
const slipInOperation = fc
  .constantFrom(...examples)
  .chain((text) => {
    const lines = text.split("\n");
    const numbers = [...lines.keys()].filter((number) =>
      /^\s*(?:cpu\d|user|line|migrate|memory)\b/.test(lines[number]),
    );
    return fc.record({
      lines: fc.constant(lines),
      number: fc.constantFrom(...numbers),
      at: fc.nat(),
      which: fc.nat(),
    });
  })
  .map(({ lines, number, at, which }) => {
    const words = [...lines[number].replace(/#.*/, "").matchAll(/\S+/g)];
    const all = slips(lines[number], words[at % words.length], words[(at % words.length) + 1]);
    return { lines, number, line: all[which % all.length] };
  });

test("a slip in an operation gives at most one message", () => {
  fc.assert(
    fc.property(slipInOperation, ({ lines, number, line }) => {
      const after = errorsOf(lines.with(number, line).join("\n"));
      expect(after.filter((one) => one.line === number).length, line).toBeLessThanOrEqual(1);
    }),
    { seed, numRuns: 300 },
  );
});
