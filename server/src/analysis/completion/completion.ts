/** What may be written at a place. */

import type { Position } from "../../document/document.ts";
import type { Setup } from "../../program/setup.ts";
import { RULES } from "../../rules/rules.ts";
import { operationRow } from "../../syntax/operations.ts";
import type { Continuation } from "../../syntax/parse.ts";
import { type Place, places } from "../../syntax/places.ts";
import { isOperation, type OperationStatement, type Statement } from "../../syntax/statement.ts";
import { unreachable } from "../../syntax/unreachable.ts";
import { framesOf, isInMemory } from "../../vgic/frame-table.ts";
import { registers } from "../../vgic/registers/registers.ts";
import { SETTINGS, type Setting } from "../../vgic/set-up.ts";
import type { Analysis, Range } from "../analysis.ts";
import { FORMS, formPage, WORDS } from "../forms.ts";
import { namesAt, rangeOn, setupAt } from "../place.ts";
import { registerPage } from "../register-page.ts";
import { caseItems, errnoAnswered, expectedItems, outcomeItems } from "./answers.ts";
import { type Beginning, beginningAt } from "./beginning.ts";
import { type CompletionItem, type CompletionTopic, goingOn, keywords } from "./item.ts";
import { itsIdItems } from "./its-ids.ts";
import {
  cpuItems,
  fieldItems,
  maskItems,
  registerItems,
  registersWithFields,
  systemRegisterItems,
} from "./registers.ts";
import { statementItems } from "./statements.ts";
import { errnoItems, hostItems, integerItems, revisionSets } from "./words.ts";

/** Where something must follow, so that it is offered as soon as a blank is typed. Elsewhere most lines end. */
export function mustGoOn(analysis: Analysis, position: Position): boolean {
  const { before, word, next } = beginningAt(analysis, position);
  return word === "" && before.trim() !== "" && next?.kind === "needed" && next.place !== "title";
}

export interface Completion {
  /** What an item replaces: the word being typed. */
  readonly range: Range;
  /** In the order in which to show them. */
  readonly items: readonly CompletionItem[];
  /** Whether to ask again as the word grows. */
  readonly isIncomplete: boolean;
}

/** What may be written at a position. */
export function completion(analysis: Analysis, position: Position): Completion {
  const beginning = beginningAt(analysis, position);
  const { line, before, word, next } = beginning;
  const range = rangeOn(line, { start: before.length, end: before.length + word.length });
  if (next === undefined) return codeCompletion(beginning) ?? { range, items: [], isIncomplete: false };
  const place: Cursor = { analysis, line, before, word, setup: setupAt(analysis, line) };
  if (next.kind === "needed" && next.place === "target") {
    return { range, ...targetCompletion(place) };
  }
  const items = next.kind === "needed" ? itemsAt(next.place, place) : itemsBehind(next, place);
  return { range, items, isIncomplete: false };
}

/** The documentation of an item, for a line of the trace; Markdown. */
export function completionDocumentation(
  analysis: Analysis,
  line: number,
  { about, name }: CompletionTopic,
): string | undefined {
  if (about === "word") return Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (about === "form") {
    const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
    return form && formPage(form);
  }
  const setup = setupAt(analysis, line);
  const index = registers(setup.model);
  const register = index.find(name) ?? index.find(`${name}0`);
  return register && registerPage(register, setup, 0);
}

interface Cursor {
  readonly analysis: Analysis;
  readonly line: number;
  readonly before: string;
  readonly word: string;
  readonly setup: Setup;
}

/** The codes of diagnostics in a comment that silences some. */
function codeCompletion({ line, before, word }: Beginning): Completion | undefined {
  const typed = /#[ \t]*vgic-ignore(?:-file)?\[(?:[^\],[]*,)*[ \t]*(?<code>[a-z-]*)$/.exec(before + word);
  const code = typed?.groups?.code;
  if (code === undefined) return undefined;
  const end = before.length + word.length;
  const items = Object.values(RULES).map(
    ({ code: label, summary }): CompletionItem => ({ label, kind: "code", detail: summary }),
  );
  return { range: rangeOn(line, { start: end - code.length, end }), items, isIncomplete: false };
}

