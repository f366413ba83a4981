/** From an edit to its diagnostics and answers: the language server against clangd, and long traces against short ones. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { cDigits, type Digits, edits, traceDigits } from "./edits.ts";
import { type Edit, LanguageClient, type Program, timed } from "./language-client.ts";
import { command, installed, workFolder } from "./program.ts";
import { note, type Results, type Row, row } from "./row.ts";
import { cLines } from "./sources.ts";
import { median, quantile } from "./statistics.ts";
import { ordinary, traceLines } from "./trace.ts";

const operations = 100_000;
const short = 1000;
const count = 50;
const requestCount = 20;

const ours: Program = { command: process.execPath, args: [command, "server", "--stdio"] };
const clangd: Program = { command: "clangd", args: ["--log=error"] };

/** An open file, and the edits of it. */
interface Opened {
  readonly client: LanguageClient;
  readonly lines: readonly string[];
  readonly digits: Digits;
}

export async function editing(): Promise<Results> {
  const found = installed("clangd");
  const one = await openTrace("one", operations, 1);
  const many = await openTrace("many", operations, 1000);
  const small = await openTrace("small", short, 1);
  const other = found ? await open(clangd, "edited.c", "c", cLines(operations), cDigits) : undefined;

  const all = await inTurns([one, many, ...(other ? [other] : [])], [0, 1]);
  const against = (name: string, times: number[]): Row[] => [
    note(`editing: ${name}, edit to diagnostics, median`, median(times), "ms"),
    note(`editing: ${name}, edit to diagnostics, 95 of 100`, quantile(times, 0.95), "ms"),
    ...(other
      ? [row(`editing: ${name}, against clangd`, median(all[2]) / median(times), "times", "at least", 50)]
      : []),
  ];
  const rows = [...against("one scenario", all[0]), ...against("1,000 scenarios", all[1])];
  if (other) {
    rows.push(note("editing: clangd, edit to diagnostics, median", median(all[2]), "ms"));
    rows.push(note("editing: clangd, edit to diagnostics, 95 of 100", quantile(all[2], 0.95), "ms"));
    other.client.stop();
  }

  const late = await inTurns([one, many, small], [0.9, 1]);
  rows.push(note("editing: 1,000 operations, edit in the last tenth, median", median(late[2]), "ms"));
  for (const [index, name] of ["one scenario", "1,000 scenarios"].entries()) {
    const ratio = median(late[index]) / median(late[2]);
    rows.push(
      row(`editing: ${name}, edit in the last tenth, against 1,000 operations`, ratio, "times", "below", 2),
    );
  }
  rows.push(...(await requests(one, small)));
  for (const { client } of [one, many, small]) client.stop();
  const missing = "Without clangd nothing is compared with it: install it with `apt install clangd`.";
  return { rows, notes: found ? [] : [missing] };
}

function openTrace(name: string, operations: number, scenarios: number): Promise<Opened> {
  return open(
    ours,
    `edited-${name}.vgic`,
    "vgic",
    traceLines({ ...ordinary, operations, scenarios }),
    traceDigits,
  );
}

async function open(
  program: Program,
  name: string,
  languageId: string,
  lines: readonly string[],
  digits: Digits,
): Promise<Opened> {
  const file = path.join(workFolder, name);
  const text = `${lines.join("\n")}\n`;
  writeFileSync(file, text);
  const client = await LanguageClient.open(program, { uri: pathToFileURL(file).href, languageId, text });
  return { client, lines, digits };
}

/** The same number of edits of each file, in turns; the milliseconds of each, by file. */
async function inTurns(files: readonly Opened[], part: [number, number]): Promise<number[][]> {
  const sequences = files.map(({ lines, digits }) => edits(lines, part, count, digits));
  const times: number[][] = files.map(() => []);
  for (let index = 0; index < count; index++) {
    for (const [file, { client }] of files.entries())
      times[file].push(await timed(() => client.edit(sequences[file][index])));
  }
  return times;
}

/** What editors ask after an edit. */
const questions: readonly {
  name: string;
  ask: (client: LanguageClient, edit: Edit, id: string) => Promise<unknown>;
}[] = [
  {
    name: "hover",
    ask: (client, edit) => client.request("textDocument/hover", { position: register(edit) }),
  },
  {
    name: "completion",
    ask: (client, edit) => client.request("textDocument/completion", { position: register(edit) }),
  },
  {
    name: "semantic token delta",
    ask: (client, _, previousResultId) =>
      client.request("textDocument/semanticTokens/full/delta", { previousResultId }),
  },
  { name: "code lens", ask: (client) => client.request("textDocument/codeLens") },
];

/** A place in the name of the register, in front of the edited value. */
function register({ line }: Edit): { line: number; character: number } {
  return { line, character: 15 };
}

async function requests(long: Opened, short: Opened): Promise<Row[]> {
  const settled = questions.map(() => [[], []] as number[][]);
  const behind: number[][] = [[], []];
  for (const [file, { client, lines, digits }] of [long, short].entries()) {
    let id = resultId(await client.request("textDocument/semanticTokens/full"));
    for (const edit of edits(lines, [0.9, 1], requestCount, digits)) {
      const diagnosed = client.edit(edit);
      behind[file].push(await timed(() => questions[0].ask(client, edit, id)));
      await diagnosed;
      for (const [index, { ask }] of questions.entries()) {
        settled[index][file].push(
          await timed(async () => {
            const answer = await ask(client, edit, id);
            id = resultId(answer) || id;
          }),
        );
      }
    }
  }
  const last = { line: long.lines.length - 1, character: 15 };
  const far: number[] = [];
  for (const edit of edits(long.lines, [0, 0.1], requestCount, long.digits)) {
    const diagnosed = long.client.edit(edit);
    far.push(await timed(() => long.client.request("textDocument/hover", { position: last })));
    await diagnosed;
  }
  const rows = (name: string, [ofLong, ofShort]: number[][]): Row[] => [
    note(`editing: ${name}, 100,000 operations`, median(ofLong), "ms"),
    row(`editing: ${name}, against 1,000 operations`, median(ofLong) / median(ofShort), "times", "below", 2),
  ];
  return [
    ...questions.flatMap(({ name }, index) => rows(`${name} after an edit`, settled[index])),
    ...rows("hover right behind an edit", behind),
    note("editing: hover at the end right behind an edit at the beginning, median", median(far), "ms"),
  ];
}

function resultId(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "resultId" in answer ? String(answer.resultId) : "";
}
