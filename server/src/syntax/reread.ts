/** The statement of a line that is made like another one: the same statement with its own words and numbers. */
import { cpuOf, type Piece, revisionsOf } from "./grammar-values.ts";
import { parseNumber } from "./number.ts";
import type {
  CompareItem,
  CpuRef,
  Expected,
  Expression,
  IntegerLiteral,
  OperationStatement,
  Outcome,
  RevisionSet,
  Span,
  Statement,
  Target,
  Word,
} from "./statement.ts";

/**
 * The statement of another line.
 * @param statement all places in it are those of the line, but words and numbers may be others
 * @param text of the line; strings in it have no escapes
 */
export function rereadStatement(statement: Statement, text: string): Statement {
  switch (statement.kind) {
    case "gic":
      return { ...statement, model: word(statement.model, text) };
    case "revision":
      return { ...statement, revision: integer(statement.revision, text) };
    case "cpus":
    case "irqs":
      return { ...statement, count: integer(statement.count, text) };
    case "compare":
      return { ...statement, items: statement.items.map((item) => compared(item, text)) };
    case "base":
      return { ...statement, address: expression(statement.address, text) };
    case "host":
      return { ...statement, host: word(statement.host, text) };
    case "let":
      return { ...statement, name: word(statement.name, text), value: expression(statement.value, text) };
    case "scenario": {
      const { titleSpan } = statement;
      return { ...statement, title: text.slice(titleSpan.start + 1, titleSpan.end - 1) };
    }
    default:
      return operation(statement, text);
  }
}

function operation(statement: OperationStatement, text: string): OperationStatement {
  const { start, end } = statement;
  switch (statement.kind) {
    case "mmio": {
      const { kind, write, width } = statement;
      const cpu = cpuRef(statement.cpu, text);
      const aimed = target(statement.target, text);
      const value = statement.value && expression(statement.value, text);
      const expects = statement.outcome && outcome(statement.outcome, text);
      return { kind, start, end, cpu, write, width, target: aimed, value, outcome: expects };
    }
    case "sysreg": {
      const { kind, write } = statement;
      const cpu = cpuRef(statement.cpu, text);
      const register = word(statement.register, text);
      const value = statement.value && expression(statement.value, text);
      const expects = statement.outcome && outcome(statement.outcome, text);
      return { kind, start, end, cpu, write, register, value, outcome: expects };
    }
    case "user": {
      const { kind, verb } = statement;
      const aimed = target(statement.target, text);
      const value = statement.value && expression(statement.value, text);
      const expects = statement.outcome && outcome(statement.outcome, text);
      return { kind, start, end, verb, target: aimed, value, outcome: expects };
    }
    case "line": {
      const { kind, level, byKernel } = statement;
      const intid = expression(statement.intid, text);
      const cpu = statement.cpu && cpuRef(statement.cpu, text);
      return { kind, start, end, intid, cpu, level, byKernel };
    }
    case "run":
      return { kind: "run", start, end, cpu: cpuRef(statement.cpu, text) };
    case "settle":
      return statement;
    case "new-vm":
      return { ...statement, revision: statement.revision && integer(statement.revision, text) };
    case "migrate":
      return {
        ...statement,
        to: statement.to && word(statement.to, text),
        revision: statement.revision && integer(statement.revision, text),
        outcome: statement.outcome && outcome(statement.outcome, text),
      };
  }
}

function word(known: Word, text: string): Word {
  const { start, end } = known;
  const own = text.slice(start, end);
  return own === known.text ? known : { start, end, text: own };
}

function token({ start, end }: Span, text: string): Piece {
  return { image: text.slice(start, end), startOffset: start };
}

function cpuRef(known: CpuRef, text: string): CpuRef {
  return cpuOf(token(known, text));
}

function revisions(known: RevisionSet, text: string): RevisionSet {
  return revisionsOf(token(known, text));
}

function integer({ start, end }: IntegerLiteral, text: string): IntegerLiteral {
  return { start, end, value: numberAt(text, start, end) };
}

function numberAt(text: string, start: number, end: number): bigint {
  const value = parseNumber(text.slice(start, end));
  return typeof value === "string" ? 0n : value;
}

function compared(item: CompareItem, text: string): CompareItem {
  if (item.kind === "host") return { kind: "host", host: word(item.host, text) };
  return { kind: "revisions", revisions: revisions(item.revisions, text) };
}

function expression(known: Expression, text: string): Expression {
  const { start, end } = known;
  switch (known.kind) {
    case "number": {
      const literal = bare(known, text);
      return { kind: "number", start, end, value: numberAt(text, literal.start, literal.end) };
    }
    case "name": {
      const own = bare(known, text);
      const name = text.slice(own.start, own.end);
      return name === known.name ? known : { kind: "name", start, end, name };
    }
    case "field":
      return {
        kind: "field",
        start,
        end,
        register: word(known.register, text),
        field: word(known.field, text),
      };
    case "unary": {
      const { operator, operand } = known;
      return { kind: "unary", start, end, operator, operand: expression(operand, text) };
    }
    case "binary": {
      const { operator } = known;
      const left = expression(known.left, text);
      const right = expression(known.right, text);
      return { kind: "binary", start, end, operator, left, right };
    }
  }
}

/** The span of what stands in parentheses, which belong to the expression. */
function bare({ start, end }: Span, text: string): Span {
  if (text[start] !== "(") return { start, end };
  const inner = text.slice(start, end);
  const behind = inner.search(/[() \t]*$/);
  return { start: start + inner.search(/[^( \t]/), end: start + behind };
}

function target(known: Target, text: string): Target {
  const { start, end, offsets } = known;
  const base = expression(known.base, text);
  const cpu = known.cpu && cpuRef(known.cpu, text);
  return {
    start,
    end,
    base,
    cpu,
    offsets: offsets.length === 0 ? offsets : offsets.map((offset) => expression(offset, text)),
  };
}

function outcome(known: Outcome, text: string): Outcome {
  const { start, end } = known;
  const mask = known.mask && expression(known.mask, text);
  if (known.expected.kind === "always") {
    return { start, end, mask, expected: { kind: "always", is: expected(known.expected.is, text) } };
  }
  const cases = known.expected.cases.map((one) => ({
    start: one.start,
    end: one.end,
    revisions: revisions(one.revisions, text),
    expected: expected(one.expected, text),
  }));
  return { start, end, mask, expected: { kind: "by-revision", cases } };
}

function expected(known: Expected, text: string): Expected {
  const { start, end } = known;
  switch (known.kind) {
    case "value":
      return { kind: "value", start, end, value: expression(known.value, text) };
    case "fails":
      return { kind: "fails", start, end, errno: word(known.errno, text) };
    default:
      return known;
  }
}
