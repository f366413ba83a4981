/** Imports the text of a log, and checks the trace as `lint` does. */
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Format } from "../../server/src/import/formats.ts";
import { Importer, type Summary } from "../../server/src/import/import.ts";
import { type Plan, Planner, planOf } from "../../server/src/import/plan.ts";
import type { Given } from "../../server/src/import/setup.ts";

export interface Imported {
  readonly trace: string;
  readonly plan: Plan;
  readonly summary: Summary;
  /** The operations, without comments, expectations kept, blanks as one. */
  readonly operations: readonly string[];
  /** The errors that lint finds. */
  readonly errors: readonly string[];
}

export interface How {
  readonly from?: Format;
  readonly given?: Given;
  /** How many characters are handed over at once. */
  readonly chunk?: number;
}

/** Imports a log; gives the refusal if it is refused. */
export function importOrRefuse(log: string, { from, given = {}, chunk = 1000 }: How = {}): Imported | string {
  const planner = new Planner(from);
  for (let at = 0; at < log.length; at += chunk) planner.write(log.slice(at, at + chunk));
  const found = planner.end();
  const plan = typeof found === "string" ? found : planOf([found], given);
  if (typeof plan === "string") return plan;
  const texts = plan.vms.map(() => "");
  const importer = new Importer({
    plan,
    names: ["test.log"],
    write: (vm, text) => {
      texts[vm] += text;
    },
  });
  for (let at = 0; at < log.length; at += chunk) importer.write(0, log.slice(at, at + chunk));
  importer.endOf(0);
  const summary = importer.end();
  const trace = texts.join("");
  return { trace, plan, summary, operations: operationsOf(trace), errors: errorsOf(trace) };
}

/** Imports a log that must not be refused. */
export function importText(log: string, how?: How): Imported {
  const imported = importOrRefuse(log, how);
  if (typeof imported === "string") throw new Error(`refused: ${imported}`);
  return imported;
}

export function operationsOf(trace: string): string[] {
  return trace
    .split("\n")
    .map((line) => line.replace(/ *#.*$/, "").replace(/ +/g, " "))
    .filter((line) => /^(?:cpu\d|user |line |msi )/.test(line));
}

export function errorsOf(trace: string): string[] {
  return analyse(TraceDocument.of(trace))
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code, message, range }) => `${range.start.line + 1}: ${code}: ${message}`);
}
