/** One declaration: what it says, and what is wrong with it by itself. */
import type {
  CompareItem,
  Expression,
  HostRef,
  IntegerLiteral,
  Quantity,
  Span,
} from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { HARDWARE_VALUES, type Hardware } from "../vgic/kernels/hardware.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { ADDRESS_BITS, IRQS, LIMITS } from "../vgic/limits.ts";
import { baseFrame, type FactDeclaration, type Facts } from "./facts.ts";
import { readHost } from "./host.ts";
import type { InvalidDeclarationReason, Report } from "./problem.ts";
import { knownRevision, namesRevision, revisionsText } from "./revision-set.ts";
import type { Scope } from "./scope.ts";
import type { Comparison, Fact, Ram } from "./setup.ts";

/** Where a declaration is read: the facts that it adds to, and who learns what is wrong with it. */
export interface Reading {
  readonly facts: Facts;
  readonly scope: Scope;
  /** Whether it is the first of its section about this fact. Further ones add regions of redistributors. */
  readonly isFirst: boolean;
  /** The value of an expression; undefined if it has none, which was reported. */
  readonly evaluate: (expression: Expression) => bigint | undefined;
  readonly report: Report;
  /** Takes a fact that cannot be taken as it is declared, where that is said already. */
  readonly refuse: (fact: Fact) => void;
  readonly invalid: (fact: Fact, span: Span, reason: InvalidDeclarationReason) => void;
}

type FactOf<Kind extends FactDeclaration["kind"]> = Extract<FactDeclaration, { kind: Kind }>;

/** What a region's word in KVM's ABI holds. */
const MOST_PER_REGION = 0xfff;
/** The names of quantities in a trace. */
const QUANTITIES: Readonly<Record<string, keyof Hardware>> = {
  lrs: "lrs",
  "priority-bits": "priorityBits",
  "id-bits": "idBits",
};

/** Takes what a declaration says into the facts. */
export function readFact(statement: FactDeclaration, reading: Reading): void {
  const { facts } = reading;
  switch (statement.kind) {
    case "gic": {
      const { text: name } = statement.model;
      if (name === "v2" || name === "v3") facts.model = name;
      else reading.invalid("gic", statement.model, { reason: "model", name });
      break;
    }
    case "revision": {
      const { value } = statement.revision;
      const known = knownRevision(value);
      facts.revision = known;
      if (known === undefined) reading.invalid("revision", statement.revision, { reason: "revision", value });
      break;
    }
    case "cpus": {
      const { value } = statement.count;
      if (value === 0n || value > 0xffffn) {
        const limits = { least: 1, most: LIMITS[facts.model ?? "v3"].mostCpus };
        reading.invalid("cpus", statement.count, {
          reason: "count",
          declaration: "cpus",
          value,
          ...limits,
        });
      }
      facts.cpus = value === 0n ? 1 : value > 0xffffn ? LIMITS.v2.mostCpus : Number(value);
      break;
    }
    case "irqs":
      facts.irqs = irqsOf(statement, reading);
      break;
    case "compare":
      facts.compare = comparisonOf(statement.items, reading);
      break;
    case "host": {
      const host = hostOf(statement.host, reading);
      if (host === undefined) reading.refuse("host");
      else facts.host = host;
      break;
    }
    case "base":
      readBase(statement, reading);
      break;
    case "hardware":
      facts.hardware = hardwareOf(statement.quantities, reading);
      break;
    case "created":
      facts.created = true;
      break;
    case "its":
      facts.its = true;
      break;
    case "ram":
      facts.ram = ramOf(statement, reading) ?? facts.ram;
      break;
    default:
      unreachable(statement);
  }
}

function irqsOf({ count }: FactOf<"irqs">, reading: Reading): number {
  const { value } = count;
  const { least, most, step } = IRQS;
  if (value < BigInt(least) || value > BigInt(most)) {
    const limits = { least, most };
    reading.invalid("irqs", count, { reason: "count", declaration: "irqs", value, ...limits });
    return value < BigInt(least) ? least : most;
  }
  if (value % BigInt(step) !== 0n) reading.invalid("irqs", count, { reason: "irqs-multiple", value });
  return Math.ceil(Number(value) / step) * step;
}

