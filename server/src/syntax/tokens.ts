/** The words of the language, and how a line splits into them. Blanks separate and are dropped. */
import type { Span } from "./statement.ts";

/** Words that are each a kind of their own. */
function single<Kind extends string>(...kinds: Kind[]): [string, Kind][] {
  return kinds.map((kind) => [kind, kind]);
}

/** Words that stand in the same places. */
function alike<Kind extends string>(kind: Kind, ...words: string[]): [string, Kind][] {
  return words.map((word) => [word, kind]);
}

type KindIn<Words> = Words extends ReadonlyMap<string, infer Kind> ? Kind : never;

/** Keywords everywhere, so that they name nothing. */
const keywords = new Map([
  ...single("gic", "revision", "cpus", "irqs", "compare", "base", "let", "host", "scenario"),
  ...alike("read", "readb", "readw", "readl", "readq"),
  ...alike("write", "writeb", "writew", "writel", "writeq"),
  ...single("mrs", "msr", "run", "settle", "user", "get", "set", "has", "line", "by", "new", "migrate", "to"),
  ...alike("level", "high", "low", "pulse"),
  ...single("ok", "aborts", "exits", "fails"),
]);

/** Keywords in their place only, and names elsewhere. */
const contextual = new Map([
  ...single("hardware", "created", "its", "ram", "count", "memory", "fill", "keeping", "msi"),
  ...single("save", "restore", "reset", "pending", "init", "device", "event", "lpi", "collection"),
  ...single("itt", "bits", "off", "mapd", "mapc", "mapti", "movall", "invall", "sync"),
  // Commands of the ITS that put an event into a collection, and those about an event.
  ...alike("mapi", "mapi", "movi"),
  ...alike("int", "int", "clear", "inv", "discard"),
  // Attributes of the vGIC with which a VMM sets it up.
  ...alike("setting", "NR_IRQS", "ADDR_DIST", "ADDR_CPU", "ADDR_REDIST", "ADDR_ITS"),
  ...alike("setting", "REDIST_REGION", "MAINT_IRQ"),
  ...alike("quantifier", "always", "sometimes"),
]);

/** The longer ones first. */
const signs = ["<<", ">>", "==", "=", "+", "-", "&", "^", "|", "~", ":", ",", "@", ".", "(", ")"] as const;

export type TokenKind =
  | KindIn<typeof keywords>
  | KindIn<typeof contextual>
  | (typeof signs)[number]
  /** Names of registers, fields, `let` values, errnos and the words that mean something only in their place. */
  | "word"
  /** `cpu0`, `cpu12`. */
  | "cpu"
  /** `rev1`, `rev2+`, `rev1-2`. */
  | "revisions"
  /** A host's kernel; whether it names one shows later: `linux-6.12+iidr-fix`. */
  | "kernel"
  /** `before` and `from` before a host: since when a case holds. */
  | "since"
  /** `priority-bits`; only on a line of hardware. */
  | "quantity"
  /** `qemu`, `qemu-7.2`, `cloud-hypervisor-53`; only after `by`. */
  | "manager"
  /** Anything that starts with a digit: what is not a number gets a message of its own. */
  | "number"
  | "string"
  /** From an opening quote to the end of the line. */
  | "unterminated";

/** UTF-16 columns. */
export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A line in its words. */
export interface Tokens {
  readonly tokens: readonly Token[];
  /** Where its comment starts. */
  readonly comment?: number;
  /** Where the first character stands that no word begins with; such characters are left out. */
  readonly stray?: number;
}

const cpu = /^cpu\d+$/;
const name = /[A-Za-z_]\w*/y;
const number = /\d\w*/y;
const string = /"(?:[^"\\]|\\[\s\S])*"/y;
const kernel = /linux-[\w.+-]*/y;
const revisions = /rev[ \t]*\d+(?:[ \t]*\+|[ \t]*-[ \t]*\d+)?/y;
const quantity = /[a-z][\w-]*/y;
const manager = /[a-z][\w-]*(?:\.\d+)?/y;
/** What follows `before` and `from` where a host does. */
const host = /[ \t]+[A-Za-z]/y;

/** Whether a word is a keyword everywhere, so that it cannot name a value. */
export function isKeyword(word: string): boolean {
  return keywords.has(word) || cpu.test(word) || matchAt(revisions, word, 0) === word;
}

/** Whether words of this kind are keywords in some places only. */
export function isContextual(kind: TokenKind): boolean {
  return contextualKinds.has(kind);
}

/** Whether a word of this kind is a name where one may stand. */
export function isName(kind: TokenKind): boolean {
  return kind === "word" || contextualKinds.has(kind);
}

const contextualKinds: ReadonlySet<TokenKind> = new Set([
  ...contextual.values(),
  ...(["since", "quantity", "manager"] as const),
]);

/** Splits one line, given without its line end. */
export function tokenize(line: string): Tokens {
  const tokens: Token[] = [];
  let stray: number | undefined;
  let at = 0;
  while (at < line.length) {
    const character = line[at];
    if (character === "#") return { tokens, comment: at, stray };
    const isBlank = character === " " || character === "\t";
    const token = isBlank ? undefined : tokenAt(line, at, tokens);
    if (token !== undefined) tokens.push(token);
    else if (!isBlank) stray ??= at;
    at = token?.end ?? at + 1;
  }
  return { tokens, stray };
}

function matchAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
}

/** The token that starts at a column; undefined where none does. @param before those in front of it */
function tokenAt(line: string, start: number, before: readonly Token[]): Token | undefined {
  const word = matchAt(name, line, start);
  if (word !== undefined) return wordAt(line, start, word, before);
  const digits = matchAt(number, line, start);
  if (digits !== undefined) return tokenOf("number", start, digits);
  if (line[start] === '"') {
    const closed = matchAt(string, line, start);
    return closed === undefined
      ? tokenOf("unterminated", start, line.slice(start))
      : tokenOf("string", start, closed);
  }
  const sign = signs.find((one) => line.startsWith(one, start));
  return sign && tokenOf(sign, start, sign);
}

function tokenOf(kind: TokenKind, start: number, text: string): Token {
  return { kind, start, end: start + text.length, text };
}

/** A word, which may go on where a name would end. */
function wordAt(line: string, start: number, word: string, before: readonly Token[]): Token {
  if (before[0]?.kind === "hardware") {
    const found = matchAt(quantity, line, start);
    if (found !== undefined) return tokenOf("quantity", start, found);
  }
  if (before.at(-1)?.kind === "by") {
    const found = matchAt(manager, line, start);
    if (found !== undefined) return tokenOf("manager", start, found);
  }
  if (word === "linux") {
    const found = matchAt(kernel, line, start);
    if (found !== undefined) return tokenOf("kernel", start, found);
  }
  if (word.startsWith("rev")) {
    const found = matchAt(revisions, line, start);
    if (found !== undefined && found.length >= word.length) return tokenOf("revisions", start, found);
  }
  return tokenOf(kindOf(line, start, word), start, word);
}

function kindOf(line: string, start: number, word: string): TokenKind {
  if (word === "before" || word === "from")
    return matchAt(host, line, start + word.length) === undefined ? "word" : "since";
  return keywords.get(word) ?? contextual.get(word) ?? (cpu.test(word) ? "cpu" : "word");
}
