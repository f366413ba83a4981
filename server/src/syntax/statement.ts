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

export interface RevisionCase extends Span {
  readonly revisions: RevisionSet;
  readonly expected: Expected;
}

export interface Outcome extends Span {
  /** The expression between `&` and `==`. */
  readonly mask?: Expression;
  readonly expected:
    | { readonly kind: "always"; readonly is: Expected }
    | { readonly kind: "by-revision"; readonly cases: readonly RevisionCase[] };
}

export interface HostRef extends Span {
  /** The whole word, e.g. "linux-6.12+iidr-fix". */
  readonly text: string;
}

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
    | { readonly kind: "base"; readonly frame: Word; readonly address: Expression }
    | { readonly kind: "host"; readonly host: HostRef }
    | { readonly kind: "let"; readonly name: Word; readonly value: Expression }
  );

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
      }
    | { readonly kind: "run"; readonly cpu: CpuRef }
    | { readonly kind: "settle" }
    | { readonly kind: "new-vm"; readonly revision?: IntegerLiteral }
    | {
        readonly kind: "migrate";
        readonly to?: HostRef;
        readonly revision?: IntegerLiteral;
        readonly by?: Word;
        readonly outcome?: Outcome;
      }
  );

const operationKinds = {
  mmio: true,
  sysreg: true,
  user: true,
  line: true,
  run: true,
  settle: true,
  "new-vm": true,
  migrate: true,
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

/** The first two words of a line that could not be read: `scenario`, `let` and the name, … */
export interface Attempt {
  readonly keyword: string;
  readonly name?: string;
}
