/** The form of the statement being typed, and which part of it comes next. */
import type { Position } from "../../document/document.ts";
import type { Continuation } from "../../syntax/parse.ts";
import type { Place } from "../../syntax/places.ts";
import type { Statement } from "../../syntax/statement.ts";
import type { Analysis } from "../analysis.ts";
import { type Form, formOf } from "../forms.ts";
import { beginningAt } from "./beginning.ts";

export interface Signature {
  /** "cpuN writel TARGET VALUE [OUTCOME]". */
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly {
    /** Columns of the label. */
    readonly start: number;
    readonly end: number;
    readonly documentation: string;
  }[];
  /** The index of the parameter being typed; undefined where none is. */
  readonly activeParameter: number | undefined;
}

const VALUE = ["VALUE", "INTID", "ADDRESS", "START", "[OUTCOME]"];
const OUTCOME = ["[OUTCOME]"];
const HOST = ["HOST", "WITH", "[to HOST]"];

/** The parameters that a place of the grammar belongs to; the first one that the form has is meant. */
const PARAMETERS: Readonly<Partial<Record<Place, readonly string[]>>> = {
  target: ["TARGET"],
  offset: ["TARGET"],
  systemRegister: ["REGISTER"],
  cpu: ["TARGET", "INTID", "[to cpuM]", "cpuM"],
  writtenValue: VALUE,
  value: VALUE,
  closing: VALUE,
  field: VALUE,
  expected: OUTCOME,
  equals: OUTCOME,
  colon: OUTCOME,
  outcomeCase: OUTCOME,
  outcome: OUTCOME,
  caseAnswer: OUTCOME,
  errno: OUTCOME,
  level: ["LEVEL"],
  kernel: ["[by kernel]"],
  manager: ["[by VMM]"],
  integer: ["N", "[revision N]", "QUANTITY N", "[count N]"],
  quantity: ["QUANTITY N"],
  size: ["SIZE"],
  address: ["ADDRESS"],
  length: ["LENGTH"],
  byte: ["BYTE"],
  region: ["INDEX"],
  device: ["DEVICE"],
  event: ["EVENT"],
  lpi: ["LPI"],
  collection: ["COLLECTION"],
  table: ["[itt ADDRESS bits BITS]"],
  bits: ["[itt ADDRESS bits BITS]"],
  redistributor: ["[to cpuM]"],
  otherCpu: ["cpuM"],
  kept: ["[keeping memory]"],
  saved: ["WHAT"],
  model: ["MODEL"],
  frame: ["FRAME"],
  compared: ["WITH"],
  comparedItem: ["WITH"],
  host: HOST,
  title: ["TITLE"],
  name: ["NAME"],
};

/** The help for the statement at a position; undefined in comments and before its keyword is there. */
export function signature(analysis: Analysis, position: Position): Signature | undefined {
  const { before, word, next } = beginningAt(analysis, position);
  if (before.includes("#")) return undefined;
  const found = formOf(before + word);
  if (found === undefined) return undefined;
  const { grammar, doc, parameters } = found.form;
  let from = 0;
  return {
    label: grammar,
    documentation: doc,
    parameters: parameters.map(({ label, doc: documentation }) => {
      const start = grammar.indexOf(label, from);
      from = start + label.length;
      return { start, end: from, documentation };
    }),
    activeParameter: activeParameter(found.form, next, before),
  };
}

function activeParameter(
  { parameters }: Form,
  next: Continuation | undefined,
  before: string,
): number | undefined {
  if (next === undefined) return undefined;
  // Where keywords stand between values, the one in front says which value comes.
  const keyword = /\b(device|event|lpi|collection)\s*$/.exec(before)?.[1]?.toUpperCase() ?? [];
  const places = next.kind === "needed" ? (PARAMETERS[next.place] ?? []) : behind(next.statement.kind);
  const labels = [keyword, places].flat();
  const label = labels.find((wanted) => parameters.some((parameter) => parameter.label === wanted));
  const index = parameters.findIndex((parameter) => parameter.label === label);
  return index < 0 ? undefined : index;
}

/** What may follow a whole statement. */
function behind(kind: Statement["kind"]): readonly string[] {
  switch (kind) {
    case "line":
      return ["[by kernel]"];
    case "base":
      return ["[count N]"];
    case "new-vm":
      return ["[keeping memory]"];
    case "migrate":
      return ["[to HOST]"];
    default:
      return OUTCOME;
  }
}
