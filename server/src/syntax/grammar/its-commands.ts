/** The grammar of ITS commands. */
import type { OrMethodOpts } from "chevrotain";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { DeclarationParser } from "./declarations.ts";
import { at, cpuOf, wordOf } from "./values.ts";

type ItsCommand = Pick<Extract<ast.OperationStatement, { kind: "its-command" }>, "command" | "operands">;

export abstract class ItsCommandParser extends DeclarationParser {
  readonly #itsCommands: OrMethodOpts<ItsCommand> = {
    DEF: [
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapd));
          const device = this.SUBRULE(this.device);
          const table = this.OR1<ast.ItsOperands>({
            DEF: [
              {
                ALT: () => {
                  this.CONSUME(token.Itt);
                  const itt = this.SUBRULE(this.value);
                  this.CONSUME(token.Bits, at("bits"));
                  return { itt, bits: this.SUBRULE1(this.value) };
                },
              },
              {
                ALT: () => {
                  this.CONSUME(token.Off);
                  return {};
                },
              },
            ],
            ERR_MSG: "table" satisfies Place,
          });
          return { command, operands: { device, ...table } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapc));
          const collection = this.SUBRULE(this.collection);
          const redistributor = this.OR2<ast.ItsOperands>({
            DEF: [
              { ALT: () => ({ to: this.SUBRULE(this.toCpu) }) },
              {
                ALT: () => {
                  this.CONSUME1(token.Off);
                  return {};
                },
              },
            ],
            ERR_MSG: "redistributor" satisfies Place,
          });
          return { command, operands: { collection, ...redistributor } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapti));
          const device = this.SUBRULE1(this.device);
          const event = this.SUBRULE(this.event);
          this.CONSUME(token.Lpi, at("lpi"));
          const lpi = this.SUBRULE2(this.value);
          return { command, operands: { device, event, lpi, collection: this.SUBRULE1(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.EventToCollection));
          const device = this.SUBRULE2(this.device);
          const event = this.SUBRULE1(this.event);
          return { command, operands: { device, event, collection: this.SUBRULE2(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Movall));
          const from = cpuOf(this.CONSUME(token.Cpu, at("cpu")));
          return { command, operands: { from, to: this.SUBRULE1(this.toCpu) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.AboutEvent));
          const device = this.SUBRULE3(this.device);
          return { command, operands: { device, event: this.SUBRULE2(this.event) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Invall));
          return { command, operands: { collection: this.SUBRULE3(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Sync));
          return { command, operands: { to: cpuOf(this.CONSUME1(token.Cpu, at("cpu"))) } };
        },
      },
    ],
    ERR_MSG: "itsCommand" satisfies Place,
  };

  readonly itsCommand = this.RULE("itsCommand", () => this.OR(this.#itsCommands));

  readonly device = this.RULE("device", () => {
    this.CONSUME(token.Device, at("device"));
    return this.SUBRULE(this.value);
  });

  readonly event = this.RULE("event", () => {
    this.CONSUME(token.EventKeyword, at("event"));
    return this.SUBRULE(this.value);
  });

  readonly collection = this.RULE("collection", () => {
    this.CONSUME(token.Collection, at("collection"));
    return this.SUBRULE(this.value);
  });

  readonly toCpu = this.RULE("toCpu", () => {
    this.CONSUME(token.To, at("otherCpu"));
    return cpuOf(this.CONSUME(token.Cpu, at("cpu")));
  });
}
