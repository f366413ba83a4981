/** What takes long besides `lint`: compat, import and reduce of long inputs, and how long each subcommand takes to start. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { edits, traceDigits } from "./edits.ts";
import { LanguageClient, timed } from "./language-client.ts";
import { command, measure, measureNode, workFolder } from "./program.ts";
import { note, type Results, type Row, row } from "./row.ts";
import { javaScriptLines } from "./sources.ts";
import { exponent, median } from "./statistics.ts";
import { ordinary, traceLines, traceText } from "./trace.ts";

const oxlint = path.resolve("node_modules/.bin/oxlint");
const subcommands = [
  ...["lint", "run", "format", "import", "reduce", "compat", "hosts", "explore", "replay", "export", "diff"],
  ...["explain", "server", "debug", "init", "doctor", "completion"],
];

export async function commands(): Promise<Results> {
  return {
    rows: [...compat(), ...imported(), ...reduced(), ...startUps(), ...cleanLines(), ...(await longEdits())],
  };
}

function written(name: string, text: string): string {
  const file = path.join(workFolder, name);
  writeFileSync(file, text);
  return file;
}

/** The command's CPU time in seconds. */
function cost(...args: string[]): number {
  return measure(process.execPath, [command, ...args]).cpu;
}

function compat(): Row[] {
  const points = [500, 1500, 5000].map((operations) => {
    const file = written("compat.vgic", traceText({ ...ordinary, operations }));
    return { x: operations, y: cost("compat", "--from", "linux-6.12", "--to", "linux-7.1", file) };
  });
  const file = written("compat.vgic", traceText({ ...ordinary, operations: 5000 }));
  return [
    note("compat: 5,000 operations, CPU time", points[2].y, "s"),
    note("compat: 5,000 operations, against lint of the same", points[2].y / cost("lint", file), "times"),
    row("compat: time, against operations", exponent(points), "exponent", "at most", 1.2),
  ];
}

/** A log of so many MB: a short one, again and again, with times that go on. */
function log(megabytes: number, source = "examples/logs/lost-disk.ftrace.txt"): string {
  const lines = readFileSync(source, "utf8").split("\n");
  const isEvent = (line: string): boolean => /\d+\.\d+: /.test(line);
  const events = lines.filter(isEvent);
  const pieces = [`${lines.filter((line) => line !== "" && !isEvent(line)).join("\n")}\n`];
  let bytes = 0;
  for (let round = 0; bytes < megabytes * 1e6; round++) {
    const piece = events.map((line) =>
      line.replace(/\d+(?=\.\d+: )/, (seconds) => String(Number(seconds) + round)),
    );
    pieces.push(`${piece.join("\n")}\n`);
    bytes += pieces[round + 1].length;
  }
  return written("import.ftrace.txt", pieces.join(""));
}

/** The longer a program runs, the more garbage V8 lets wait, up to some 50 MB: that is not what `import` holds. */
const SMALL_YOUNG_GENERATION = ["--max-semi-space-size=1"];

function imported(): Row[] {
  const output = path.join(workFolder, "imported.vgic");
  const points = [30, 100, 300].map((size) => {
    const file = log(size);
    const args = ["import", file, "--output", output];
    const { cpu, memory } = measureNode(command, args);
    const held = measureNode(command, args, SMALL_YOUNG_GENERATION).memory;
    return { size, cpu, memory, held, grep: measure("grep", ["-c", "kvm_mmio", file]).cpu };
  });
  const { size, cpu, memory, grep } = points[1];
  const printed = measureNode(command, ["import", log(size)]);
  const report = log(size, "test/logs/fmt-tracecmd-report.txt");
  return [
    row("import: ftrace, per CPU second", size / cpu, "MB/s", "at least", 60),
    note("import: grep of the same log, per CPU second", size / grep, "MB/s"),
    note("import: ftrace, printed, so that it is read twice, per CPU second", size / printed.cpu, "MB/s"),
    note(
      "import: trace-cmd report, per CPU second",
      size / measureNode(command, ["import", report, "--output", output]).cpu,
      "MB/s",
    ),
    note("import: 100 MB, peak memory", memory / 1e6, "MB"),
    note("import: 300 MB, peak memory", points[2].memory / 1e6, "MB"),
    row(
      "import: peak memory with little room for garbage, against the log",
      exponent(points.map((one) => ({ x: one.size, y: one.held }))),
      "exponent",
      "at most",
      0.1,
    ),
    row(
      "import: time, against the log",
      exponent(points.map((one) => ({ x: one.size, y: one.cpu }))),
      "exponent",
      "at most",
      1.1,
    ),
  ];
}

