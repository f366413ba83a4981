/** What to say of the place under the mouse. */

import type { Position } from "../../document/document.ts";
import { Environment } from "../../program/environment.ts";
import { rowOf } from "../../program/scope.ts";
import type { PlacedEvaluation } from "../../rules/operations.ts";
import { isCode, ruleOf } from "../../rules/rules.ts";
import { listed } from "../../rules/words.ts";
import type { Expression, HostCondition, Span, Statement } from "../../syntax/statement.ts";
import { parseSuppression } from "../../syntax/suppression.ts";
import { frameNamed, type MemoryFrame } from "../../vgic/frame-table.ts";
import { parseHost } from "../../vgic/kernels/hosts.ts";
import { selectableRevisions } from "../../vgic/kernels/revisions.ts";
import { affinityOf } from "../../vgic/kvm-abi.ts";
import { registers } from "../../vgic/registers/registers.ts";
import type { Analysis, Range } from "../analysis.ts";
import { bitsWords } from "../decode.ts";
import { ERRNO_WORDS, FORMS, formOf, formPage, WORDS } from "../forms.ts";
import { type Part, partAt, type Value } from "../part.ts";
import {
  clamped,
  diagnosticsBetween,
  nameAt,
  operationOn,
  rangeOn,
  scenarioAt,
  setupAt,
  valueOn,
} from "../place.ts";
import { registerPage } from "../register-page.ts";
import { answersSection } from "./operation.ts";
import {
  cpuMeant,
  interruptsAccessed,
  interruptsMeant,
  meaningSection,
  numberLine,
  statesSection,
  translationSection,
} from "./value.ts";

export interface Hover {
  readonly range: Range;
  /** Markdown. */
  readonly contents: string;
}

/** A line of a trace and what is known of it. */
interface Line {
  readonly analysis: Analysis;
  readonly number: number;
  readonly text: string;
  /** Absent above the first scenario. */
  readonly placed?: PlacedEvaluation;
  /** The operation of the line, by its index in the scenario. */
  readonly operation?: number;
  /** Whether a diagnostic at this place says why revisions differ: editors show both together. */
  readonly isExplained: boolean;
}

/** Explains what stands at a position; undefined where nothing does. */
export function hover(analysis: Analysis, position: Position): Hover | undefined {
  const { line: number, character } = clamped(analysis, position);
  const { text, parsed } = analysis.document.lines.at(number);
  const { comment } = parsed;
  if (comment !== undefined && character > comment.start)
    return describeSilenced(number, text, comment, character);
  const placed = scenarioAt(analysis, number);
  const operation = placed && operationOn(placed, number);
  const isExplained = diagnosticsBetween(analysis, number, number).some(
    ({ code, range: { start, end } }) =>
      code === "revision-difference" && start.character <= character && character <= end.character,
  );
  const line: Line = { analysis, number, text, placed, operation, isExplained };
  const part = parsed.statement && partAt(parsed.statement, character);
  if (part !== undefined) {
    const contents = describePart(line, part);
    return contents === "" ? undefined : { range: rangeOn(number, part), contents };
  }
  const word = wordAt(text, character);
  const contents = word && describeWord(line, word.text, parsed.statement);
  return word && contents ? { range: rangeOn(number, word), contents } : undefined;
}

/** A code in a comment that silences it. */
function describeSilenced(line: number, text: string, comment: Span, character: number): Hover | undefined {
  const codes = parseSuppression(text, comment)?.codes ?? [];
  const code = codes.find(({ start, end }) => start <= character && character <= end);
  if (code === undefined || !isCode(code.text)) return undefined;
  return { range: rangeOn(line, code), contents: `\`${code.text}\`: ${ruleOf(code.text).summary}` };
}

function wordAt(text: string, character: number): { start: number; end: number; text: string } | undefined {
  for (const { 0: word, index } of text.matchAll(/[\w-]+\+?|==|&/g)) {
    if (index <= character && character <= index + word.length) {
      return { start: index, end: index + word.length, text: word };
    }
  }
  return undefined;
}

