/**
 * The walk over the lines of a section: the header, or a scenario. Declarations are collected until the first
 * operation fixes the setup; each operation is resolved under it.
 */

import type { TraceLine } from "../document/line.ts";
import type { Lines } from "../document/lines.ts";
import type { LineCache } from "../document/shapes/line-cache.ts";
import {
  type Declaration,
  type Expression,
  isOperation,
  type ParsedLine,
  type Span,
} from "../syntax/statement.ts";
import { compileOperation } from "./compile.ts";
import { SetupBuilder } from "./declare.ts";
import { type Environment, sharedEnvironment } from "./environment.ts";
import { factOf } from "./facts.ts";
import { Operations } from "./operations.ts";
import {
  type LineProblem,
  type MissingDeclaration,
  type Problem,
  type ProblemDetail,
  type Report,
  syntaxProblem,
} from "./problem.ts";
import { countRevisions, type RevisionsNamed } from "./revisions-named.ts";
import { type InheritedNames, isRegisterName, Scope } from "./scope.ts";
import { type Declarations, missingDeclarations, type Setup, setupOf } from "./setup.ts";
import type { Template } from "./template.ts";
import { wordsOf } from "./unused-names.ts";

/** What a section inherits from the header. */
export interface Inherited extends InheritedNames {
  readonly declarations: Declarations;
}

/** So many templates of lines with names are kept; then all are forgotten. */
const mostNamed = 1000;

/** Reads the lines of one section, in order. */
export class SectionReader {
  readonly problems: Problem[] = [];
  readonly scope: Scope;
  readonly #lines: Lines;
  readonly #cache: LineCache;
  /** What each operation is made from, with room for one a line: a list that grows takes several times the memory. */
  readonly #templates: Template[];
  readonly #lineNumbers: Int32Array;
  #count = 0;
  /** Templates of lines with names, by their text: they hold until the next name is declared. */
  readonly #named = new Map<string, Template>();
  /** The templates that name revisions. */
  readonly #naming: Template[] = [];
  readonly #inHeader: boolean;
  readonly #builder: SetupBuilder;
  #line = 0;
  #declarations: Declarations | undefined;
  #environment: Environment | undefined;
  #operationMisplaced = false;
  /** What follows was to be of another scenario, and would be right there. */
  #scenarioLost = false;
  /** Something is not said of operations, since it only follows from what is said elsewhere. */
  #holdsBack = false;
  /** Where the last statement of each kind stands; found when it is first asked for. */
  #lastDeclared: ReadonlyMap<string, number> | undefined;

  constructor(
    lines: Lines,
    inherited: Inherited,
    { inHeader, cache }: { readonly inHeader: boolean; readonly cache: LineCache },
  ) {
    this.#lines = lines;
    this.#cache = cache;
    this.#templates = new Array<Template>(lines.length);
    this.#lineNumbers = new Int32Array(lines.length);
    this.#inHeader = inHeader;
    this.scope = new Scope(inherited, lines);
    this.#builder = new SetupBuilder(inherited.declarations, inHeader, this.scope, this.#reportAt);
    this.scope.model = this.#builder.model;
  }

  /** Reads every line. */
  read(): this {
    for (this.#line = 0; this.#line < this.#lines.length; this.#line++) {
      const line = this.#lines.glance(this.#line);
      if (line.isOperation) this.#readOperation(line);
      else this.#readLine(line.parsed);
    }
    return this;
  }

  /** The declarations in force; those below the first operation do not count. */
  get declarations(): Declarations {
    this.#declarations ??= this.#builder.finish(this.#firstLine());
    return this.#declarations;
  }

