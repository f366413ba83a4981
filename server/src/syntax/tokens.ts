/** The words of the language: token types and the lexer. Whitespace separates and is dropped. */
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";

/** Names of registers, fields, `let` values, errnos and the words that are keywords only in their place. */
export const Word = createToken({ name: "Word", label: "a name", pattern: /[A-Za-z_]\w*/ });

function keyword(pattern: string | RegExp, word = String(pattern)): TokenType {
  return createToken({ name: `Keyword ${word}`, label: `\`${word}\``, pattern, longer_alt: Word });
}

/** A word that is a keyword only where the grammar asks for it, and a name everywhere else. */
function wordOnly(pattern: string | RegExp, word = String(pattern)): TokenType {
  return createToken({
    name: `Keyword ${word}`,
    label: `\`${word}\``,
    pattern: typeof pattern === "string" ? new RegExp(pattern) : pattern,
    longer_alt: Word,
    categories: Word,
  });
}

/** A word with hyphens in it, where what stands in front says that it is one. */
function hyphenated(name: string, word: RegExp, isThere: (before: readonly IToken[]) => boolean): TokenType {
  const sticky = new RegExp(word, "y");
  return createToken({
    name,
    label: "a word",
    categories: Word,
    line_breaks: false,
    start_chars_hint: [..."abcdefghijklmnopqrstuvwxyz"],
    pattern: {
      exec: (text: string, offset: number, before: IToken[]) => {
        if (!isThere(before)) return null;
        sticky.lastIndex = offset;
        return sticky.exec(text);
      },
    },
  });
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

export const Hardware = wordOnly("hardware");
export const Created = wordOnly("created");
export const Its = wordOnly("its");
export const Ram = wordOnly("ram");
export const Count = wordOnly("count");
export const Memory = wordOnly("memory");
export const Fill = wordOnly("fill");
export const Keeping = wordOnly("keeping");
export const Msi = wordOnly("msi");
export const Save = wordOnly("save");
export const Restore = wordOnly("restore");
export const Reset = wordOnly("reset");
export const Pending = wordOnly("pending");
export const Init = wordOnly("init");
export const Device = wordOnly("device");
export const EventKeyword = wordOnly("event");
export const Lpi = wordOnly("lpi");
export const Collection = wordOnly("collection");
export const Itt = wordOnly("itt");
export const Bits = wordOnly("bits");
export const Off = wordOnly("off");
export const Mapd = wordOnly("mapd");
export const Mapc = wordOnly("mapc");
export const Mapti = wordOnly("mapti");
/** Commands of the ITS that put an event into a collection. */
export const EventToCollection = wordOnly(/mapi|movi/, "mapi");
export const Movall = wordOnly("movall");
/** Commands of the ITS about an event. */
export const AboutEvent = wordOnly(/int|clear|inv|discard/, "int");
export const Invall = wordOnly("invall");
export const Sync = wordOnly("sync");
/** Attributes of the vGIC with which a VMM sets it up. */
export const Setting = wordOnly(
  /NR_IRQS|ADDR_DIST|ADDR_CPU|ADDR_REDIST|ADDR_ITS|REDIST_REGION|MAINT_IRQ/,
  "NR_IRQS",
);
export const QuantifierKeyword = wordOnly(/always|sometimes/, "always");
/** Before a host they say since when a case holds. */
export const Since = wordOnly(/(?:before|from)(?=[ \t]+[A-Za-z])/, "before");

/** `priority-bits`; only on a line of hardware. */
export const QuantityName = hyphenated("Quantity", /[a-z][\w-]*/, ([first]) => first?.tokenType === Hardware);
/** `qemu`, `qemu-7.2`, `cloud-hypervisor-53`; only after `by`. */
export const Manager = hyphenated(
  "Manager",
  /[a-z][\w-]*(?:\.\d+)?/,
  (before) => before.at(-1)?.tokenType === By,
);

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

/** Keywords in their place only, and names elsewhere. */
const contextual = [
  ...[Hardware, Created, Its, Ram, Count, Memory, Fill, Keeping, Msi, Save, Restore, Reset, Pending, Init],
  ...[Device, EventKeyword, Lpi, Collection, Itt, Bits, Off, Mapd, Mapc, Mapti, EventToCollection, Movall],
  ...[Invall, AboutEvent, Sync, Setting, QuantifierKeyword, Since],
];

/** Every token type, those that must be tried first in front. */
export const vocabulary: readonly TokenType[] = [
  ...[whitespace, Comment, QuantityName, Manager, Host, ...keywords, ...contextual, Word],
  ...[NumberLiteral, StringLiteral, UnterminatedString, BinaryOperator],
  ...[ShiftLeft, ShiftRight, Plus, Minus, And, Xor, Or, Not, Equals, Assign, Colon, Comma, At, Dot],
  ...[LeftParenthesis, RightParenthesis],
];

/** Whether words of this type are keywords in some places only. */
export function isContextual(type: TokenType): boolean {
  return type === QuantityName || type === Manager || contextual.includes(type);
}

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
