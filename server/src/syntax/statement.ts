/**
 * The syntax of a vGIC trace as plain data. A statement knows nothing of its line number: spans are UTF-16
 * columns in its own line, so that a statement can be parsed alone and kept by its text.
 */

/** Columns [start, end) in UTF-16 units within the line. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A word with its place. */
export interface Word extends Span {
  readonly text: string;
}

/** A vCPU reference (`cpu3`). */
export interface CpuRef extends Span {
  readonly index: number;
}

export type UnaryOperator = "~";
export type BinaryOperator = "<<" | ">>" | "+" | "-" | "&" | "^" | "|";

/** A constant expression; 64-bit unsigned, wrapping. */
export type Expression = Span &
  (
    | { readonly kind: "number"; readonly value: bigint }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "field"; readonly register: Word; readonly field: Word }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
  );

/**
 * What an access is aimed at. `base` is a register, a frame or a `let` name (which of them it is shows only
 * when names are resolved), or an expression that gives a guest physical address. `offsets` are added in bytes.
 */
export interface Target extends Span {
  readonly base: Expression;
  readonly cpu?: CpuRef;
  readonly offsets: readonly Expression[];
}

/** Revisions first..last; `last` is Infinity for `rev2+`. */
export interface RevisionSet extends Span {
  readonly first: number;
  readonly last: number;
}

/** What an operation is expected to answer. `ok` succeeds with any value. */
export type Expected = Span &
  (
    | { readonly kind: "value"; readonly value: Expression }
    | { readonly kind: "ok" }
    | { readonly kind: "aborts" }
    | { readonly kind: "exits" }
    | { readonly kind: "fails"; readonly errno: Word }
  );

/** A host, or all hosts before it or from it on: `host linux-6.1`, `before linux-6.19`, `from linux-6.19`. */
export interface HostCondition extends Span {
  readonly relation: "before" | "from" | "host";
  readonly host: HostRef;
}

/** What the revisions and hosts that it names answer; it names at least one of the two. */
export interface OutcomeCase extends Span {
  readonly revisions?: RevisionSet;
  readonly when?: HostCondition;
  readonly expected: Expected;
}

/** Of which orders of the vCPUs an outcome is asked, where several are run. */
export type Quantifier = "always" | "sometimes";

export interface Outcome extends Span {
  /** Absent: always. */
  readonly quantifier?: Quantifier;
  /** The expression between `&` and `==`. */
  readonly mask?: Expression;
  readonly expected:
    | { readonly kind: "always"; readonly is: Expected }
    | { readonly kind: "cases"; readonly cases: readonly OutcomeCase[] };
}

/** The whole word, e.g. "linux-6.12+iidr-fix", or a name that the configuration gives a host. */
export type HostRef = Word;

export type CompareItem =
  | { readonly kind: "revisions"; readonly revisions: RevisionSet }
  | { readonly kind: "host"; readonly host: HostRef };

export type Width = 1 | 2 | 4 | 8;

/** A number literal that a declaration takes, with its place. */
export interface IntegerLiteral extends Span {
  readonly value: bigint;
}

export type Declaration = Span &
  (
    | { readonly kind: "gic"; readonly model: Word }
    | { readonly kind: "revision"; readonly revision: IntegerLiteral }
    | { readonly kind: "cpus"; readonly count: IntegerLiteral }
    | { readonly kind: "irqs"; readonly count: IntegerLiteral }
    | { readonly kind: "compare"; readonly items: readonly CompareItem[] } // empty: none
    | {
        readonly kind: "base";
        readonly frame: Word;
        readonly address: Expression;
        /** How many redistributors the region has. */
        readonly count?: IntegerLiteral;
      }
    | { readonly kind: "host"; readonly host: HostRef }
    | { readonly kind: "hardware"; readonly quantities: readonly Quantity[] }
    | { readonly kind: "created" }
    | { readonly kind: "its" }
    | { readonly kind: "ram"; readonly begin: Expression; readonly size: Expression }
    | { readonly kind: "let"; readonly name: Word; readonly value: Expression }
  );

/** `lrs 4`. */
export interface Quantity extends Span {
  readonly name: Word;
  readonly value: IntegerLiteral;
}

/** What a command of the ITS names, each absent where the command has it not. */
export interface ItsOperands {
  readonly device?: Expression;
  readonly event?: Expression;
  readonly lpi?: Expression;
  readonly collection?: Expression;
  readonly itt?: Expression;
  readonly bits?: Expression;
  readonly from?: CpuRef;
  readonly to?: CpuRef;
}

