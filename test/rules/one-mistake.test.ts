import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Analysis, analyse } from "../../server/src/analysis/analysis.ts";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { verdicts } from "../../server/src/analysis/verdicts.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { root } from "../cli/command.ts";

const folder = path.join(root, "examples");
const examples = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".vgic") && !file.startsWith("wrong") && !file.startsWith("selftests"))
  .map((file) => ({ file, lines: readFileSync(path.join(folder, file), "utf8").split("\n") }))
  .filter(({ lines }) => lines.length < 400);

/** One mistake: what becomes of a line, undefined where the line goes; false where it cannot be made there. */
type Mistake = (line: string) => string | undefined | false;

const words = "gic|revision|cpus|irqs|host|ram|base|hardware";
const keyword = new RegExp(`^(?:${words}|its|created)\\b`);
const withArgument = new RegExp(`^(?:${words})\\b`);

/** Each of these has one message. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a keyword without its second letter": (line) => keyword.test(line) && line.replace(/^(.)./, "$1"),
  "a letter after a keyword": (line) => keyword.test(line) && line.replace(/^\w+/, "$&z"),
  "a letter after an argument": (line) =>
    withArgument.test(line) && line.replace(/^(.*?\S)(\s*(?:#.*)?)$/, "$1z$2"),
  "a number that cannot be": (line) =>
    /^(?:revision|cpus|irqs)\b/.test(line) && line.replace(/\d+/, "0x7fff_ffff"),
  "no vCPU": (line) => /^cpus\b/.test(line) && line.replace(/\d+/, "0"),
  "a model that there is not": (line) => /^gic v3/.test(line) && line.replace("v3", "v4"),
  "no `gic v3`": (line) => (/^gic v3/.test(line) ? undefined : false),
  "no `its`": (line) => (/^its\b/.test(line) ? undefined : false),
  "another name": (line) => /^let\b/.test(line) && line.replace(/^let\s+\w+/, "$&_OTHER"),
  "a name's keyword": (line) => /^let\b/.test(line) && line.replace("let", "lte"),
  "no name": (line) => (/^let\b/.test(line) ? undefined : false),
  "a declaration twice": (line) => /^(?:gic|revision|cpus|irqs|host|let)\b/.test(line) && `${line}\n${line}`,
  "another declaration beside it": (line) => {
    const other = contradicted(line);
    return other !== undefined && `${line}\n${other}`;
  },
};

/** The same declaration with another value. */
function contradicted(line: string): string | undefined {
  const [keyword] = line.split(" ");
  switch (keyword) {
    case "gic":
      return line.includes("v3") ? "gic v2" : "gic v3";
    case "revision":
      return line.includes("2") ? "revision 3" : "revision 2";
    case "cpus":
      return /\b1\b/.test(line) ? "cpus 2" : "cpus 1";
    case "irqs":
      return /\b96\b/.test(line) ? "irqs 128" : "irqs 96";
    case "host":
      return line.includes("6.6") ? "host linux-6.1" : "host linux-6.6";
    case "let":
      return line.replace(/=\s*/, "= 1 + ");
    default:
      return undefined;
  }
}

function analysed(lines: readonly string[]): Analysis {
  return analyse(TraceDocument.of(lines.join("\n")));
}

function errorsIn({ diagnostics }: Analysis): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ line, code, message }) => `${line + 1} ${code}: ${message}`);
}

/** The scenarios that have a tick, although some of their operations did not run. */
function falseTicks(analysis: Analysis): string[] {
  return verdicts(analysis).flatMap(({ title, untested, verdicts: all }, index) => {
    const { scenario } = analysis.scenarios[index].evaluation;
    const written = scenario.lines.all.filter(({ isOperation }) => isOperation).length;
    const isTicked =
      untested === undefined && all.some(({ errors, incomplete }) => errors.length === 0 && !incomplete);
    return isTicked && written > scenario.operations.length ? [title] : [];
  });
}

/** What is wrong after each way to make a mistake in a trace that is right. */
function* mistaken(lines: readonly string[], mistake: Mistake): Generator<[string, Analysis]> {
  for (const [number, line] of lines.entries()) {
    const other = mistake(line);
    if (other === false) continue;
    const text = other === undefined ? lines.toSpliced(number, 1) : lines.with(number, other);
    yield [`${number + 1}: ${line} -> ${other ?? "nothing"}`, analysed(text)];
  }
}

test("the examples have no error", () => {
  for (const { file, lines } of examples) expect(errorsIn(analysed(lines)), file).toEqual([]);
});

describe.each(Object.entries(MISTAKES))(
  "%s gives one message, and no tick to what did not run",
  (_, mistake) => {
    test.each(examples)("$file", ({ lines }) => {
      for (const [what, analysis] of mistaken(lines, mistake)) {
        // GICR_CTLR enables LPIs only where there is an ITS, which a scenario need not speak of.
        const isOwn = (error: string) => !/expectation: GICD_I[SC]ENABLER1 reads 0xffffffff/.test(error);
        expect(errorsIn(analysis).filter(isOwn), what).toHaveLength(1);
        expect(falseTicks(analysis), what).toEqual([]);
      }
    });
  },
);

