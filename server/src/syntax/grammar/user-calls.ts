/** The grammar of what a VMM asks of the vGIC's device. */
import { type OrMethodOpts, tokenMatcher } from "chevrotain";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { GuestParser } from "./guest.ts";
import { at, wordOf } from "./values.ts";

export abstract class UserCallParser extends GuestParser {
  /** Where the operation in hand starts. */
  #start = 0;

  readonly userOperation = this.RULE("userOperation", (): ast.OperationStatement => {
    this.#start = this.CONSUME(token.User).startOffset;
    return this.OR(this.#userVerbs);
  });

  readonly #userVerbs: OrMethodOpts<ast.OperationStatement> = {
    DEF: [
      { ALT: () => this.SUBRULE(this.userGet) },
      { ALT: () => this.SUBRULE(this.userSet) },
      { ALT: () => this.SUBRULE(this.userHas) },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Init);
          const outcome = this.valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
          return { kind: "init", start, end: this.end(), verb: "do", outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Save);
          const action = this.OR1<ast.TablesAction>({
            DEF: [
              {
                ALT: () => {
                  this.CONSUME(token.Its);
                  return "save its";
                },
              },
              {
                ALT: () => {
                  this.CONSUME(token.Pending);
                  return "save pending";
                },
              },
            ],
            ERR_MSG: "saved" satisfies Place,
          });
          const outcome = this.valueless(this.OPTION1(() => this.SUBRULE1(this.outcome)));
          return { kind: "tables", start, end: this.end(), action, outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Restore);
          this.CONSUME1(token.Its, at("tables"));
          const outcome = this.valueless(this.OPTION2(() => this.SUBRULE2(this.outcome)));
          return { kind: "tables", start, end: this.end(), action: "restore its", outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Reset);
          this.CONSUME2(token.Its, at("tables"));
          const outcome = this.valueless(this.OPTION3(() => this.SUBRULE3(this.outcome)));
          return { kind: "tables", start, end: this.end(), action: "reset its", outcome };
        },
      },
    ],
    ERR_MSG: "verb" satisfies Place,
  };

  readonly userGet = this.RULE("userGet", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.Get);
    const subject = this.OR<ast.Word | ast.Target>({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const region = this.OPTION({
      GATE: () => "text" in subject && !tokenMatcher(this.LA(1), token.QuantifierKeyword),
      DEF: () => this.SUBRULE(this.value),
    });
    const outcome = this.OPTION1(() => this.SUBRULE(this.outcome));
    const end = this.end();
    if (!("text" in subject)) return { kind: "user", start, end, verb: "get", target: subject, outcome };
    this.ACTION(() => this.#checkRegion(subject, region));
    return { kind: "setting", start, end, verb: "get", setting: subject, region, outcome };
  });

  readonly userSet = this.RULE("userSet", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.SetKeyword);
    const subject = this.OR<ast.Word | ast.Target>({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const value = this.needed(
      "writtenValue",
      this.OPTION(() => this.SUBRULE(this.value)),
    );
    const outcome = this.valueless(this.OPTION1(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    if ("text" in subject)
      return { kind: "setting", start, end, verb: "set", setting: subject, value, outcome };
    return { kind: "user", start, end, verb: "set", target: subject, value, outcome };
  });

  readonly userHas = this.RULE("userHas", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.Has);
    const subject = this.OR<ast.Word | ast.Target | "init">({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        {
          ALT: () => {
            this.CONSUME(token.Init);
            return "init";
          },
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const outcome = this.valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    if (subject === "init") return { kind: "init", start, end, verb: "has", outcome };
    if ("text" in subject) return { kind: "setting", start, end, verb: "has", setting: subject, outcome };
    return { kind: "user", start, end, verb: "has", target: subject, outcome };
  });

  /** A region is named by its index, and nothing else is. */
  #checkRegion({ text }: ast.Word, region: ast.Expression | undefined): void {
    if (text === "REDIST_REGION") this.needed("region", region);
    else if (region !== undefined) {
      const message = `\`${text}\` has no index: to expect a value, write \`==\` before it`;
      this.fault ??= { start: region.start, end: region.end, message };
    }
  }
}