export type OperationStatement = Span &
  (
    | {
        readonly kind: "mmio";
        readonly cpu: CpuRef;
        readonly write: boolean;
        readonly width: Width;
        readonly target: Target;
        /** What a write stores. */
        readonly value?: Expression;
        readonly outcome?: Outcome;
      }
    | {
        readonly kind: "sysreg";
        readonly cpu: CpuRef;
        readonly write: boolean;
        readonly register: Word;
        readonly value?: Expression;
        readonly outcome?: Outcome;
      }
    | {
        readonly kind: "user";
        readonly verb: "get" | "set" | "has";
        readonly target: Target;
        readonly value?: Expression;
        readonly outcome?: Outcome;
      }
    | {
        readonly kind: "line";
        readonly intid: Expression;
        readonly cpu?: CpuRef;
        readonly level: "high" | "low" | "pulse";
        readonly byKernel: boolean;
        readonly outcome?: Outcome;
      }
    | { readonly kind: "run"; readonly cpu: CpuRef; readonly outcome?: Outcome }
    | { readonly kind: "settle"; readonly outcome?: Outcome }
    | { readonly kind: "new-vm"; readonly keepsMemory: boolean; readonly revision?: IntegerLiteral }
    | {
        readonly kind: "migrate";
        readonly to?: HostRef;
        readonly revision?: IntegerLiteral;
        readonly by?: Word;
        readonly outcome?: Outcome;
      }
    | {
        readonly kind: "memory";
        readonly write: boolean;
        readonly width: Width;
        readonly target: Target;
        readonly value?: Expression;
        readonly outcome?: Outcome;
      }
    | {
        readonly kind: "memory-fill";
        readonly target: Target;
        readonly length: Expression;
        readonly byte: Expression;
      }
    | {
        readonly kind: "its-command";
        readonly cpu: CpuRef;
        /** `mapd`, `mapti`, … */
        readonly command: Word;
        readonly operands: ItsOperands;
      }
    | {
        readonly kind: "msi";
        readonly device: Expression;
        readonly event: Expression;
        readonly outcome?: Outcome;
      }
    | { readonly kind: "tables"; readonly action: TablesAction; readonly outcome?: Outcome }
    | {
        readonly kind: "setting";
        readonly verb: "get" | "set" | "has";
        readonly setting: Word;
        /** Of `user get REDIST_REGION`: the index of the region. */
        readonly region?: Expression;
        readonly value?: Expression;
        readonly outcome?: Outcome;
      }
    | { readonly kind: "init"; readonly verb: "do" | "has"; readonly outcome?: Outcome }
  );

/** What a VMM has done with the tables that the ITS and the redistributors keep in guest memory. */
export type TablesAction = "save its" | "restore its" | "reset its" | "save pending";

const operationKinds = {
  mmio: true,
  sysreg: true,
  user: true,
  line: true,
  run: true,
  settle: true,
  "new-vm": true,
  migrate: true,
  memory: true,
  "memory-fill": true,
  "its-command": true,
  msi: true,
  tables: true,
  setting: true,
  init: true,
} satisfies Record<OperationStatement["kind"], true>;

/** Whether a statement is an operation: it does something in a run. */
export function isOperation(statement: Statement | undefined): statement is OperationStatement {
  return statement !== undefined && Object.hasOwn(operationKinds, statement.kind);
}

export type ScenarioStatement = Span & {
  readonly kind: "scenario";
  readonly title: string;
  readonly titleSpan: Span;
};

export type Statement = Declaration | ScenarioStatement | OperationStatement;

/** A place where a line could not be read, in words a person can act on. */
export interface SyntaxProblem extends Span {
  readonly message: string;
  /** What was probably meant to stand there. */
  readonly replacement?: string;
}

/** One line of a trace: a statement or a problem or neither, and a comment. */
export interface ParsedLine {
  readonly statement?: Statement;
  readonly problem?: SyntaxProblem;
  /** From the `#` to the end of the line. */
  readonly comment?: Span;
  /** What a line with a problem set out to be, so that no other problems follow from it. */
  readonly attempt?: Attempt;
}

/** What a line that could not be read was probably to be. */
export interface Attempt {
  /** The keyword that it begins with, or was meant to; empty where nothing is like it. */
  readonly keyword: string;
  /** The name that a `let` was to declare. */
  readonly name?: string;
  /** A scenario was to begin here. It does not: where scenarios begin, their very word says. */
  readonly losesScenario?: true;
}
