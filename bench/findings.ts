/** Very many findings: `lint` of a trace with 87,000 of them beside one without, JSON beside oxlint's, an edit among them. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { edits, traceDigits } from "./edits.ts";
import { LanguageClient, timed } from "./language-client.ts";
import { command, measure, workFolder } from "./program.ts";
import { Random } from "./random.ts";
import { note, type Results, type Row, row } from "./row.ts";
import { exponent, median } from "./statistics.ts";

const operations = 100_000;
const rounds = 5;
const editCount = 30;
const oxlint = path.resolve("node_modules/.bin/oxlint");

/** Seven of eight lines write groups, which revision 1 ignores and nothing shows; or priorities, which all take. */
export function findingLines(count: number, found: boolean): string[] {
  const random = new Random(9);
  const lines = ["gic v3", "revision 3", "cpus 4"];
  for (let i = 0; i < count; i++) {
    const value = `0x${random.word().toString(16)}`;
    const register = found ? `GICD_IGROUPR${1 + random.below(7)}` : `GICD_IPRIORITYR${8 + random.below(56)}`;
    const comment = i % 4 === 0 ? ` # step ${i}` : "";
    lines.push(i % 8 === 7 ? "cpu0 readl GICD_CTLR" : `cpu0 writel ${register} ${value}${comment}`);
  }
  return lines;
}

export async function findings(): Promise<Results> {
  const [clean, many] = [write("clean", false, operations), write("many", true, operations)];
  const lint = (file: string, ...flags: string[]): number =>
    measure(process.execPath, [command, "lint", file, ...flags]).cpu;
  const costs = Array.from({ length: rounds }, () => ({
    clean: lint(clean, "--quiet"),
    quiet: lint(many, "--quiet"),
    text: lint(many),
    json: lint(many, "--format", "json"),
    oxlint: existsSync(oxlint) ? measure(oxlint, ["--threads=1", "--format=json", script()]).cpu : Number.NaN,
  }));
  const against = (of: (one: (typeof costs)[number]) => number): number => median(costs.map(of));
  const rows: Row[] = [
    row(
      "findings: lint --quiet, against a trace without any",
      against((one) => one.quiet / one.clean),
      "times",
      "at most",
      1.5,
    ),
    row(
      "findings: lint as text, against a trace without any",
      against((one) => one.text / one.clean),
      "times",
      "at most",
      1.5,
    ),
    note(
      "findings: lint --format json, CPU time",
      against(({ json }) => json),
      "s",
    ),
    ...(existsSync(oxlint)
      ? [
          row(
            "findings: lint --format json, against oxlint with as many",
            against((one) => one.json / one.oxlint),
            "times",
            "at most",
            1,
          ),
        ]
      : []),
    row("findings: lint --format json, against how many", growth(lint), "exponent", "at most", 1.1),
    ...(await editAmong(many)),
  ];
  const missing =
    "Without oxlint nothing is compared with it: install it with `npm install --no-save oxlint`.";
  return { rows, notes: existsSync(oxlint) ? [] : [missing] };
}

function write(name: string, found: boolean, count: number): string {
  const file = path.join(workFolder, `findings-${name}-${count}.vgic`);
  writeFileSync(file, `${findingLines(count, found).join("\n")}\n`);
  return file;
}

/** JavaScript with as many findings, of a kind that points at two places. */
function script(): string {
  const file = path.join(workFolder, "findings.js");
  rmSync(file, { force: true });
  const lines = Array.from({ length: (operations / 8) * 7 }, (_, i) => `const unused${i} = ${i};`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

function growth(lint: (file: string, ...flags: string[]) => number): number {
  // Small ones are mostly the start of the command.
  return exponent(
    [3e4, 1e5, 3e5].map((count) => ({ x: count, y: lint(write("many", true, count), "--format", "json") })),
  );
}

async function editAmong(file: string): Promise<Row[]> {
  const lines = findingLines(operations, true);
  const program = { command: process.execPath, args: [command, "server", "--stdio"] };
  const opened = { uri: pathToFileURL(file).href, languageId: "vgic", text: `${lines.join("\n")}\n` };
  const client = await LanguageClient.open(program, opened);
  const times: number[] = [];
  for (const edit of edits(lines, [0.4, 0.6], editCount, traceDigits))
    times.push(await timed(() => client.edit(edit)));
  client.stop();
  return [row("findings: edit to diagnostics, median", median(times), "ms", "at most", 30)];
}
