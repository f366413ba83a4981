/** Names and fields: what the references in a value mean at a line. */

import type { Lines } from "../document/lines.ts";
import { nearest, nearestName } from "../syntax/nearest.ts";
import type { Expression, Span, Word } from "../syntax/statement.ts";
import { evaluate, type Reference } from "../syntax/value.ts";
import { frameNamed } from "../vgic/frame-table.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { Field, RegisterRow } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import { otherModel } from "./environment.ts";
import type { NamedHosts } from "./named-hosts.ts";
import { nearestRegister } from "./nearest-register.ts";
import type { Report } from "./problem.ts";
import type { Name } from "./program.ts";

/** Whether a word is a register of any model, or a frame. */
export function isRegisterName(word: string): boolean {
  return (
    frameNamed(word) !== undefined ||
    registers("v2").find(word) !== undefined ||
    registers("v3").find(word) !== undefined
  );
}

/** The bits of a field as a mask. */
export function fieldMask({ high, low }: Field): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

/** Stands for the name of a \`let\` that has none: it may have been any. */
const ANY = "";

/** The names that the `let` lines of a section speak of, wherever they stand. */
interface LetWords {
  readonly declared: ReadonlySet<string>;
  /** Those of lines that cannot be read: using them is no further problem. */
  readonly broken: ReadonlySet<string>;
}

function letWords(lines: Lines): LetWords {
  const declared = new Set<string>();
  const broken = new Set<string>();
  for (const { parsed } of lines.all) {
    const { statement, attempt } = parsed;
    if (statement?.kind === "let") declared.add(statement.name.text);
    if (attempt?.keyword === "let") broken.add(attempt.name ?? ANY);
  }
  return { declared, broken };
}

/** What a section has from the header, and from the configuration. */
export interface InheritedNames {
  readonly names: ReadonlyMap<string, Name>;
  /** Those whose `let` could not be read. */
  readonly brokenNames: ReadonlySet<string>;
  /** Those that the configuration names. */
  readonly hosts: NamedHosts;
}

/** The `let` names that hold at a line of a section, and the model whose registers are meant. */
export class Scope {
  /** Names of this section, so far. */
  readonly names = new Map<string, Name>();
  /** Names of this section, and of the header, that were used so far. */
  readonly used = new Set<string>();
  readonly headerUsed = new Set<string>();
  /** Undefined while no `gic` is in force: then the registers of both models are known. */
  model: Model | undefined;
  /** How often a name was looked for: what did not look depends on no names. */
  consultations = 0;
  /** How often a name was looked for whose value is not known, which is no further problem: what needs it says nothing. */
  misses = 0;
  readonly #header: ReadonlyMap<string, Name>;
  readonly #brokenInHeader: ReadonlySet<string>;
  readonly #lines: Lines;
  #lets: LetWords | undefined;

  readonly #hosts: NamedHosts;

  constructor({ names, brokenNames, hosts }: InheritedNames, lines: Lines) {
    this.#header = names;
    this.#brokenInHeader = brokenNames;
    this.#lines = lines;
    this.#hosts = hosts;
  }

  /** Computes a value; undefined if a part of it has none, and then that was reported. */
  evaluate(expression: Expression, report: Report): bigint | undefined {
    if (expression.kind === "number") return expression.value;
    return evaluate(expression, (reference) => this.#lookUp(reference, report));
  }

  /** Whether a word is a `let` name here; it counts as used. */
  use(word: string): Name | undefined {
    this.consultations++;
    const own = this.names.get(word);
    const found = own ?? this.#header.get(word);
    if (found === undefined) return undefined;
    if (own === undefined) this.headerUsed.add(word);
    else this.used.add(word);
    if (found.value === undefined || found.isContradicted) this.misses++;
    return found;
  }

  /** Whether the `let` of a name that was looked for could not be read. */
  isBroken(word: string): boolean {
    const isBroken = [this.brokenNames, this.#brokenInHeader].some(
      (names) => names.has(word) || names.has(ANY),
    );
    if (isBroken) this.misses++;
    return isBroken;
  }

  /** The names of this section whose `let` could not be read. */
  get brokenNames(): ReadonlySet<string> {
    this.#lets ??= letWords(this.#lines);
    return this.#lets.broken;
  }

  #isDeclared(word: string): boolean {
    this.#lets ??= letWords(this.#lines);
    return this.#lets.declared.has(word);
  }

  /** The host that the configuration gives a name. */
  namedHost(word: string): Host | undefined {
    this.consultations++;
    return this.#hosts.get(word);
  }

  /** The name of a host that is most like a word. */
  nearestNamedHost(word: string): string | undefined {
    return nearest(word, [...this.#hosts.keys()]);
  }

  nearestName(word: string): string | undefined {
    return nearestName(word, this.names) ?? nearestName(word, this.#header);
  }

  #lookUp(reference: Reference, report: Report): bigint | undefined {
    if (reference.kind === "field") return this.#field(reference.register, reference.field, report);
    const { name } = reference;
    const found = this.use(name);
    if (found !== undefined) return found.value;
    if (!this.isBroken(name)) this.reportName(reference, name, report);
    return undefined;
  }

  /** Reports a word that is no `let` name. */
  reportName(span: Span, name: string, report: Report): void {
    const is = isRegisterName(name) ? "register" : this.#isDeclared(name) ? "declared-below" : undefined;
    // Used too early, and yet used.
    if (is === "declared-below") this.used.add(name);
    const near = is === undefined ? this.nearestName(name) : undefined;
    report(span, { code: "unknown-name", name, nearest: near, is });
  }

  #field(register: Word, field: Word, report: Report): bigint | undefined {
    const row = this.#row(register, report);
    if (row === undefined) return undefined;
    const found = row.fields.find(({ name }) => name === field.text);
    if (found !== undefined) return fieldMask(found);
    const near = nearest(
      field.text,
      row.fields.map(({ name }) => name),
    );
    report(field, { code: "unknown-field", register: register.text, field: field.text, nearest: near });
    return undefined;
  }

  /** A register's row; an array may be named without an index, since its registers have the same fields. */
  #row(register: Word, report: Report): RegisterRow | undefined {
    const model = this.model ?? "v3";
    const row = rowOf(model, register.text);
    if (row !== undefined) return row;
    const other = rowOf(otherModel(model), register.text);
    if (other !== undefined && this.model === undefined) return other;
    const code = "unknown-register";
    const name = register.text;
    if (other !== undefined) report(register, { code, name, otherModel: otherModel(model) });
    else report(register, { code, name, nearest: nearestRegister(model, name) });
    return undefined;
  }
}

/** The row of a register, or of an array of them by its name without an index. */
export function rowOf(model: Model, name: string): RegisterRow | undefined {
  const index = registers(model);
  return index.find(name)?.row ?? index.rows.find((row) => row.name === name);
}
