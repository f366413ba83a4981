/** What may start a line: declarations, operations and idioms. */
import type { Fact } from "../../program/setup.ts";
import type { Analysis } from "../analysis.ts";
import { operationsAbove, scenarioAt, setupAt } from "../place.ts";
import { idioms } from "./idioms.ts";
import { type CompletionItem, goingOn, keywords } from "./item.ts";
import { cpuItems } from "./registers.ts";

const declarations = [
  "gic",
  "revision",
  "cpus",
  "irqs",
  "compare",
  "host",
  "hardware",
  "created",
  "its",
  "ram",
] as const satisfies readonly Fact[];

/** Declarations of one word. */
const WHOLE: readonly string[] = ["created", "its"];

/** The statements that make sense on a line. */
export function statementItems(analysis: Analysis, line: number): CompletionItem[] {
  const placed = scenarioAt(analysis, line);
  const facts = placed && operationsAbove(placed, line) > 0 ? [] : undeclared(analysis, line);
  const declarations = keywords(facts.length > 0 ? [...facts, "base"] : [], "form").flatMap((item) =>
    WHOLE.includes(item.label) ? item : goingOn([item]),
  );
  const always = goingOn(keywords(["let", "scenario"], "form"));
  if (placed === undefined)
    return [...(facts.length > 0 ? declarations : goingOn(keywords(["base"], "form"))), ...always];
  const setup = setupAt(analysis, line);
  const operations = [
    ...goingOn([...cpuItems(setup), ...keywords(["user"], "word"), ...keywords(["line"], "form")]),
    ...keywords(["settle", "new vm"], "form"),
    ...goingOn(keywords(["migrate"], "form")),
    ...(setup.ram === undefined ? [] : goingOn(keywords(["memory"], "word"))),
    ...(setup.its ? goingOn(keywords(["msi"], "form")) : []),
  ];
  // Before anything is declared, that comes first.
  const isBeginning = facts.includes("gic");
  const head = isBeginning ? [...declarations, ...operations] : [...operations, ...declarations];
  return [...head, ...always, ...idioms(setup)];
}

/** The declarations that the section of a line does not have yet. */
function undeclared(analysis: Analysis, line: number): Fact[] {
  const placed = scenarioAt(analysis, line);
  if (placed === undefined) {
    const { places } = analysis.program.header.declarations;
    return declarations.filter((fact) => places[fact] === undefined);
  }
  const { places } = placed.evaluation.scenario;
  return declarations.filter((fact) => places[fact]?.inHeader !== false);
}
