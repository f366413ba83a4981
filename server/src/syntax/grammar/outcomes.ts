/** The grammar of what may be expected of an operation. */
import type { IOrAlt, OrMethodOpts } from "chevrotain";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { at, revisionsOf, ValueParser, wordOf } from "./values.ts";

const valueOfNothing =
  "a value can only be expected of what returns one: reads, `mrs`, `user get` and `msi`; " +
  "read it back on a line of its own";

export abstract class OutcomeParser extends ValueParser {
  readonly #expected: OrMethodOpts<ast.Outcome["expected"]> = {
    DEF: [
      {
        ALT: () => {
          const cases = [this.SUBRULE(this.outcomeCase)];
          this.MANY(() => {
            this.CONSUME(token.Comma);
            cases.push(this.SUBRULE1(this.outcomeCase));
          });
          return { kind: "cases", cases };
        },
        // `before` and `from` before a host are no names.
        IGNORE_AMBIGUITIES: true,
      },
      {
        ALT: () => {
          const value = this.SUBRULE1(this.value);
          return { kind: "always", is: { kind: "value", start: value.start, end: value.end, value } };
        },
      },
    ],
    ERR_MSG: "expected" satisfies Place,
  };

  readonly #outcomes: IOrAlt<ast.Outcome>[] = [
    {
      ALT: () => {
        const start = this.LA(1).startOffset;
        const mask = this.OPTION(() => {
          this.CONSUME(token.And);
          return this.SUBRULE(this.value);
        });
        this.CONSUME(token.Equals, at("equals"));
        const expected = this.OR1(this.#expected);
        return { start, end: this.end(), mask, expected };
      },
    },
    {
      ALT: () => {
        const is = this.SUBRULE(this.failure);
        return { start: is.start, end: is.end, expected: { kind: "always", is } };
      },
    },
  ];

  readonly outcome = this.RULE("outcome", (): ast.Outcome => {
    const quantifier = this.OPTION1(() => this.CONSUME(token.QuantifierKeyword));
    const outcome = this.OR({ DEF: this.#outcomes, ERR_MSG: "outcome" satisfies Place });
    if (quantifier === undefined) return outcome;
    const { startOffset: start, image } = quantifier;
    return { ...outcome, start, quantifier: image === "sometimes" ? "sometimes" : "always" };
  });

  readonly outcomeCase = this.RULE("outcomeCase", (): ast.OutcomeCase => {
    const { startOffset: start } = this.LA(1);
    const covered = this.OR({ DEF: this.#covered, ERR_MSG: "outcomeCase" satisfies Place });
    this.CONSUME(token.Colon, at("colon"));
    const expected = this.OR1(this.#answers);
    return { start, end: expected.end, ...covered, expected };
  });

  readonly #covered: IOrAlt<Pick<ast.OutcomeCase, "revisions" | "when">>[] = [
    {
      ALT: () => {
        const revisions = revisionsOf(this.CONSUME(token.Revisions));
        const when = this.OPTION(() => this.SUBRULE(this.hostCondition));
        return { revisions, when };
      },
    },
    { ALT: () => ({ when: this.SUBRULE1(this.hostCondition) }) },
  ];

  readonly hostCondition = this.RULE("hostCondition", (): ast.HostCondition => {
    const relation = this.OR([
      { ALT: () => this.CONSUME(token.Since) },
      { ALT: () => this.CONSUME(token.HostKeyword) },
    ]);
    const host = this.SUBRULE(this.host);
    const { startOffset: start, image } = relation;
    return { start, end: host.end, relation: image === "before" || image === "from" ? image : "host", host };
  });

  /** A kernel, or the name that the configuration gives a host. */
  readonly host = this.RULE("host", () =>
    this.OR<ast.HostRef>({
      DEF: [
        { ALT: () => wordOf(this.CONSUME(token.Host)) },
        { ALT: () => wordOf(this.CONSUME(token.Word)) },
        // A keyword elsewhere, and what a fleet calls one of two hosts.
        { ALT: () => wordOf(this.CONSUME(token.New)) },
      ],
      ERR_MSG: "host" satisfies Place,
    }),
  );

  readonly #answers: OrMethodOpts<ast.Expected> = {
    DEF: [
      {
        ALT: () => {
          const value = this.SUBRULE(this.value);
          return { kind: "value", start: value.start, end: value.end, value };
        },
      },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.Ok);
          return { kind: "ok", start, end: this.end() };
        },
      },
      { ALT: () => this.SUBRULE(this.failure) },
    ],
    ERR_MSG: "caseAnswer" satisfies Place,
  };

  readonly #failures: IOrAlt<ast.Expected>[] = [
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Aborts);
        return { kind: "aborts", start, end: this.end() };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Exits);
        return { kind: "exits", start, end: this.end() };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Fails);
        const errno = wordOf(this.CONSUME(token.Word, at("errno")));
        return { kind: "fails", start, end: errno.end, errno };
      },
    },
  ];

  readonly failure = this.RULE("failure", () => this.OR(this.#failures));

  /** The outcome of an operation that returns nothing: no value may be expected. */
  protected valueless(outcome: ast.Outcome | undefined): ast.Outcome | undefined {
    if (outcome === undefined) return undefined;
    this.ACTION(() => {
      const { expected, mask } = outcome;
      const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
      const culprit = mask ?? answers.find(({ kind }) => kind === "value");
      if (culprit === undefined) return;
      this.fault ??= { start: culprit.start, end: culprit.end, message: valueOfNothing };
    });
    return outcome;
  }
}
