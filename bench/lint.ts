/** The lint command on a million operations: against oxlint, against scanners, its memory and its start. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Cost, command, compile, measure, measureNode, workFolder } from "./program.ts";
import { note, type Results, type Row, row } from "./row.ts";
import { javaScriptLines } from "./sources.ts";
import { exponent, median } from "./statistics.ts";
import { ordinary, traceLines } from "./trace.ts";

const operations = 1e6;
const rounds = 5;

/** It is no dependency of the project: its packages are one a platform, and registries do not have them all. */
const oxlint = path.resolve("node_modules/.bin/oxlint");
const withoutOxlint =
  "Without oxlint nothing is compared with it: install it with `npm install --no-save oxlint`.";

export function lint(): Results {
  const found = existsSync(oxlint);
  const scan = compile("scan.ts");
  const trace = writeTrace(operations);
  const scripts = found ? { real: realScripts(), one: oneScript(), many: manyScripts() } : {};
  const costs = Array.from({ length: rounds }, () => ({
    ours: measure(process.execPath, [command, "lint", trace.file]),
    scripts: Object.entries(scripts).map(([name, { folder, lines }]) => {
      const { cpu, wall } = measure(oxlint, ["--threads=1", folder]);
      return { name, cpu: lines / cpu, wall: lines / wall };
    }),
    lexer: measure(process.execPath, [scan, "lexer", trace.file]),
    bytes: measure(process.execPath, [scan, "bytes", trace.file]),
  }));
  const typical = (of: (one: (typeof costs)[number]) => number): number => median(costs.map(of));
  const kinds = ["wall", "cpu"] as const;
  /** Lines a second of ours. */
  const own = (kind: keyof Cost): number => typical(({ ours }) => operations / ours[kind]);
  /** Lines a second of oxlint. */
  const its = (one: (typeof costs)[number], name: string, kind: keyof Cost): number =>
    one.scripts.find((script) => script.name === name)?.[kind] ?? Number.NaN;
  /** Rates are compared round by round: what slows the machine down for a while slows both. */
  const against = (name: string, kind: keyof Cost): number =>
    typical((one) => operations / one.ours[kind] / its(one, name, kind));
  const compared = found
    ? [
        ...kinds.map((kind) =>
          note(
            `lint: oxlint, lines per ${seconds[kind]}`,
            typical((one) => its(one, "real", kind)) / 1e6,
            "million/s",
          ),
        ),
        row("lint: lines per second, against oxlint", against("real", "wall"), "times", "at least", 1),
        note("lint: lines per CPU second, against oxlint", against("real", "cpu"), "times"),
        note(
          "lint: lines per second, against oxlint on generated lines",
          Math.min(against("one", "wall"), against("many", "wall")),
          "times",
        ),
      ]
    : [];
  const beside = (scanner: "lexer" | "bytes", kind: keyof Cost): number =>
    typical((one) => one.ours[kind] / one[scanner][kind]);
  const scanned = [
    row("lint: time, against the lexer alone", beside("lexer", "wall"), "times", "at most", 3),
    note("lint: CPU time, against the lexer alone", beside("lexer", "cpu"), "times"),
    note("lint: time, against a scan of the bytes by hand", beside("bytes", "wall"), "times"),
    note("lint: CPU time, against a scan of the bytes by hand", beside("bytes", "cpu"), "times"),
  ];
  return {
    rows: [
      ...kinds.map((kind) => note(`lint: lines per ${seconds[kind]}`, own(kind) / 1e6, "million/s")),
      ...compared,
      ...scanned,
      ...memory(),
      startUp(),
    ],
    notes: found ? [] : [withoutOxlint],
  };
}

const seconds: Readonly<Record<keyof Cost, string>> = { wall: "second", cpu: "CPU second" };

function writeTrace(count: number): { file: string } {
  const file = path.join(workFolder, `lint-${count}.vgic`);
  writeFileSync(file, `${traceLines({ ...ordinary, operations: count }).join("\n")}\n`);
  return { file };
}

/** A folder of JavaScript. */
interface Scripts {
  readonly folder: string;
  readonly lines: number;
}

function scriptsIn(name: string, texts: Iterable<string>): Scripts {
  const folder = path.join(workFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  let lines = 0;
  let count = 0;
  for (const text of texts) {
    writeFileSync(path.join(folder, `${count++}.js`), text);
    lines += text.split("\n").length;
  }
  return { folder, lines };
}

/** What people wrote: all JavaScript of the packages that the project is built with. */
function realScripts(): Scripts {
  const files = readdirSync("node_modules", { recursive: true, encoding: "utf8" });
  const scripts = files.filter((file) => file.endsWith(".js") && !file.endsWith(".min.js"));
  const isFile = (file: string): boolean => statSync(file).isFile();
  const paths = scripts.map((file) => path.join("node_modules", file)).filter(isFile);
  return scriptsIn(
    "oxlint-real",
    paths.map((file) => readFileSync(file, "utf8")),
  );
}

/** As many generated lines as operations, in one file. */
function oneScript(): Scripts {
  return scriptsIn("oxlint-one", [javaScriptLines(operations).join("\n")]);
}

/** The same in files of 1,000 lines, each of whole functions. */
function manyScripts(): Scripts {
  const size = 1000;
  const parts = Array.from({ length: operations / size }, (_, part) => javaScriptLines(size, part * size));
  return scriptsIn(
    "oxlint-many",
    parts.map((lines) => lines.join("\n")),
  );
}

function memory(): Row[] {
  const points = [1e3, 1e4, 1e5, operations].map((count) => ({
    x: count,
    y: measureNode(command, ["lint", writeTrace(count).file]).memory,
  }));
  const most = points[points.length - 1].y;
  return [
    row("lint: peak memory of a million operations", most / 1e6, "MB", "below", 1000),
    row("lint: peak memory against operations", exponent(points), "exponent", "at most", 1.1),
  ];
}

/** The command with a trace of one operation against Node with nothing to do, in turns. */
function startUp(): Row {
  const { file } = writeTrace(1);
  const empty = path.join(workFolder, "empty.mjs");
  writeFileSync(empty, "");
  const time = (args: string[]): number => {
    const start = performance.now();
    spawnSync(process.execPath, args, { stdio: "ignore" });
    return performance.now() - start;
  };
  const times = Array.from({ length: 20 }, () => ({
    ours: time([command, "lint", file]),
    empty: time([empty]),
  }));
  const ratio = median(times.map(({ ours }) => ours)) / median(times.map(({ empty }) => empty));
  return row("lint: start with a trace of one line, against an empty script", ratio, "times", "at most", 1.5);
}