function reduced(): Row[] {
  const last = "cpu0 writel GICD_IGROUPR2 0x5a\ncpu0 readl GICD_IGROUPR2 == 0x77\n";
  const points = [1000, 3000, 10_000].map((operations) => {
    const file = written("reduce.vgic", traceText({ ...ordinary, operations }) + last);
    return { x: operations, y: cost("reduce", file, "--keep", "expectation"), lint: cost("lint", file) };
  });
  return [
    note("reduce: 10,000 operations, CPU time", points[2].y, "s"),
    note("reduce: 10,000 operations, against lint of the same", points[2].y / points[2].lint, "times"),
    row("reduce: time, against operations", exponent(points), "exponent", "at most", 1.2),
  ];
}

/**
 * Each subcommand's help, which loads all that it is made of, and `lint` of a trace as people write them, against Node
 * with nothing to do, in turns.
 */
function startUps(): Row[] {
  const empty = written("empty.mjs", "");
  const time = (args: string[]): number => {
    const start = performance.now();
    spawnSync(process.execPath, args, { stdio: "ignore" });
    return performance.now() - start;
  };
  const started = [...subcommands.map((name) => [name, "--help"]), ["lint", "examples/revision-1.vgic"]];
  return started.map((args) => {
    const times = Array.from({ length: 7 }, () => ({ ours: time([command, ...args]), empty: time([empty]) }));
    const ratio = median(times.map(({ ours }) => ours)) / median(times.map((one) => one.empty));
    return row(`start: ${args.join(" ")}, against an empty script`, ratio, "times", "at most", 2);
  });
}

/** 100,000 lines without findings, start included, beside as many of JavaScript. */
function cleanLines(): Row[] {
  const operations = 100_000;
  const file = written("clean.vgic", traceText({ ...ordinary, operations }));
  const ours = (): number => measure(process.execPath, [command, "lint", file]).wall;
  if (!existsSync(oxlint))
    return [note("lint: 100,000 lines, start included", median([ours(), ours(), ours()]), "s")];
  const script = written("clean.js", javaScriptLines(operations).join("\n"));
  const times = Array.from({ length: 5 }, () => ours() / measure(oxlint, ["--threads=1", script]).wall);
  return [row("lint: 100,000 lines, start included, against oxlint", median(times), "times", "at most", 1)];
}

async function longEdits(): Promise<Row[]> {
  // One after the other: each would disturb the others.
  const short = await editTimes(10_000);
  const looked = await editTimes(longestLookedAt);
  const long = await editTimes(1_000_000);
  return [
    note("editing: an edit among 10,000 lines, median", short, "ms"),
    row("editing: an edit among 250,000 lines, against 10,000", looked / short, "times", "at most", 2),
    row("editing: an edit among 1,000,000 lines, against 10,000", long / short, "times", "at most", 2),
  ];
}

/** Some 10 MB: of a longer trace an editor is told only that it is too long. */
const longestLookedAt = 250_000;

async function editTimes(operations: number): Promise<number> {
  const lines = traceLines({ ...ordinary, operations });
  const text = `${lines.join("\n")}\n`;
  const file = written(`edited-${operations}.vgic`, text);
  const program = { command: process.execPath, args: [command, "server", "--stdio"] };
  const client = await LanguageClient.open(program, {
    uri: pathToFileURL(file).href,
    languageId: "vgic",
    text,
  });
  const times: number[] = [];
  for (const edit of edits(lines, [0.4, 0.6], 20, traceDigits))
    times.push(await timed(() => client.edit(edit)));
  client.stop();
  return median(times);
}
