/** The lower half of the grammar: values, targets and outcomes. grammar.ts has the statements. */
import {
  EmbeddedActionsParser,
  type IOrAlt,
  type IParserErrorMessageProvider,
  type IToken,
  type OrMethodOpts,
  tokenLabel,
} from "chevrotain";
import { combine, isBinaryOperator } from "./combine.ts";
import { cpuAt, revisionsAt, wordAt } from "./leaves.ts";
import { parseNumber } from "./number.ts";
import type { Place } from "./places.ts";
import type * as ast from "./statement.ts";
import type { Fault } from "./syntax-problem.ts";
import * as token from "./tokens.ts";

/** An error is only the name of the place; words are made from it elsewhere. */
const placesAsMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNotAllInputParsedMessage: () => "end",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "",
};

/** Names the place of a token that may be missing. */
export function at(place: Place): { ERR_MSG: Place } {
  return { ERR_MSG: place };
}

/** Where a token ends. */
export function endOf(node: IToken): number {
  return node.startOffset + node.image.length;
}

/** A token as a word of the AST. */
export function wordOf({ image, startOffset }: IToken): ast.Word {
  return wordAt(image, startOffset);
}

export function cpuOf({ image, startOffset }: IToken): ast.CpuRef {
  return cpuAt(image, startOffset);
}

export function revisionsOf({ image, startOffset }: IToken): ast.RevisionSet {
  return revisionsAt(image, startOffset);
}

const noOffsets: readonly ast.Expression[] = [];

/**
 * What the statements are made of. Alternatives are made once, not at every call of their rule: that is a
 * third of the time otherwise.
 */
export abstract class ValueParser extends EmbeddedActionsParser {
  /** The first fault that did not stop the parser. */
  fault: Fault | undefined;

  /** `validate` also checks the grammar itself; that costs time, and a test does it. */
  constructor({ validate }: { validate: boolean }) {
    super([...token.vocabulary], {
      maxLookahead: 1,
      skipValidations: !validate,
      errorMessageProvider: placesAsMessages,
    });
  }

  override reset(): void {
    super.reset();
    this.fault = undefined;
  }

  // Values

  readonly value = this.RULE("value", (): ast.Expression => {
    const first = this.SUBRULE(this.operand);
    let operands: ast.Expression[] | undefined;
    const operators: ast.BinaryOperator[] = [];
    this.MANY(() => {
      const { image } = this.CONSUME(token.BinaryOperator);
      const operand = this.SUBRULE1(this.operand);
      if (isBinaryOperator(image)) operators.push(image);
      operands ??= [first];
      operands.push(operand);
    });
    return this.ACTION(() => (operands === undefined ? first : combine(operands, operators)));
  });

