/**
 * Every regular expression of the server and the command is matched against texts that are made to be hard for it: what
 * it could match, with a piece repeated on and on, and then something that does not fit.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { cpuTimeOf } from "./cpu-time.ts";

const root = join(import.meta.dirname, "../../server/src");
/** Texts of so many characters, and of four times as many. */
const LENGTH = 16_000;
/** Logs are cut to lines of 2,048 characters: there, twice as long may take four times as long, but not eight. */
const CUT_LENGTH = 500;
/** Four times the text takes 4 times as long where time is linear, 16 where it is quadratic, 64 where it is cubic. */
const MOST_GROWTH = 9;
const MOST_GROWTH_OF_CUT = 32;
/** Milliseconds: less is never too long. */
const NOISE = 15;
/** So few characters take no time at all, unless a pattern tries each of them twice. */
const EXPONENTIAL = [16, 20, 24, 28, 32];

interface Pattern {
  readonly place: string;
  readonly pattern: RegExp;
  readonly isCut: boolean;
}

function* patterns(): Generator<Pattern> {
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, file), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const found: ts.RegularExpressionLiteral[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) found.push(node);
      ts.forEachChild(node, visit);
    };
    visit(source);
    for (const literal of found) {
      const end = literal.text.lastIndexOf("/");
      const line = source.getLineAndCharacterOfPosition(literal.getStart()).line + 1;
      const pattern = new RegExp(literal.text.slice(1, end), literal.text.slice(end + 1));
      yield { place: `${file}:${line} ${literal.text}`, pattern, isCut: file.startsWith("import") };
    }
  }
}

/** Characters that a pattern names, or that its classes stand for. */
function atomsOf({ source }: RegExp): string[] {
  const classes: readonly (readonly [RegExp, string])[] = [
    [/\\d/, "1"],
    [/\\w/, "a"],
    [/\\s/, " "],
    [/\\W/, "-"],
    [/\\S|\.[*+?]/, "x"],
  ];
  const named = source.replace(/\\[a-zA-Z]|\(\?(?:<\w+>|[:=!]|<[=!])|[\\^$.|?*+()[\]{}]/g, "");
  const literal = source.replace(/\\([^a-zA-Z])/g, "$1").match(/[^\w^$.|?*+()[\]{}\\]/g) ?? [];
  const found = [
    ...classes.flatMap(([one, atom]) => (one.test(source) ? [atom] : [])),
    ...named.slice(0, 3),
    ...literal,
  ];
  return [...new Set(found)].slice(0, 6);
}

/** Lines of traces and logs. */
const corpus = ["examples", "test/import"].flatMap((folder) =>
  readdirSync(join(root, "../..", folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:vgic|log|txt|json|md)$/.test(name))
    .flatMap((name) =>
      readFileSync(join(root, "../..", folder, name), "utf8")
        .split("\n")
        .slice(0, 100),
    ),
);

/** Starts of texts that match. */
function startsOf({ source, flags }: RegExp): string[] {
  const plain = new RegExp(source, flags.replace(/[gy]/g, ""));
  const samples = corpus.filter((line) => line.length < 200 && plain.test(line)).slice(0, 1);
  // `^\\(` begins with a parenthesis, `[$#] ` with one of its characters and a blank.
  const [, literal = ""] = /^\^?(?:\\s\*)?((?:\\[^a-zA-Z]|[^\\^$.|?*+()[\]{}])+)/.exec(source) ?? [];
  const starts = new Set(["", literal.replace(/\\/g, "")]);
  return [...starts, ...samples.flatMap((sample) => [sample, sample.slice(0, sample.length / 2)])];
}

function timeOf(pattern: RegExp, text: string): number {
  const fresh = new RegExp(pattern.source, pattern.flags);
  return cpuTimeOf(() => {
    if (fresh.global) text.replace(fresh, "");
    else fresh.test(text);
  });
}

function shown(start: string, piece: string): string {
  return `${JSON.stringify(start)} and ${JSON.stringify(piece)} on and on`;
}

/** What a pattern takes longer for than it may, by growth; undefined where there is no such text. */
function hardText({ pattern, isCut }: Pattern): string | undefined {
  const atoms = atomsOf(pattern);
  const words = (pattern.source.match(/[A-Za-z_-]{3,}/g) ?? []).slice(0, 3);
  const pieces = [...atoms, ...words, ...atoms.flatMap((one) => atoms.map((other) => one + other))];
  const most = isCut ? MOST_GROWTH_OF_CUT : MOST_GROWTH;
  const length = isCut ? CUT_LENGTH : LENGTH;
  for (const start of startsOf(pattern)) {
    for (const piece of pieces) {
      const text = (count: number) => `${start}${piece.repeat(count / piece.length)}\u2603`;
      // What grows exponentially would never end with long texts.
      const isEndless = (count: number) =>
        timeOf(pattern, text(count)) > NOISE && timeOf(pattern, text(count)) > NOISE;
      if (EXPONENTIAL.some(isEndless)) return `${shown(start, piece)}: no end`;
      let growth = Number.POSITIVE_INFINITY;
      // V8's own threads disturb: it is tried again before it is believed.
      for (let attempt = 0; attempt < 4 && growth > most; attempt++) {
        const time = timeOf(pattern, text(4 * length));
        growth = time < NOISE ? 1 : time / Math.max(timeOf(pattern, text(length)), 0.01);
      }
      if (growth > most) return `${shown(start, piece)}: ${growth.toFixed(0)} times`;
    }
  }
  return undefined;
}

test("no regular expression takes much longer than its text is longer", { timeout: 300_000 }, () => {
  const all = [...patterns()];
  expect(all.length).toBeGreaterThan(200);
  const hard = all.flatMap((one) => {
    const text = hardText(one);
    return text === undefined ? [] : [`${one.place}\n  ${text}`];
  });
  expect(hard.join("\n")).toBe("");
});

test("a pattern that is quadratic is found", () => {
  const one = (pattern: RegExp, isCut = false) => hardText({ place: "", pattern, isCut });
  expect(one(/(\w+)\.$/)).toBeDefined();
  expect(one(/^\s*(?:.*-)*\d+$/, true)).toBeDefined();
  expect(one(/^\w+$/)).toBeUndefined();
});