function targetCompletion({ analysis, line, before, word, setup }: Cursor): {
  items: CompletionItem[];
  isIncomplete: boolean;
} {
  const byUser = /^\s*user\b/.test(before);
  const attributes = framesOf(setup.model);
  const memory = attributes.filter(isInMemory);
  const found = registerItems(setup, byUser ? attributes : memory, word);
  const frames = memory.map(
    (label): CompletionItem => ({ label, kind: "register", detail: "the frame, for an offset: +0x8" }),
  );
  const settings = byUser ? settingItems(setup, before) : [];
  return {
    items: [...found.items, ...frames, ...settings, ...(byUser ? [] : nameItems(analysis, line))],
    isIncomplete: found.isIncomplete,
  };
}

/** What sets up a vGIC; offered first where nothing else is set up yet. */
function settingItems({ model, created }: Setup, before: string): CompletionItem[] {
  const isOf = (setting: Setting): boolean =>
    model === "v3" ? setting !== "ADDR_CPU" : ["NR_IRQS", "ADDR_DIST", "ADDR_CPU"].includes(setting);
  const init = /\bhas\s*$/.test(before) ? ["init"] : [];
  return created ? keywords([...SETTINGS.filter(isOf), ...init], "word") : [];
}

function nameItems(analysis: Analysis, line: number): CompletionItem[] {
  return namesAt(analysis, line).map(({ name, declaration: { value } }) => ({
    label: name,
    kind: "name",
    detail: value === undefined ? undefined : `${value} (0x${value.toString(16)})`,
  }));
}

function itemsAt(place: Place, cursor: Cursor): CompletionItem[] {
  const { analysis, line, before, setup } = cursor;
  switch (place) {
    case "statement":
      return statementItems(analysis, line);
    case "access":
      return keywords(places.access.words, "form").flatMap((item) =>
        item.label === "run" ? item : goingOn([item]),
      );
    case "systemRegister":
      return systemRegisterItems(setup, /\bmsr\s*$/.test(before));
    case "value":
    case "writtenValue":
    case "offset":
      return valueItems(cursor);
    case "field":
      return fieldItems(setup, /\b(\w+)\.$/.exec(before)?.[1] ?? "");
    case "cpu":
      return cpuItems(setup);
    case "expected":
      return [...expectedItems(analysis, line, before), ...valueItems(cursor)].map(spacedBehind(before));
    case "caseAnswer":
      return [...caseItems(analysis, line, before), ...keywords(places.caseAnswer.words, "word")];
    case "outcomeCase":
      return [...revisionSets(setup), ...keywords(["before", "from", "host"], "word")];
    case "errno":
      return errnoItems(errnoAnswered(analysis, line, before));
    case "host":
      return hostItems(analysis.program.header.hosts);
    case "integer":
      return integerItems(setup, before);
    case "frame":
      return keywords(
        setup.model === "v2" ? ["dist", "cpu"] : ["dist", "redist", ...(setup.its ? ["its"] : [])],
        "word",
      );
    case "address":
    case "size":
    case "length":
    case "byte":
    case "region":
      return nameItems(analysis, line);
    case "memoryAccess":
      return places.memoryAccess.words.map((label) => ({
        label,
        kind: "keyword",
        topic: { about: "form", name: `memory ${label}` },
      }));
    case "itsCommand":
      return places.itsCommand.words.map((label) => ({
        label,
        kind: "keyword",
        topic: { about: "form", name: `its ${label}` },
      }));
    case "compared":
      return [...keywords(["none"], "word"), ...revisionSets(setup), ...keywords(["host"], "form")];
    case "comparedItem":
      return [...revisionSets(setup), ...keywords(["host"], "form")];
    case "title":
      return [{ label: '"…"', kind: "snippet", insert: '"$1"', isSnippet: true }];
    case "equals":
      return [{ label: "==", kind: "keyword" }];
    case "verb":
      return verbItems(setup);
    case "outcome":
      return [{ label: "==", kind: "keyword" }, ...keywords(["aborts", "exits", "fails"], "word")];
    // The newest is what most VMs have.
    case "model":
      return keywords(places.model.words.toReversed(), "word");
    case "saved":
    case "tables":
    case "device":
    case "event":
    case "lpi":
    case "collection":
    case "table":
    case "bits":
    case "redistributor":
    case "otherCpu":
    case "kept":
    case "quantity":
    case "level":
    case "machine":
    case "kernel":
    case "manager":
      return keywords(places[place].words, "word");
    // Targets are offered apart: they may be too many to be told at once.
    case "target":
    case "closing":
    case "colon":
    case "name":
    case "assign":
    case "end":
      return [];
    default:
      return unreachable(place);
  }
}