  readonly #atoms: IOrAlt<ast.Expression>[] = [
    { ALT: () => this.numberOf(this.CONSUME(token.NumberLiteral)) },
    { ALT: () => this.SUBRULE(this.nameOrField) },
    { ALT: () => this.SUBRULE(this.parenthesized) },
  ];
  readonly #operand: OrMethodOpts<ast.Expression> = {
    DEF: this.#atoms,
    ERR_MSG: "value" satisfies Place,
  };
  readonly #offset: OrMethodOpts<ast.Expression> = {
    DEF: this.#atoms,
    ERR_MSG: "offset" satisfies Place,
  };

  readonly #address: OrMethodOpts<ast.Expression> = {
    DEF: this.#atoms,
    ERR_MSG: "address" satisfies Place,
  };

  readonly operand = this.RULE("operand", (): ast.Expression => {
    let complements: IToken[] | undefined;
    this.MANY(() => {
      complements ??= [];
      complements.push(this.CONSUME(token.Not));
    });
    const operand = this.OR(this.#operand);
    return complements === undefined ? operand : complemented(complements, operand);
  });

  readonly offset = this.RULE("offset", () => this.OR(this.#offset));

  readonly nameOrField = this.RULE("nameOrField", (): ast.Expression => {
    const name = this.CONSUME(token.Word);
    const field = this.OPTION(() => {
      this.CONSUME(token.Dot);
      return wordOf(this.CONSUME1(token.Word, at("field")));
    });
    const start = name.startOffset;
    if (field === undefined) return { kind: "name", start, end: endOf(name), name: name.image };
    return { kind: "field", start, end: field.end, register: wordOf(name), field };
  });

  readonly parenthesized = this.RULE("parenthesized", (): ast.Expression => {
    const { startOffset: start } = this.CONSUME(token.LeftParenthesis);
    const value: ast.Expression = this.SUBRULE(this.value);
    const end = endOf(this.CONSUME(token.RightParenthesis, at("closing")));
    return { ...value, start, end };
  });

  readonly integer = this.RULE("integer", (): ast.IntegerLiteral => {
    const { start, end, value } = this.numberOf(this.CONSUME(token.NumberLiteral, at("integer")));
    return { start, end, value };
  });

  // Targets

  readonly #targets: OrMethodOpts<ast.Target> = {
    DEF: [
      {
        ALT: () => {
          const base = this.SUBRULE(this.nameOrField);
          const cpu = this.OPTION(() => {
            this.CONSUME(token.At);
            return cpuOf(this.CONSUME(token.Cpu, at("cpu")));
          });
          const offsets = this.SUBRULE2(this.offsets);
          return { start: base.start, end: this.end(), base, cpu, offsets };
        },
      },
      {
        ALT: () => {
          const base = this.numberOf(this.CONSUME(token.NumberLiteral));
          const offsets = this.SUBRULE(this.offsets);
          return { start: base.start, end: this.end(), base, offsets };
        },
      },
      {
        ALT: () => {
          const base = this.SUBRULE(this.parenthesized);
          const offsets = this.SUBRULE1(this.offsets);
          return { start: base.start, end: this.end(), base, offsets };
        },
      },
    ],
    ERR_MSG: "target" satisfies Place,
  };

  readonly target = this.RULE("target", () => this.OR(this.#targets));

  readonly offsets = this.RULE("offsets", (): readonly ast.Expression[] => {
    let offsets = noOffsets;
    this.MANY(() => {
      this.CONSUME(token.Plus);
      offsets = offsets.concat(this.SUBRULE(this.offset));
    });
    return offsets;
  });

  /** A guest physical address: atoms with `+` between them. */
  readonly address = this.RULE("address", (): ast.Target => {
    const base = this.OR(this.#address);
    const offsets = this.SUBRULE(this.offsets);
    return { start: base.start, end: this.end(), base, offsets };
  });

  // Outcomes

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
        // `before` and `from` in front of a host are no names.
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
      DEF: [{ ALT: () => wordOf(this.CONSUME(token.Host)) }, { ALT: () => wordOf(this.CONSUME(token.Word)) }],
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

  // Helpers

  /** Where the last token ends. */
  protected end(): number {
    return endOf(this.LA(0));
  }

  protected numberOf(node: IToken): Extract<ast.Expression, { kind: "number" }> {
    const value = parseNumber(node.image);
    if (typeof value === "string") this.note(node, { message: value });
    const start = node.startOffset;
    return { kind: "number", start, end: endOf(node), value: typeof value === "string" ? 0n : value };
  }

  /** Notes a fault; the first one counts. */
  protected note(node: IToken, what: { place: Place } | { message: string }): void {
    this.fault ??= { start: node.startOffset, end: endOf(node), ...what };
  }
}

function complemented(complements: readonly IToken[], operand: ast.Expression): ast.Expression {
  return complements.reduceRight<ast.Expression>(
    (inner, { startOffset: start }) => ({
      kind: "unary",
      start,
      end: operand.end,
      operator: "~",
      operand: inner,
    }),
    operand,
  );
}
