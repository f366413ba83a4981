/** Declarations to the setup of a scenario: what is in force, and what is wrong with it. */

import type { Span } from "../syntax/statement.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { checkFacts } from "./check-facts.ts";
import { describesMachine, type FactDeclaration, type Facts, factOf, isFact, valueKey } from "./facts.ts";
import type { InvalidDeclarationReason, ProblemDetail, Report } from "./problem.ts";
import { type Reading, readFact } from "./read-fact.ts";
import type { Scope } from "./scope.ts";
import { type DeclarationPlace, type Declarations, type Fact, noDeclarations } from "./setup.ts";

/** Takes a problem at a line of the section. */
export type ReportAt = (line: number, span: Span, detail: ProblemDetail) => void;

/** Collects the declarations of a section on top of those that it inherits. */
export class SetupBuilder {
  readonly #inherited: Declarations;
  readonly #inHeader: boolean;
  readonly #scope: Scope;
  readonly #report: ReportAt;
  readonly #facts: Facts;
  readonly #own: Partial<Record<Fact, DeclarationPlace>> = {};
  /** What the section declares more than once. */
  readonly #repeated = new Set<Fact>();
  readonly #attempted: Set<string>;
  readonly #wrong: Set<string>;

  constructor(inherited: Declarations, inHeader: boolean, scope: Scope, report: ReportAt) {
    this.#inherited = inherited;
    this.#inHeader = inHeader;
    this.#scope = scope;
    this.#report = report;
    this.#facts = { ...inherited.facts };
    this.#attempted = new Set(inherited.attempted);
    this.#wrong = new Set(inherited.wrong);
  }

  /** The model declared so far. */
  get model(): Model | undefined {
    return this.#facts.model;
  }

  /** Notes a declaration that cannot be read; the keyword is empty where the line is like nothing. */
  misread(keyword: string): void {
    this.#attempted.add(keyword);
    this.#refuse(keyword);
  }

  /** Whether a problem of an operation only follows from a declaration that is wrong, or that is missing. */
  explains(problem: ProblemDetail): boolean {
    const isLost = (keyword: "gic" | "cpus" | "irqs" | "its" | "ram"): boolean =>
      this.#wrong.has(keyword) || (this.#attempted.has("") && !this.#attempted.has(keyword));
    // Which registers and fields there are, and what they take, is not known without a model.
    if (isLost("gic")) return true;
    switch (problem.code) {
      case "missing-declaration":
        // Guest memory comes with an ITS.
        return isLost("its") || (problem.declaration === "ram" && isLost("ram"));
      // What is assumed of a model that nobody declares is no reason to blame registers of the other.
      case "unknown-register":
        return problem.otherModel !== undefined && !this.#attempted.has("gic");
      case "unknown-field":
        return !this.#attempted.has("gic");
      case "invalid-value":
        return (
          (problem.reason === "no-such-cpu" && isLost("cpus")) ||
          (problem.reason === "intid" && isLost("irqs"))
        );
      default:
        return false;
    }
  }

  /**
   * Notes that a declaration cannot be taken as it is: what the VM is, is not known.
   * @param what a fact, or the keyword where nothing more of the line can be read
   */
  #refuse(what: string): void {
    if (describesMachine(what)) this.#wrong.add(what);
  }

  /** Takes a declaration; `evaluate` gives the value of an expression in it, if it has one. */
  declare(statement: FactDeclaration, line: number, evaluate: Reading["evaluate"]): void {
    const fact = factOf(statement);
    if (fact === undefined) return;
    this.#attempted.add(statement.kind);
    const first = this.#own[fact];
    if (first !== undefined && !this.#isFurtherRegion(statement)) {
      const code = "duplicate-declaration";
      this.#repeated.add(fact);
      this.#report(line, statement, { code, declaration: fact, firstLine: first.line });
      if (this.#contradicts(statement, fact)) this.#refuse(fact);
      return;
    }
    this.#own[fact] = { start: statement.start, end: statement.end, line, inHeader: this.#inHeader };
    if (first === undefined) this.#wrong.delete(fact);
    const report: Report = (span, detail) => this.#report(line, span, detail);
    readFact(statement, {
      facts: this.#facts,
      scope: this.#scope,
      isFirst: first === undefined,
      evaluate,
      report,
      refuse: (wrong) => this.#refuse(wrong),
      invalid: (wrong, span, reason) => this.#invalid(wrong, line, span, reason),
    });
  }

  /** Whether a second declaration says something else than the first: then nobody knows which of the two is meant. */
  #contradicts(statement: FactDeclaration, fact: Fact): boolean {
    const facts: Facts = { ...noDeclarations.facts };
    const [scope, ignore] = [this.#scope, () => {}];
    const evaluate: Reading["evaluate"] = (expression) => scope.evaluate(expression, ignore);
    readFact(statement, {
      facts,
      scope,
      isFirst: true,
      evaluate,
      report: ignore,
      refuse: ignore,
      invalid: ignore,
    });
    return valueKey(facts, fact) !== valueKey(this.#facts, fact);
  }

  /** Whether a declaration adds a region of redistributors to others. */
  #isFurtherRegion(statement: FactDeclaration): boolean {
    return (
      statement.kind === "base" &&
      statement.frame.text === "redist" &&
      statement.count !== undefined &&
      this.#facts.regions !== undefined
    );
  }

  /**
   * What is in force after the section's declarations; checks those that depend on each other. `firstLine` is
   * blamed for what no line of the section declares.
   */
  finish(firstLine: Span): Declarations {
    checkFacts({
      facts: this.#facts,
      own: this.#own,
      inHeader: this.#inHeader,
      firstLine,
      invalid: (fact, line, span, reason) => this.#invalid(fact, line, span, reason),
    });
    this.#reportRedundant();
    const places = { ...this.#inherited.places, ...this.#own };
    return { facts: this.#facts, places, attempted: this.#attempted, wrong: this.#wrong };
  }

  #reportRedundant(): void {
    for (const fact of Object.keys(this.#own)) {
      if (!isFact(fact)) continue;
      const place = this.#own[fact];
      if (place === undefined || this.#inherited.places[fact] === undefined) continue;
      if (valueKey(this.#facts, fact) !== valueKey(this.#inherited.facts, fact)) continue;
      // Without the first of two the second would be in force.
      if (this.#repeated.has(fact)) continue;
      // Beside a host of its own a revision is no repetition: it says what this host is to show.
      if (fact === "revision" && this.#own.host !== undefined) continue;
      this.#report(place.line, place, { code: "redundant-declaration", declaration: fact });
      this.#own[fact] = { ...place, isRedundant: true };
    }
  }

  #invalid(fact: Fact, line: number, span: Span, reason: InvalidDeclarationReason): void {
    this.#refuse(fact);
    this.#report(line, span, { code: "invalid-declaration", ...reason });
  }
}