  #firstLine(): Span {
    return this.#lines.length === 0 ? { start: 0, end: 0 } : spanOf(this.#lines.at(0));
  }

  /** Whether a declaration that the operations depend on is wrong or misplaced: see Scenario. */
  get declaresWrongly(): boolean {
    return this.#holdsBack || this.#scenarioLost || this.declarations.wrong.size > 0;
  }

  /** The revisions that expectations speak of. */
  get revisionsNamed(): RevisionsNamed {
    return countRevisions(new Map(), { come: this.#naming, gone: [] });
  }

  get operations(): Operations {
    return new Operations(this.#lines, this.#templates, this.#lineNumbers, this.#count);
  }

  get setup(): Setup {
    return setupOf(this.declarations);
  }

  readonly #reportAt = (line: number, { start, end }: Span, detail: ProblemDetail): void => {
    this.problems.push({ ...detail, start, end, line });
  };

  readonly #report: Report = (span, detail) => {
    this.#reportAt(this.#line, span, detail);
  };

  #readLine({ statement, problem, attempt }: ParsedLine): void {
    if (problem !== undefined) this.problems.push(syntaxProblem(problem, this.#line));
    // Below the first operation no declaration counts, and so none can be missed.
    if (attempt !== undefined && this.#environment === undefined) this.#builder.misread(attempt.keyword);
    if (attempt?.losesScenario) this.#scenarioLost = true;
    switch (statement?.kind) {
      case "let":
        this.#readLet(statement);
        break;
      case "scenario":
        break;
      default:
        if (statement !== undefined && !isOperation(statement)) this.#readFact(statement);
    }
  }

  #readLet({ name, value: expression }: Extract<Declaration, { kind: "let" }>): void {
    const value = this.#declaredValue(expression);
    const first = this.scope.names.get(name.text);
    if (first !== undefined) {
      const code = "duplicate-declaration";
      this.#report(name, { code, declaration: name.text, firstLine: first.line });
      if (value === first.value) return;
      this.#named.clear();
      this.scope.names.set(name.text, { ...first, isContradicted: true });
      return;
    }
    if (isRegisterName(name.text)) {
      const code = "invalid-declaration";
      this.#report(name, { code, reason: "name-of-register", name: name.text });
    }
    this.#named.clear();
    this.scope.names.set(name.text, { start: name.start, end: name.end, line: this.#line, value });
  }

  #readFact(statement: Exclude<Declaration, { kind: "let" }>): void {
    const what = factOf(statement);
    if (this.#scenarioLost) return;
    if (this.#environment !== undefined && what !== undefined) {
      this.#report(statement, { code: "misplaced-declaration", what });
      // It was to be another machine than the one that the operations ran on.
      if (what !== "compare") this.#holdsBack = true;
      return;
    }
    this.#builder.declare(statement, this.#line, (expression) => this.#declaredValue(expression));
    this.scope.model = this.#builder.model;
  }

  /** The value of an expression in a declaration; undefined where it depends on a name whose value is not known. */
  #declaredValue(expression: Expression): bigint | undefined {
    const { misses } = this.scope;
    const value = this.scope.evaluate(expression, this.#report);
    return this.scope.misses > misses ? undefined : value;
  }

  #readOperation(line: TraceLine): void {
    if (this.#inHeader) {
      this.#readMisplacedOperation(line);
      return;
    }
    this.#environment ??= this.#begin(line);
    const known = this.#environment.templates.find(line) ?? this.#named.get(line.text);
    if (known !== undefined) {
      this.#add(known);
      return;
    }
    const { misses } = this.scope;
    const { template, problems } = compileOperation(line, this.#environment, this.scope);
    for (const problem of problems) {
      if (this.#isExplained(problem)) this.#holdsBack = true;
      else this.problems.push({ ...problem, line: this.#line });
    }
    if (this.scope.misses > misses) this.#holdsBack = true;
    if (template === undefined) return;
    this.#add(template);
    if (!template.usesNames || problems.length > 0) return;
    if (this.#named.size >= mostNamed) this.#named.clear();
    this.#named.set(line.text, template);
  }

  #add(template: Template): void {
    this.#templates[this.#count] = template;
    this.#lineNumbers[this.#count++] = this.#line;
    if (template.revisionsNamed.length > 0) this.#naming.push(template);
  }

  /** Whether a problem of an operation is not worth a message, as another one is its cause. */
  #isExplained(problem: LineProblem): boolean {
    if (this.#scenarioLost || this.#builder.explains(problem)) return true;
    return problem.code === "missing-declaration" && this.#isDeclaredBelow(problem.declaration);
  }

  /** The first operation fixes the setup. */
  #begin(line: TraceLine): Environment {
    const { declarations } = this;
    for (const declaration of missingDeclarations(declarations)) {
      if (this.#isDeclaredBelow(declaration)) continue;
      this.#report(firstWordOf(line), { code: "missing-declaration", declaration });
    }
    const { setup } = this;
    this.scope.model = setup.model;
    return sharedEnvironment(setup, this.#cache);
  }

  /** Then the declaration is reported as misplaced, which says it all. */
  #isDeclaredBelow(kind: MissingDeclaration["declaration"]): boolean {
    this.#lastDeclared ??= lastOfEachKind(this.#lines);
    return (this.#lastDeclared.get(kind) ?? -1) > this.#line;
  }

  #readMisplacedOperation(line: TraceLine): void {
    // One is enough to say that all of them belong below.
    if (!this.#operationMisplaced && !this.#scenarioLost)
      this.#report(firstWordOf(line), { code: "misplaced-declaration", what: "operation" });
    this.#operationMisplaced = true;
    // It does not run, and yet it says which names it is about.
    for (const word of wordsOf(line.text)) this.scope.used.add(word);
  }
}

/** The columns of a line's statement, or of all of it. */
function spanOf({ parsed: { statement }, text }: TraceLine): Span {
  return statement ?? { start: 0, end: text.length };
}

/** Where a line begins to say something. */
function firstWordOf(line: TraceLine): Span {
  const { start, end } = spanOf(line);
  const length = line.text.slice(start, end).search(/\s|$/);
  return { start, end: start + length };
}

function lastOfEachKind(lines: Lines): ReadonlyMap<string, number> {
  return new Map(
    lines.all.flatMap(({ parsed: { statement } }, line) => (statement ? [[statement.kind, line]] : [])),
  );
}