/** Directly after `==` a blank comes first. */
function spacedBehind(before: string): (item: CompletionItem) => CompletionItem {
  return (item) => (before.endsWith("=") ? { ...item, insert: ` ${item.insert ?? item.label}` } : item);
}

/** Names, and the fields of the register that the line is about. */
function valueItems({ analysis, line, before, word, setup }: Cursor): CompletionItem[] {
  const register = before.match(/\w+/g)?.find((one) => registers(setup.model).find(one) !== undefined);
  return [
    ...itsIdItems(analysis, line, before),
    ...(register === undefined ? [] : maskItems(setup, register)),
    ...nameItems(analysis, line),
    ...(word === "" ? [] : registersWithFields(setup)),
  ];
}

/** What may follow a whole statement. */
function itemsBehind(next: Extract<Continuation, { kind: "whole" }>, cursor: Cursor): CompletionItem[] {
  const { analysis, line, before, setup } = cursor;
  const { statement } = next;
  if (!/\s$/.test(before) || ("outcome" in statement && statement.outcome !== undefined)) return [];
  const answers = "outcome" in statement ? outcomeItems(analysis, line, before) : [];
  const words = keywords(followers(statement, setup), "word");
  return [...answers, ...words.flatMap((item) => (ENDINGS.includes(item.label) ? item : goingOn([item])))];
}

/** What a VMM may do to this VM: an ITS is saved only where there is one, and a VM is initialised only once. */
function verbItems({ created, its }: Setup): CompletionItem[] {
  const verbs = ["get", "set", "has", ...(its ? ["save", "restore", "reset"] : [])];
  return [...goingOn(keywords(verbs, "word")), ...keywords(created ? ["init"] : [], "word")];
}

/** Words with which a statement may end. */
const ENDINGS = ["aborts", "exits", "memory"];

/** The keywords that may follow a whole statement. */
function followers(statement: Statement, { created }: Setup): string[] {
  if (statement.kind === "base") {
    return statement.frame.text === "redist" && statement.count === undefined ? ["count"] : [];
  }
  if (statement.kind === "hardware") {
    const named = statement.quantities.map(({ name }) => name.text);
    return places.quantity.words.filter((word) => !named.includes(word));
  }
  if (!isOperation(statement)) return [];
  const { actor, failures } = operationRow(statement);
  const runs = actor === "guest" || actor === "every vCPU";
  // A guest cannot even be entered before the vGIC is ready; once it is, that does not come back.
  return [...optionsOf(statement), ...failures.filter((word) => word !== "fails" || !runs || created)];
}

/** The parts of an operation that may be left out, before its outcome. */
function optionsOf(statement: OperationStatement): string[] {
  switch (statement.kind) {
    case "line":
      return statement.byKernel ? [] : ["by"];
    case "new-vm":
      if (statement.revision !== undefined) return [];
      return statement.keepsMemory ? ["revision"] : ["keeping", "revision"];
    case "migrate":
      return [
        ...(statement.to || statement.revision || statement.by ? [] : ["to"]),
        ...(statement.revision || statement.by ? [] : ["revision"]),
        ...(statement.by ? [] : ["by"]),
      ];
    default:
      return [];
  }
}