/**
 * These may have more, or none. A trace without `cpus` has one vCPU, which may be enough. One without `gic` or `revision` is
 * evaluated as if it declared `gic v3` and the latest revision, and what is not as expected then is told.
 */
describe.each([
  ["cpus", /^cpus\b/, /^\d+ (?:invalid-value: no `cpu|expectation)/],
  ["gic v2", /^gic v2/, /^\d+ (?:missing-declaration: no `gic`|expectation)/],
  ["revision", /^revision\b/, /^\d+ (?:missing-declaration: no `revision`|expectation)/],
])("no `%s`", (_, declaration, allowed) => {
  test.each(examples)("$file", ({ lines }) => {
    for (const [what, analysis] of mistaken(lines, (line) => (declaration.test(line) ? undefined : false))) {
      const errors = errorsIn(analysis);
      expect(
        errors.filter((error) => !allowed.test(error)),
        what,
      ).toEqual([]);
      expect(errors.filter((error) => !error.includes(" expectation:")).length, what).toBeLessThanOrEqual(1);
      expect(falseTicks(analysis), what).toEqual([]);
    }
  });
});

test("a scenario that is not tested says so and has no verdict, and others are tested", () => {
  const analysis = analysed([
    "gic v3",
    "revision 3",
    'scenario "wrong"',
    "cpus 0",
    "cpu1 readl GICD_CTLR == 0x77",
    'scenario "right"',
    "cpu0 readl GICD_CTLR == 0x77",
  ]);
  expect(errorsIn(analysis)).toEqual([
    expect.stringMatching(/^4 invalid-declaration: /),
    expect.stringMatching(/^7 expectation: /),
  ]);
  expect(verdicts(analysis).map(({ untested }) => untested)).toEqual(["undeclared", undefined]);
  expect(codeLens(analysis).map(({ title }) => title)[0]).toBe(
    "not tested: a declaration that it needs is missing or wrong",
  );
});

test.each([
  ["gic v3", "gic v2"],
  ["revision 3", "revision 2"],
  ["host linux-6.1", "host linux-7.1"],
  ["cpus 2", "cpus 4"],
  ["irqs 64", "irqs 128"],
  ["base dist 0x8000000", "base dist 0x9000000"],
  ["base redist 0xb000000", "base redist 0xc000000 count 2"],
  ["hardware lrs 4", "hardware lrs 16"],
  ["ram 0x40000000 0x1000", "ram 0x40000000 0x2000"],
  ["let X = 1", "let X = 2"],
])("a scenario that `%s` and `%s` both speak of is not tested, and others are", (first, second) => {
  const use = first.startsWith("let") ? "cpu0 readl GICD_CTLR == X" : "cpu0 readl GICD_CTLR == 0x77";
  const isSaid = (keyword: string) => first.startsWith(keyword);
  const others = [
    ...(isSaid("gic") ? [] : ["gic v3"]),
    ...(isSaid("revision") || isSaid("host") ? [] : ["revision 3"]),
  ];
  const contradicting = [first, second];
  const untestedOf = (lines: readonly string[]) => verdicts(analysed(lines)).map(({ untested }) => untested);
  const own = [...others, 'scenario "own"', ...contradicting, use];
  expect(errorsIn(analysed(own))).toEqual([expect.stringMatching(/ duplicate-declaration: /)]);
  expect(untestedOf(own)).toEqual(["undeclared"]);
  const ofFile = [...others, ...contradicting, 'scenario "one"', use, 'scenario "its own"', first, use];
  expect(untestedOf(ofFile)).toEqual(["undeclared", undefined]);
  // Declared twice alike, nothing is in doubt.
  expect(untestedOf([...others, first, first, use])).toEqual([undefined]);
});

test("a name that depends on a contradicted one, and what is declared with it, is in doubt, too", () => {
  const lines = ["gic v3", "revision 3", "let A = 0x8000000", "let A = 0x9000000", "let B = A"];
  const untestedOf = (more: readonly string[]) =>
    verdicts(analysed([...lines, ...more])).map(({ untested }) => untested);
  expect(untestedOf(["cpu0 readl B"])).toEqual(["undeclared"]);
  expect(untestedOf(["base dist B", "cpu0 readl GICD_CTLR"])).toEqual(["undeclared"]);
  expect(untestedOf(["base dist A", "base redist 0xa000000", "cpu0 readl GICD_CTLR"])).toEqual([
    "undeclared",
  ]);
  expect(untestedOf(["cpu0 readl GICD_CTLR"])).toEqual([undefined]);
});

test("what stands above the first use of a missing declaration is told", () => {
  const errors = errorsIn(
    analysed([
      "gic v3",
      "revision 3",
      "cpu0 readl GICD_CTLR == 0x77",
      "line SPI high",
      "line SPI low",
      "cpu0 readl GICD_CTLR == 0x78",
    ]),
  );
  expect(errors).toEqual([
    expect.stringMatching(/^3 expectation: /),
    "4 unknown-name: unknown name `SPI`: declare it above, as in `let SPI = 40` (1 more line has this problem)",
  ]);
});
