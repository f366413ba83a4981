/** The part of a statement at a column: a register, a field, a vCPU, a value with its role, or a keyword. */
import type {
  Expression,
  HostCondition,
  HostRef,
  Outcome,
  Span,
  Statement,
  Target,
} from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";

/** What a value is for. */
export type Role = "written" | "expected" | "mask" | "offset" | "address" | "interrupt" | "constant";

/** A whole value of a statement. */
export interface Value {
  readonly role: Role;
  readonly expression: Expression;
}

export type Part = Span &
  (
    | { readonly kind: "cpu"; readonly index: number }
    /** A word that names what is accessed: a register, a frame or a `let` name. */
    | { readonly kind: "target"; readonly name: string }
    | { readonly kind: "field"; readonly register: string; readonly field: string }
    /** The register before a field. */
    | { readonly kind: "register"; readonly name: string }
    /** A host, by its name or the one that the configuration gives it; `relation` where a case is about it. */
    | { readonly kind: "host"; readonly name: string; readonly relation?: HostCondition["relation"] }
    /** The innermost expression at the column, and the whole value that it is part of. */
    | { readonly kind: "value"; readonly node: Expression; readonly value: Value }
  );

/** The part of a statement at a column; undefined on keywords and between parts. */
export function partAt(statement: Statement, column: number): Part | undefined {
  if ("cpu" in statement && statement.cpu !== undefined && contains(statement.cpu, column)) {
    return { kind: "cpu", ...statement.cpu };
  }
  if (statement.kind === "sysreg" && contains(statement.register, column)) {
    const { start, end, text: name } = statement.register;
    return { kind: "target", start, end, name };
  }
  if (statement.kind === "its-command") {
    const { from, to } = statement.operands;
    const named = [from, to].find((cpu) => cpu !== undefined && contains(cpu, column));
    if (named !== undefined) return { kind: "cpu", ...named };
  }
  if (statement.kind === "mmio" || statement.kind === "user") {
    const { base, cpu } = statement.target;
    if (cpu !== undefined && contains(cpu, column)) return { kind: "cpu", ...cpu };
    if (base.kind === "name" && contains(base, column)) {
      return { kind: "target", start: base.start, end: base.end, name: base.name };
    }
  }
  if (statement.kind === "let" && contains(statement.name, column)) {
    const { start, end, text: name } = statement.name;
    return { kind: "target", start, end, name };
  }
  const named = hostsOf(statement).find(({ host }) => contains(host, column));
  if (named !== undefined) {
    const { start, end, text: name } = named.host;
    return { kind: "host", start, end, name, relation: named.relation };
  }
  const value = valuesOf(statement).find(({ expression }) => contains(expression, column));
  return value && partOfValue(value, column);
}

function hostsOf(
  statement: Statement,
): { readonly host: HostRef; readonly relation?: HostCondition["relation"] }[] {
  if (statement.kind === "host") return [{ host: statement.host }];
  if (statement.kind === "compare") return statement.items.filter((item) => item.kind === "host");
  const destination = statement.kind === "migrate" ? statement.to : undefined;
  const expected = "outcome" in statement ? statement.outcome?.expected : undefined;
  const cases = expected?.kind === "cases" ? expected.cases : [];
  return [
    ...(destination === undefined ? [] : [{ host: destination }]),
    ...cases.flatMap(({ when }) => when ?? []),
  ];
}

/** Every value of a statement, in order. */
export function valuesOf(statement: Statement): Value[] {
  switch (statement.kind) {
    case "mmio":
    case "user":
      return [
        ...targetValues(statement.target),
        ...oneValue("written", statement.value),
        ...outcomeValues(statement.outcome),
      ];
    case "sysreg":
      return [...oneValue("written", statement.value), ...outcomeValues(statement.outcome)];
    case "line":
      return [...oneValue("interrupt", statement.intid), ...outcomeValues(statement.outcome)];
    case "memory":
      return [
        ...addressValues(statement.target),
        ...oneValue("written", statement.value),
        ...outcomeValues(statement.outcome),
      ];
    case "memory-fill":
      return [
        ...addressValues(statement.target),
        ...oneValue("constant", statement.length),
        ...oneValue("constant", statement.byte),
      ];
    case "its-command": {
      const { device, event, lpi, collection, itt, bits } = statement.operands;
      return [
        ...[device, event].flatMap((value) => oneValue("constant", value)),
        ...oneValue("interrupt", lpi),
        ...oneValue("constant", collection),
        ...oneValue("address", itt),
        ...oneValue("constant", bits),
      ];
    }
    case "msi":
      return [
        ...oneValue("constant", statement.device),
        ...oneValue("constant", statement.event),
        ...outcomeValues(statement.outcome),
      ];
    case "setting":
      return [
        ...oneValue("constant", statement.region),
        ...oneValue("written", statement.value),
        ...outcomeValues(statement.outcome),
      ];
    case "init":
    case "tables":
    case "migrate":
      return outcomeValues(statement.outcome);
    case "let":
      return oneValue("constant", statement.value);
    case "base":
      return oneValue("constant", statement.address);
    case "ram":
      return [...oneValue("address", statement.begin), ...oneValue("constant", statement.size)];
    case "gic":
    case "revision":
    case "cpus":
    case "irqs":
    case "compare":
    case "host":
    case "hardware":
    case "created":
    case "its":
    case "scenario":
    case "run":
    case "settle":
    case "new-vm":
      return [];
    default:
      return unreachable(statement);
  }
}

function oneValue(role: Role, expression: Expression | undefined): Value[] {
  return expression === undefined ? [] : [{ role, expression }];
}

function targetValues({ base, offsets }: Target): Value[] {
  const address = base.kind === "name" ? [] : oneValue("address", base);
  return [...address, ...offsets.flatMap((offset) => oneValue("offset", offset))];
}

/** Of an address no part names a register. */
function addressValues({ base, offsets }: Target): Value[] {
  return [...oneValue("address", base), ...offsets.flatMap((offset) => oneValue("offset", offset))];
}

function outcomeValues(outcome: Outcome | undefined): Value[] {
  if (outcome === undefined) return [];
  const { mask, expected } = outcome;
  const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
  const values = answers.flatMap((one) => (one.kind === "value" ? oneValue("expected", one.value) : []));
  return [...oneValue("mask", mask), ...values];
}

function partOfValue(value: Value, column: number): Part {
  let node = value.expression;
  for (let inner: Expression | undefined = node; inner !== undefined; ) {
    node = inner;
    inner = operandsOf(node).find((operand) => contains(operand, column));
  }
  if (node.kind !== "field") return { kind: "value", start: node.start, end: node.end, node, value };
  const { register, field } = node;
  if (contains(field, column)) {
    return { kind: "field", start: field.start, end: field.end, register: register.text, field: field.text };
  }
  return { kind: "register", start: register.start, end: register.end, name: register.text };
}

function operandsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === "binary") return [expression.left, expression.right];
  return expression.kind === "unary" ? [expression.operand] : [];
}

/** Whether a column touches a span; the place after its last character counts, as a cursor stands there. */
function contains({ start, end }: Span, column: number): boolean {
  return column >= start && column <= end;
}