function describePart(line: Line, part: Part): string {
  switch (part.kind) {
    case "cpu":
      return describeCpu(line, part.index);
    case "target":
      return describeTarget(line, part.name);
    case "register":
      return describeRegister(line, part.name);
    case "field":
      return describeField(line, part.register, part.field);
    case "host":
      return describeHost(line, part.name, part.relation);
    case "value":
      return describeValue(line, part.node, part.value);
  }
}

function describeCpu({ analysis, number }: Line, cpu: number): string {
  const setup = setupAt(analysis, number);
  const affinity = affinityOf(cpu);
  const route = [affinity >> 16, (affinity >> 8) & 0xff, affinity & 0xff].join(".");
  if (setup.model === "v2") return `**cpu${cpu}** of ${setup.cpus}`;
  const address = new Environment(setup).baseOf("GICR", cpu).toString(16).padStart(8, "0");
  return `**cpu${cpu}** of ${setup.cpus}: affinity 0.${route}, redistributor at \`0x${address}\``;
}

function describeTarget(line: Line, name: string): string {
  const declared = nameAt(line.analysis, line.number, name);
  if (declared !== undefined) return describeName(line, name);
  const frame = frameNamed(name);
  if (frame !== undefined) return describeFrame(line, frame);
  const page = describeRegister(line, name);
  if (line.placed === undefined || line.operation === undefined || page === "") return page;
  const { evaluation } = line.placed;
  const operation = evaluation.scenario.operations.at(line.operation);
  const interrupts = interruptsAccessed(operation, evaluation.scenario.setup);
  const states = statesSection(line.placed, line.operation + 1, interrupts);
  const reads = evaluation.outcome(line.operation, 0).value !== undefined;
  return sections([reads ? answered(line) : "", afterLine(states), page]);
}

function describeFrame({ analysis, number }: Line, frame: MemoryFrame): string {
  const base = new Environment(setupAt(analysis, number)).baseOf(frame, 0).toString(16).padStart(8, "0");
  const names = {
    GICD: "distributor",
    GICR: "redistributor of cpu0",
    GICC: "CPU interface",
    GITS: "interrupt translation service",
  };
  return `**${frame}**: the ${names[frame]}, at guest physical \`0x${base}\``;
}

function describeRegister({ analysis, number, placed, operation }: Line, name: string): string {
  const setup = setupAt(analysis, number);
  const register = registers(setup.model).find(name) ?? registers(setup.model).find(`${name}0`);
  const access = operation === undefined ? undefined : placed?.evaluation.scenario.operations.at(operation);
  return register ? registerPage(register, setup, access ? cpuMeant(access, setup) : 0) : "";
}

function describeField({ analysis, number }: Line, register: string, name: string): string {
  const field = rowOf(setupAt(analysis, number).model, register)?.fields.find((one) => one.name === name);
  if (field === undefined) return "";
  const mask = ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
  return sections([`**${register}.${name}** ${bitsWords(field)}: ${field.doc}`, numberLine(mask)]);
}

function describeName({ analysis, number }: Line, name: string): string {
  const found = nameAt(analysis, number, name);
  if (found === undefined) return "";
  const { value } = found.declaration;
  const heading = `\`let ${name}\`, line ${found.line + 1}`;
  return sections([heading, value === undefined ? "" : numberLine(value)]);
}

function describeValue(line: Line, node: Expression, value: Value): string {
  const { analysis, number, placed } = line;
  const own = valueOn(analysis, number, node);
  if (own === undefined) return "";
  const whole = valueOn(analysis, number, value.expression) ?? own;
  const operation =
    line.operation === undefined ? undefined : placed?.evaluation.scenario.operations.at(line.operation);
  const answers = value.role === "expected" ? answered(line) : "";
  const parts = [answers, node.kind === "name" ? describeName(line, node.name) : numberLine(own)];
  if (whole !== own) parts.push(`The whole value: ${numberLine(whole)}`);
  if (placed === undefined || operation === undefined || line.operation === undefined) return sections(parts);
  parts.push(meaningSection(whole, value.role, operation));
  const interrupts = interruptsMeant(whole, value.role, operation, placed.evaluation.scenario.setup);
  const translation = translationOf(line);
  // Of an LPI that is mapped the translation says all.
  const states = translation === "" ? statesSection(placed, line.operation + 1, interrupts) : translation;
  return sections([...parts, afterLine(states)]);
}

