/** A line in its canonical spelling, in the parts that the formatter puts into columns. */

import type { Span, Statement } from "../syntax/statement.ts";
import * as token from "../syntax/tokens.ts";
import type { TraceLine } from "./line.ts";

/** A statement in parts; each is empty where the line has none. */
export interface Parts {
  /** Who acts: `cpu0`, `user`. Only before an operand. */
  readonly actor: string;
  /** How: `readl`, `set`. */
  readonly verb: string;
  /** The operand and what is written; all of a statement without an operand. */
  readonly body: string;
  /** From `==`, its mask, or the failure on. */
  readonly outcome: string;
  /** The comment after the statement. */
  readonly comment: string;
}

type Token = ReturnType<typeof token.lexer.tokenize>["tokens"][number];

/** The parts of a statement's line. */
export function partsOf({ text, parsed: { comment } }: TraceLine, statement: Statement): Parts {
  const { tokens } = token.lexer.tokenize(text.slice(0, comment?.start));
  const outcome = "outcome" in statement ? statement.outcome : undefined;
  const target = "target" in statement ? statement.target : undefined;
  const outcomeStart = outcome?.start ?? text.length;
  const hasOperand = hasActor(statement) && tokens.length > 2;
  const split = hasOperand ? 2 : 0;
  const end = tokens.filter(({ startOffset }) => startOffset < outcomeStart).length;
  return {
    actor: hasOperand ? spell(tokens.slice(0, 1)) : "",
    verb: hasOperand ? spell(tokens.slice(1, 2)) : "",
    body: spell(tokens.slice(split, end), target),
    outcome: spell(tokens.slice(end)),
    comment: comment === undefined ? "" : text.slice(comment.start, comment.end).trimEnd(),
  };
}

/** Whether a statement begins with who does it and how, in columns of their own. */
function hasActor({ kind }: Statement): boolean {
  return ["mmio", "sysreg", "user", "setting", "memory", "memory-fill", "its-command", "tables"].includes(
    kind,
  );
}

const tightBefore = new Set([token.Comma, token.Colon, token.RightParenthesis, token.At, token.Dot]);
const tightAfter = new Set([token.LeftParenthesis, token.Not, token.At, token.Dot]);

/** Tokens with one blank or none between them; the offsets of a target stand close. */
function spell(tokens: readonly Token[], target?: Span): string {
  let text = "";
  let depth = 0;
  let isTight = true;
  for (const one of tokens) {
    const { tokenType, image } = one;
    const isOffset = tokenType === token.Plus && depth === 0 && target !== undefined && isIn(one, target);
    if (tokenType === token.LeftParenthesis) depth++;
    if (tokenType === token.RightParenthesis) depth--;
    if (!(isTight || isOffset || tightBefore.has(tokenType))) text += " ";
    text += normalized(tokenType, image);
    isTight = isOffset || tightAfter.has(tokenType);
  }
  return text;
}

function isIn({ startOffset }: Token, { start, end }: Span): boolean {
  return startOffset >= start && startOffset < end;
}

function normalized(type: Token["tokenType"], image: string): string {
  if (type === token.NumberLiteral) return image.toLowerCase();
  return type === token.Revisions ? image.replace(/[ \t]+/g, "") : image;
}
