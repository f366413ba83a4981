/** A line in its canonical spelling, in the parts that the formatter puts into columns. */

import type { Span, Statement } from "../syntax/statement.ts";
import { type Token, type TokenKind, tokenize } from "../syntax/tokens.ts";
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

/** The parts of a statement's line. */
export function partsOf({ text, parsed: { comment } }: TraceLine, statement: Statement): Parts {
  const { tokens } = tokenize(text.slice(0, comment?.start));
  const outcome = "outcome" in statement ? statement.outcome : undefined;
  const target = "target" in statement ? statement.target : undefined;
  const outcomeStart = outcome?.start ?? text.length;
  const hasOperand = hasActor(statement) && tokens.length > 2;
  const split = hasOperand ? 2 : 0;
  const end = tokens.filter(({ start }) => start < outcomeStart).length;
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

const tightBefore = new Set<TokenKind>([",", ":", ")", "@", "."]);
const tightAfter = new Set<TokenKind>(["(", "~", "@", "."]);

/** Tokens with one blank or none between them; the offsets of a target stand close. */
function spell(tokens: readonly Token[], target?: Span): string {
  let text = "";
  let depth = 0;
  let isTight = true;
  for (const one of tokens) {
    const { kind } = one;
    const isOffset = kind === "+" && depth === 0 && target !== undefined && isIn(one, target);
    if (kind === "(") depth++;
    if (kind === ")") depth--;
    if (!(isTight || isOffset || tightBefore.has(kind))) text += " ";
    text += normalized(one);
    isTight = isOffset || tightAfter.has(kind);
  }
  return text;
}

function isIn(token: Token, { start, end }: Span): boolean {
  return token.start >= start && token.start < end;
}

function normalized({ kind, text }: Token): string {
  if (kind === "number") return text.toLowerCase();
  return kind === "revisions" ? text.replace(/[ \t]+/g, "") : text;
}