const CASE_HOSTS: Readonly<Record<HostCondition["relation"], string>> = {
  before: "What is expected of hosts that are older than it.",
  from: "What is expected of it and of newer hosts.",
  host: "What is expected of it.",
};

/** A host: the revisions that it can show; where a case is about it, also what the line answers. */
function describeHost(line: Line, name: string, relation: HostCondition["relation"] | undefined): string {
  const named = line.analysis.program.header.hosts.get(name);
  const host = named ?? parseHost(name);
  if (typeof host === "string") return "";
  const { defaultRevision } = host.profile;
  const selectable = selectableRevisions(host.profile);
  const choice =
    selectable.length > 1 ? `; a VMM can select ${listed(selectable.map(String))}` : " and no other";
  const meant = named === undefined ? "" : ` \`${host.name}\`, as the configuration says;`;
  return sections([
    relation === undefined ? "" : answered(line),
    `**${name}**:${meant} shows revision ${defaultRevision}${choice}.`,
    relation === undefined ? "" : CASE_HOSTS[relation],
  ]);
}

/** What is said of a word wherever it stands. */
function pageOf(word: string): string | undefined {
  const own = <T>(pages: Readonly<Record<string, T>>): T | undefined =>
    Object.hasOwn(pages, word) ? pages[word] : undefined;
  const [errno, form] = [own(ERRNO_WORDS), own(FORMS)];
  return own(WORDS) ?? (errno === undefined ? form && formPage(form) : `\`${word}\`: ${errno}`);
}

/** A keyword, or a word of a line that cannot be read. */
function describeWord(line: Line, word: string, statement: Statement | undefined): string {
  const found = formOf(line.text);
  const isOfForm = found?.keywords.split(" ").includes(word) ?? false;
  if (line.placed !== undefined && line.operation !== undefined && found !== undefined && isOfForm) {
    return sections([answered(line), afterLine(translationOf(line)), formPage(found.form)]);
  }
  if (found !== undefined && isOfForm) return formPage(found.form);
  if (/^rev\d/.test(word)) return describeRevisions(line, word, statement);
  const page = pageOf(word);
  if (word === "==" && page !== undefined) return sections([answered(line), page]);
  if (page !== undefined) return page;
  if (statement === undefined) return describeRegister(line, word);
  return found !== undefined && line.operation === undefined ? formPage(found.form) : "";
}

/** What naming revisions says where they stand: what to compare with, or whose answer is expected. */
function describeRevisions(line: Line, word: string, statement: Statement | undefined): string {
  const [, first, last] = /^rev(\d+)(?:-(\d+)|\+)?/.exec(word) ?? [];
  const several = last === undefined ? `revisions ${first} and later` : `revisions ${first} to ${last}`;
  const which = /[+-]/.test(word) ? several : `revision ${first}`;
  if (statement?.kind === "compare") return `The scenario is run under ${which}, too, and compared with it.`;
  return sections([answered(line), `What is expected under ${which}.`]);
}

/** What the line's operation answers, and why revisions differ, unless that is said beside it. Empty without one. */
function answered({ placed, operation, isExplained }: Line): string {
  if (placed === undefined || operation === undefined) return "";
  return answersSection(placed, operation, !isExplained);
}

function afterLine(table: string): string {
  return table === "" ? "" : `After this line:\n\n${table}`;
}

/** What the ids that a command or an MSI names mean to the ITS after a line. */
function translationOf({ placed, operation }: Line): string {
  if (placed === undefined || operation === undefined) return "";
  return translationSection(placed, operation + 1, placed.evaluation.scenario.operations.at(operation));
}

function sections(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
