/**
 * The grammar: one statement a call, the AST built on the way. Decisions look at one token, and nothing is
 * recovered, because a broken line costs only itself. Where a rule can fail it names the place (places.ts);
 * syntax-problem.ts turns that into words.
 */

import type { OrMethodOpts } from "chevrotain";
import { titleOf } from "../leaves.ts";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { MachineParser } from "./machine.ts";
import { at, endOf } from "./values.ts";

/** The parser. Use parseLine: it also reads comments and puts faults into words. */
export class TraceParser extends MachineParser {
  constructor(options: { validate: boolean }) {
    super(options);
    this.performSelfAnalysis();
  }

  readonly #statements: OrMethodOpts<ast.Statement> = {
    DEF: [
      { ALT: () => this.SUBRULE(this.cpuOperation) },
      { ALT: () => this.SUBRULE(this.userOperation) },
      { ALT: () => this.SUBRULE(this.lineOperation) },
      { ALT: () => this.SUBRULE(this.settle) },
      { ALT: () => this.SUBRULE(this.newMachine) },
      { ALT: () => this.SUBRULE(this.migrate) },
      { ALT: () => this.SUBRULE(this.memoryOperation) },
      { ALT: () => this.SUBRULE(this.signal) },
      { ALT: () => this.SUBRULE(this.declaration) },
      { ALT: () => this.SUBRULE(this.scenario) },
    ],
    ERR_MSG: "statement" satisfies Place,
  };

  readonly statement = this.RULE("statement", () => this.OR(this.#statements));

  readonly scenario = this.RULE("scenario", (): ast.ScenarioStatement => {
    const { startOffset: start } = this.CONSUME(token.Scenario);
    const title = this.CONSUME(token.StringLiteral, at("title"));
    const end = endOf(title);
    return {
      kind: "scenario",
      start,
      end,
      title: titleOf(title.image),
      titleSpan: { start: title.startOffset, end },
    };
  });
}
