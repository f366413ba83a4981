/** The grammar of what a guest does. */
import type { OrMethodOpts } from "chevrotain";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { ItsCommandParser } from "./its-commands.ts";
import { at, cpuOf, wordOf } from "./values.ts";
import { widthOf } from "./width.ts";

export abstract class GuestParser extends ItsCommandParser {
  /** The vCPU of the operation in hand. */
  #cpu: ast.CpuRef = { start: 0, end: 0, index: 0 };

  readonly #accesses: OrMethodOpts<ast.OperationStatement> = {
    DEF: [
      {
        ALT: () => {
          const cpu = this.#cpu;
          const width = widthOf(this.CONSUME(token.Read).image);
          const target = this.SUBRULE(this.target);
          const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
          return {
            kind: "mmio",
            start: cpu.start,
            end: this.end(),
            cpu,
            write: false,
            width,
            target,
            outcome,
          };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          const width = widthOf(this.CONSUME(token.Write).image);
          const target = this.SUBRULE1(this.target);
          const value = this.needed(
            "writtenValue",
            this.OPTION4(() => this.SUBRULE(this.value)),
          );
          const outcome = this.valueless(this.OPTION1(() => this.SUBRULE1(this.outcome)));
          const end = this.end();
          return { kind: "mmio", start: cpu.start, end, cpu, write: true, width, target, value, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Mrs);
          const register = wordOf(this.CONSUME(token.Word, at("systemRegister")));
          const outcome = this.OPTION2(() => this.SUBRULE2(this.outcome));
          return { kind: "sysreg", start: cpu.start, end: this.end(), cpu, write: false, register, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Msr);
          const register = wordOf(this.CONSUME1(token.Word, at("systemRegister")));
          const value = this.needed(
            "writtenValue",
            this.OPTION5(() => this.SUBRULE1(this.value)),
          );
          const outcome = this.valueless(this.OPTION3(() => this.SUBRULE3(this.outcome)));
          const end = this.end();
          return { kind: "sysreg", start: cpu.start, end, cpu, write: true, register, value, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Run);
          const outcome = this.valueless(this.OPTION6(() => this.SUBRULE4(this.outcome)));
          return { kind: "run", start: cpu.start, end: this.end(), cpu, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Its);
          const { command, operands } = this.SUBRULE(this.itsCommand);
          return { kind: "its-command", start: cpu.start, end: this.end(), cpu, command, operands };
        },
      },
    ],
    ERR_MSG: "access" satisfies Place,
  };

  readonly cpuOperation = this.RULE("cpuOperation", () => {
    this.#cpu = cpuOf(this.CONSUME(token.Cpu));
    return this.OR(this.#accesses);
  });
}
