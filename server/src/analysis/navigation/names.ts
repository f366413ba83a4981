/** `let` names and every word that means them. */
import type { Position } from "../../document/document.ts";
import { isRegisterName } from "../../program/scope.ts";
import type { Expression, Span, Statement, Word } from "../../syntax/statement.ts";
import { isKeyword, tokenize } from "../../syntax/tokens.ts";
import type { Analysis, Range } from "../analysis.ts";
import { valuesOf } from "../part.ts";
import { rangeOn, scenarioAt } from "../place.ts";

/** A `let` line of the file, by the name it declares. */
export interface DeclaredName {
  readonly name: string;
  readonly line: number;
  readonly range: Range;
}

/** A word that means a name. */
export interface Occurrence {
  readonly range: Range;
  /** Whether the word declares the name. */
  readonly declares: boolean;
}

/** The name that the word at a position means. */
export function nameAtPosition(
  analysis: Analysis,
  { line, character }: Position,
): { readonly declared: DeclaredName; readonly range: Range } | undefined {
  const word = namesOn(analysis, line).find(({ start, end }) => start <= character && character <= end);
  const declared = word && meaningOf(analysis, line, word);
  return declared && { declared, range: rangeOn(line, word) };
}

/** Every word that means a name, in order. */
export function occurrencesOf(analysis: Analysis, { name, line: first }: DeclaredName): Occurrence[] {
  const placed = scenarioAt(analysis, first);
  const { lines } = analysis.document;
  const end =
    placed === undefined ? lines.length : placed.firstLine + placed.evaluation.scenario.lines.length;
  const found: Occurrence[] = [];
  for (let line = first; line < end; line++) {
    if (!lines.at(line).text.includes(name)) continue;
    for (const word of namesOn(analysis, line)) {
      if (word.text !== name || meaningOf(analysis, line, word)?.line !== first) continue;
      found.push({ range: rangeOn(line, word), declares: word.declares });
    }
  }
  return found;
}

/** Why a name cannot be called something else; undefined if it can. */
export function objectionTo(analysis: Analysis, declared: DeclaredName, name: string): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    return `\`${name}\` is no name: write letters, digits and \`_\`, not starting with a digit`;
  }
  if (isKeyword(name)) return `\`${name}\` is a word of the language: choose another name`;
  if (isRegisterName(name)) return `\`${name}\` is a register: choose another name`;
  const taken = declarationsOf(analysis, name).find((other) => mayMeet(analysis, declared, other));
  return taken && `\`${name}\` is already declared on line ${taken.line + 1}: choose another name`;
}

/** Names of the head of the file meet all, those of a scenario only each other. */
function mayMeet(analysis: Analysis, one: DeclaredName, other: DeclaredName): boolean {
  const [own, others] = [scenarioAt(analysis, one.line), scenarioAt(analysis, other.line)];
  return own === undefined || others === undefined || own === others;
}

function declarationsOf({ program: { header, scenarios } }: Analysis, name: string): DeclaredName[] {
  const sections = [
    { firstLine: 0, names: header.names },
    ...scenarios.map(({ firstLine, scenario }) => ({ firstLine, names: scenario.names })),
  ];
  return sections.flatMap(({ firstLine, names }) => {
    const found = names.get(name);
    if (found === undefined) return [];
    const line = firstLine + found.line;
    return [{ name, line, range: rangeOn(line, found) }];
  });
}

interface NameWord extends Word {
  readonly declares: boolean;
}

/** What a word means where it stands. The value of a `let` cannot speak of the name that it declares. */
function meaningOf(
  analysis: Analysis,
  line: number,
  { text: name, declares }: NameWord,
): DeclaredName | undefined {
  const placed = scenarioAt(analysis, line);
  const holds = (at: number): boolean => at < line || (declares && at === line);
  const own = placed?.evaluation.scenario.names.get(name);
  if (placed !== undefined && own !== undefined && holds(placed.firstLine + own.line)) {
    const at = placed.firstLine + own.line;
    return { name, line: at, range: rangeOn(at, own) };
  }
  const inherited = analysis.program.header.names.get(name);
  if (inherited === undefined || !holds(inherited.line)) return undefined;
  return { name, line: inherited.line, range: rangeOn(inherited.line, inherited) };
}

/** The words of a line that may be names; those of a line that cannot be read are guessed. */
function namesOn({ document: { lines } }: Analysis, line: number): NameWord[] {
  const { text, parsed } = lines.at(line);
  if (parsed.statement !== undefined) return namesIn(parsed.statement);
  if (parsed.problem === undefined) return [];
  const { tokens } = tokenize(text.slice(0, parsed.comment?.start));
  return tokens
    .filter(({ kind }) => kind === "word")
    .map(({ start, end, text: name }) => ({
      start,
      end,
      text: name,
      declares: parsed.attempt?.keyword === "let" && parsed.attempt.name === name,
    }));
}

function namesIn(statement: Statement): NameWord[] {
  const words: NameWord[] = [];
  const add = ({ start, end }: Span, text: string, declares = false): void => {
    words.push({ start, end, text, declares });
  };
  const walk = (expression: Expression): void => {
    if (expression.kind === "name") add(expression, expression.name);
    if (expression.kind === "unary") walk(expression.operand);
    if (expression.kind === "binary") {
      walk(expression.left);
      walk(expression.right);
    }
  };
  if (statement.kind === "let") add(statement.name, statement.name.text, true);
  if ("target" in statement && statement.target.base.kind === "name") {
    const { base } = statement.target;
    if (!isRegisterName(base.name)) add(base, base.name);
  }
  for (const { expression } of valuesOf(statement)) walk(expression);
  return words;
}
