/** The outline of a trace: its declarations, and its scenarios with their operations by who does them. */

import type { TraceDocument } from "../../document/document.ts";
import type { TraceLine } from "../../document/line.ts";
import type { LineRange, Lines } from "../../document/lines.ts";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type Actor, operationRow } from "../../syntax/operations.ts";
import { isOperation, type OperationStatement, type Statement } from "../../syntax/statement.ts";
import type { Range } from "../analysis.ts";
import { rangeOn } from "../place.ts";

export interface TraceSymbol {
  readonly kind: "declaration" | "name" | "scenario" | "actor" | "operation";
  readonly name: string;
  /** What is known beyond the name: a value, a number of operations. */
  readonly detail?: string;
  readonly range: Range;
  /** The part to go to. */
  readonly selection: Range;
  readonly children: readonly TraceSymbol[];
}

/** Of longer traces nobody reads the operations one by one in an outline. */
const mostLines = 5000;

/** How many lines an outline goes through in one piece. */
const linesAPiece = 100;

/** The outline; that of a long trace leaves operations out. */
export function symbols(document: TraceDocument): TraceSymbol[] {
  const run = outline(document, { operations: document.lines.length <= mostLines });
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}

/** The outline without operations, found in pieces: a long trace takes long. */
export function landmarks(document: TraceDocument): Outline {
  return outline(document, { operations: false });
}

/** Finds an outline; after each piece of the work something else can be done. */
type Outline = Generator<void, TraceSymbol[]>;

interface Wanted {
  readonly operations: boolean;
}

function* outline({ lines, sections }: TraceDocument, wanted: Wanted): Outline {
  const { header, scenarios } = sections;
  const found = yield* membersOf(lines, header, wanted);
  for (const section of scenarios) found.push(yield* scenarioSymbol(lines, section, wanted));
  return found;
}

function* scenarioSymbol(lines: Lines, section: LineRange, wanted: Wanted): Generator<void, TraceSymbol> {
  const { start } = section;
  const end = lastStatement(lines, start, section.end);
  const { statement } = lines.at(start).parsed;
  const children = yield* membersOf(lines, section, wanted);
  const title = statement?.kind === "scenario" ? statement : undefined;
  return {
    kind: "scenario",
    name: title?.title || "(without a title)",
    range: { start: { line: start, character: 0 }, end: { line: end, character: lines.at(end).text.length } },
    selection: rangeOn(start, title?.titleSpan ?? { start: 0, end: lines.at(start).text.length }),
    children,
  };
}

/** The last line of a section that says anything. */
export function lastStatement(lines: Lines, start: number, end: number): number {
  let last = end - 1;
  while (
    last > start &&
    lines.at(last).parsed.statement === undefined &&
    lines.at(last).parsed.problem === undefined
  )
    last--;
  return last;
}

/** Declarations one by one; operations gathered by who does them, in the order of their first. */
function* membersOf(lines: Lines, { start, end }: LineRange, wanted: Wanted): Outline {
  const members: TraceSymbol[] = [];
  const actors = new Map<string, TraceSymbol[]>();
  for (let line = start; line < end; line++) {
    if (line % linesAPiece === 0) yield;
    if (lines.at(line).isOperation && !wanted.operations) continue;
    const { statement } = lines.at(line).parsed;
    if (statement === undefined || statement.kind === "scenario") continue;
    const symbol = statementSymbol(lines.at(line), line, statement);
    const actor = actorOf(statement);
    if (actor === undefined) {
      members.push(symbol);
      continue;
    }
    const gathered = actors.get(actor);
    if (gathered === undefined) actors.set(actor, [symbol]);
    else gathered.push(symbol);
  }
  return members.concat([...actors].map(([name, children]) => actorSymbol(name, children)));
}

function actorSymbol(name: string, children: readonly TraceSymbol[]): TraceSymbol {
  const first = itemAt(children, 0);
  const { end } = itemAt(children, children.length - 1).range;
  const detail = counted(children.length, "operation");
  return {
    kind: "actor",
    name,
    detail,
    range: { start: first.range.start, end },
    selection: first.selection,
    children,
  };
}

/** Who does an operation; undefined for declarations. */
function actorOf(statement: Exclude<Statement, { kind: "scenario" }>): string | undefined {
  if (!isOperation(statement)) return undefined;
  if ("cpu" in statement && statement.kind !== "line") return `cpu${statement.cpu?.index}`;
  return ACTORS[operationRow(statement).actor];
}

const ACTORS: Readonly<Record<Actor, string>> = {
  guest: "guest",
  vmm: "VMM",
  device: "devices",
  "every vCPU": "every vCPU",
};

function statementSymbol(
  { text }: TraceLine,
  line: number,
  statement: Exclude<Statement, { kind: "scenario" }> | OperationStatement,
): TraceSymbol {
  const range = rangeOn(line, statement);
  if (statement.kind === "let") {
    const { name, value } = statement;
    const detail = text.slice(value.start, value.end);
    return { kind: "name", name: name.text, detail, range, selection: rangeOn(line, name), children: [] };
  }
  const kind = actorOf(statement) === undefined ? "declaration" : "operation";
  const name = text.slice(statement.start, statement.end).replace(/\s+/g, " ");
  return { kind, name, range, selection: range, children: [] };
}
