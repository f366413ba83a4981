/** The lint command on a million operations: against oxlint, against scanners, its memory and its start. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Cost, command, compile, measure, measureNode, workFolder } from "./program.ts";
import { note, type Results, type Row, row } from "./row.ts";
import { javaScriptLines } from "./sources.ts";
import { exponent, median } from "./statistics.ts";
import { ordinary, traceLines } from "./trace.ts";

const operations = 1e6;
const rounds = 3;

export function lint(): Results {
  const scan = compile("scan.ts");
  const trace = writeTrace(operations);
  const [oneFile, manyFiles] = writeScripts();
  const oxlint = (target: string): Cost =>
    measure(path.resolve("node_modules/.bin/oxlint"), ["--threads=1", target]);

  const lines = operations / 1e6;
  const costs = Array.from({ length: rounds }, () => ({
    ours: measure(process.execPath, [command, "lint", trace.file]),
    oxlintOne: oxlint(oneFile),
    oxlintMany: oxlint(manyFiles),
    lexer: measure(process.execPath, [scan, "lexer", trace.file]),
    bytes: measure(process.execPath, [scan, "bytes", trace.file]),
  }));
  const typical = (of: (one: (typeof costs)[number]) => number): number => median(costs.map(of));
  const better = (kind: keyof Cost): number =>
    Math.min(
      typical((one) => one.oxlintOne[kind]),
      typical((one) => one.oxlintMany[kind]),
    );
  const cpu = typical(({ ours }) => ours.cpu);
  const wall = typical(({ ours }) => ours.wall);
  const lexer = typical(({ lexer }) => lexer.cpu);
  const bytes = typical(({ bytes }) => bytes.cpu);
  return {
    rows: [
      note("lint: lines per CPU second", lines / cpu, "million/s"),
      note("lint: lines per second", lines / wall, "million/s"),
      note("lint: oxlint, lines per CPU second", lines / better("cpu"), "million/s"),
      row("lint: lines per CPU second, against oxlint", better("cpu") / cpu, "times", "at least", 1),
      row("lint: lines per second, against oxlint", better("wall") / wall, "times", "at least", 1),
      row("lint: CPU time, against the lexer alone", cpu / lexer, "times", "at most", 3),
      note("lint: CPU time, against a scan of the bytes by hand", cpu / bytes, "times"),
      ...memory(),
      startUp(),
    ],
  };
}

function writeTrace(count: number): { file: string } {
  const file = path.join(workFolder, `lint-${count}.vgic`);
  writeFileSync(file, `${traceLines({ ...ordinary, operations: count }).join("\n")}\n`);
  return { file };
}

/** As many lines of JavaScript as one file, and as files of 1,000 lines. */
function writeScripts(): [string, string] {
  const one = path.join(workFolder, "oxlint-one");
  const many = path.join(workFolder, "oxlint-many");
  for (const folder of [one, many]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  const lines = javaScriptLines(operations);
  writeFileSync(path.join(one, "all.js"), lines.join("\n"));
  const size = 1000;
  for (let from = 0; from < lines.length; from += size) {
    // Whole functions, so that each file can be read by itself.
    const part = javaScriptLines(size, from);
    writeFileSync(path.join(many, `part-${from / size}.js`), part.join("\n"));
  }
  return [one, many];
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
