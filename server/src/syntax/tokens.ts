/** The words of the language: token types and the lexer. Whitespace separates and is dropped. */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** Names of registers, fields, `let` values, errnos and the words that are keywords only in their place. */
export const Word = createToken({ name: "Word", label: "a name", pattern: /[A-Za-z_]\w*/ });

function keyword(pattern: string | RegExp, word = String(pattern)): TokenType {
  return createToken({ name: `Keyword ${word}`, label: `\`${word}\``, pattern, longer_alt: Word });
}

function symbol(pattern: string, name: string): TokenType {
  return createToken({ name, label: `\`${pattern}\``, pattern });
}

export const Gic = keyword("gic");
export const RevisionKeyword = keyword("revision");
export const Cpus = keyword("cpus");
export const Irqs = keyword("irqs");
export const Compare = keyword("compare");
export const Base = keyword("base");
export const Let = keyword("let");
export const HostKeyword = keyword("host");
export const Scenario = keyword("scenario");
export const Read = keyword(/read[bwlq]/, "read");
export const Write = keyword(/write[bwlq]/, "write");
export const Mrs = keyword("mrs");
export const Msr = keyword("msr");
export const Run = keyword("run");
export const Settle = keyword("settle");
export const User = keyword("user");
export const Get = keyword("get");
export const SetKeyword = keyword("set");
export const Has = keyword("has");
export const Line = keyword("line");
export const Level = keyword(/high|low|pulse/, "level");
export const By = keyword("by");
export const New = keyword("new");
export const Migrate = keyword("migrate");
export const To = keyword("to");
export const Ok = keyword("ok");
export const Aborts = keyword("aborts");
export const Exits = keyword("exits");
export const Fails = keyword("fails");

/** A vCPU: `cpu0`, `cpu12`. */
export const Cpu = keyword(/cpu\d+/, "cpu0");
/** A revision set: `rev1`, `rev2+`, `rev1-2`. */
export const Revisions = keyword(/rev[ \t]*\d+(?:[ \t]*\+|[ \t]*-[ \t]*\d+)?/, "rev1");
/** A host kernel; whether it names one shows later: `linux-6.12+iidr-fix`. */
export const Host = createToken({
  name: "Host",
  label: "a host",
  pattern: /linux-[\w.+-]*/,
  longer_alt: Word,
});
/** The one VMM whose name is not a plain word. */
export const CloudHypervisor = keyword("cloud-hypervisor");

/** Anything that starts with a digit: what is not a number gets a message of its own. */
export const NumberLiteral = createToken({ name: "Number", label: "a number", pattern: /\d\w*/ });
export const StringLiteral = createToken({
  name: "String",
  label: "a string",
  pattern: /"(?:[^"\\]|\\[\s\S])*"/,
});
/** From an opening quote to the end of the line. */
export const UnterminatedString = createToken({ name: "UnterminatedString", pattern: /"[\s\S]*/ });
export const Comment = createToken({ name: "Comment", pattern: /#[\s\S]*/, group: "comments" });

/** The operators between two operands; the grammar reads them flat and orders them afterwards. */
export const BinaryOperator = createToken({
  name: "BinaryOperator",
  label: "an operator",
  pattern: Lexer.NA,
});
function binary(pattern: string, name: string): TokenType {
  return createToken({ name, label: `\`${pattern}\``, pattern, categories: BinaryOperator });
}
export const ShiftLeft = binary("<<", "ShiftLeft");
export const ShiftRight = binary(">>", "ShiftRight");
export const Plus = binary("+", "Plus");
export const Minus = binary("-", "Minus");
export const And = binary("&", "And");
export const Xor = binary("^", "Xor");
export const Or = binary("|", "Or");

export const Not = symbol("~", "Not");
export const Equals = symbol("==", "Equals");
export const Assign = symbol("=", "Assign");
export const Colon = symbol(":", "Colon");
export const Comma = symbol(",", "Comma");
export const At = symbol("@", "At");
export const Dot = symbol(".", "Dot");
export const LeftParenthesis = symbol("(", "LeftParenthesis");
export const RightParenthesis = symbol(")", "RightParenthesis");

const whitespace = createToken({ name: "Whitespace", pattern: /[ \t]+/, group: Lexer.SKIPPED });

const keywords = [
  ...[Gic, RevisionKeyword, Cpus, Irqs, Compare, Base, Let, HostKeyword, Scenario],
  ...[Read, Write, Mrs, Msr, Run, Settle, User, Get, SetKeyword, Has, Line, Level, By, New, Migrate, To],
  ...[Ok, Aborts, Exits, Fails, Cpu, Revisions],
];

/** Every token type, those that must be tried first in front. */
export const vocabulary: readonly TokenType[] = [
  ...[whitespace, Comment, CloudHypervisor, Host, ...keywords, Word],
  ...[NumberLiteral, StringLiteral, UnterminatedString, BinaryOperator],
  ...[ShiftLeft, ShiftRight, Plus, Minus, And, Xor, Or, Not, Equals, Assign, Colon, Comma, At, Dot],
  ...[LeftParenthesis, RightParenthesis],
];

/** Whether a word is a keyword everywhere, so that it cannot name a value. */
export function isKeyword(word: string): boolean {
  return keywords.some(({ PATTERN: pattern }) =>
    pattern instanceof RegExp ? new RegExp(`^(?:${pattern.source})$`).test(word) : pattern === word,
  );
}

let made: Lexer | undefined;

/** Splits lines. It is made when it is needed first: that takes a while. */
export const lexer = {
  /** Splits one line. It never throws: characters that start no token come back as `errors`. */
  tokenize(line: string): ReturnType<Lexer["tokenize"]> {
    made ??= new Lexer([...vocabulary], { positionTracking: "onlyOffset", ensureOptimizations: true });
    return made.tokenize(line);
  },
};
