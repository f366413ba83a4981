/** The grammar's values and targets, and what all of its parts read with. */
import {
  EmbeddedActionsParser,
  type IOrAlt,
  type IParserErrorMessageProvider,
  type IToken,
  type OrMethodOpts,
  tokenLabel,
} from "chevrotain";
import { combine, isBinaryOperator } from "../combine.ts";
import { cpuAt, revisionsAt, wordAt } from "../leaves.ts";
import { parseNumber } from "../number.ts";
import type { Place } from "../places.ts";
import type * as ast from "../statement.ts";
import type { Fault } from "../syntax-problem.ts";
import * as token from "../tokens.ts";

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

/** Stands for a value that is missing: there is a fault then, and no statement. */
const nothing: ast.Expression = { kind: "number", start: 0, end: 0, value: 0n };

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

  // Helpers

  /** Checks a word that is a keyword only where it stands. */
  protected mustBe(node: IToken, place: Place, words: readonly string[]): void {
    this.ACTION(() => {
      if (!words.includes(node.image)) this.note(node, { place });
    });
  }

  /** A value that must be there. Read as if it need not, so that the fault can name its place. */
  protected needed(place: Place, value: ast.Expression | undefined): ast.Expression {
    if (value !== undefined) return value;
    this.ACTION(() => this.note(this.LA(1), { place }));
    return nothing;
  }

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