function readBase({ frame, address: expression, count }: FactOf<"base">, reading: Reading): void {
  const { facts, isFirst } = reading;
  const address = reading.evaluate(expression);
  const name = baseFrame(frame.text);
  if (name === undefined) return;
  const fact = `base ${name}` as const;
  if (address === undefined) {
    reading.refuse(fact);
    return;
  }
  if (address >> BigInt(ADDRESS_BITS) !== 0n) {
    reading.invalid(fact, expression, { reason: "base-range", address });
    return;
  }
  const base = Number(address);
  if (name === "redist") facts.regions = isFirst ? undefined : facts.regions;
  if (count === undefined) {
    facts.bases = { ...facts.bases, [name]: base };
  } else if (name !== "redist") {
    reading.invalid(fact, count, { reason: "count-of-frame", frame: name });
  } else {
    readRegion(base, count, expression, reading);
  }
}

function readRegion(base: number, count: IntegerLiteral, place: Span, reading: Reading): void {
  const { facts } = reading;
  const { value } = count;
  if (value < 1n || value > BigInt(MOST_PER_REGION)) {
    reading.invalid("base redist", count, { reason: "region-count", value, most: MOST_PER_REGION });
    return;
  }
  const alignment = LIMITS.v3.baseAlignment;
  if (base % alignment !== 0) {
    const detail = { reason: "base-alignment", address: BigInt(base), alignment, model: "v3" } as const;
    reading.invalid("base redist", place, detail);
    return;
  }
  const regions = facts.regions ?? [];
  if (regions.length === 0) facts.bases = { ...facts.bases, redist: base };
  facts.regions = [...regions, { base, count: Number(value) }];
}

function hardwareOf(named: readonly Quantity[], reading: Reading): Partial<Hardware> {
  const hardware: { -readonly [Name in keyof Hardware]?: number } = {};
  for (const { name, value: literal } of named) {
    const quantity = QUANTITIES[name.text];
    const values = HARDWARE_VALUES[quantity];
    const { value } = literal;
    if (hardware[quantity] !== undefined) {
      reading.invalid("hardware", name, { reason: "quantity-twice", name: name.text });
    } else if (!values.includes(Number(value))) {
      reading.invalid("hardware", literal, { reason: "quantity", name: name.text, value, values });
    } else {
      hardware[quantity] = Number(value);
    }
  }
  return hardware;
}

function ramOf({ begin, size, start, end }: FactOf<"ram">, reading: Reading): Ram | undefined {
  const first = reading.evaluate(begin);
  const bytes = reading.evaluate(size);
  if (first === undefined || bytes === undefined) {
    reading.refuse("ram");
    return undefined;
  }
  if (bytes === 0n || first + bytes > 1n << BigInt(ADDRESS_BITS)) {
    reading.invalid("ram", { start, end }, { reason: "ram-range", begin: first, size: bytes });
    return undefined;
  }
  return { start: Number(first), size: Number(bytes) };
}

function comparisonOf(items: readonly CompareItem[], reading: Reading): Comparison {
  const revisions: { first: number; last: number }[] = [];
  const hosts: Host[] = [];
  for (const item of items) {
    if (item.kind === "host") {
      const host = hostOf(item.host, reading);
      if (host !== undefined) hosts.push(host);
      continue;
    }
    const { first, last } = item.revisions;
    if (namesRevision(item.revisions)) revisions.push({ first, last });
    else
      reading.invalid("compare", item.revisions, {
        reason: "revisions",
        text: revisionsText(item.revisions),
      });
  }
  return { revisions, hosts };
}

function hostOf(host: HostRef, { scope, report }: Reading): Host | undefined {
  return readHost(host, scope, report, (problem) => ({ code: "invalid-declaration", ...problem }));
}
