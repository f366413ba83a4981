/** Declarations to the setup of a scenario: what is in force, and what is wrong with it. */

import type { CompareItem, Declaration, HostRef, Span } from "../syntax/statement.ts";
import { type Bases, DEFAULT_BASES } from "../vgic/frame-table.ts";
import { DEFAULT_HOST, type Host } from "../vgic/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { ADDRESS_BITS, IRQS, LIMITS } from "../vgic/limits.ts";
import { LATEST_REVISION } from "../vgic/revisions.ts";
import { readHost } from "./host.ts";
import type { InvalidDeclarationReason, ProblemDetail, Report } from "./problem.ts";
import { isOfOlderHost, knownRevision, namesRevision, revisionsText } from "./revision-set.ts";
import type { Comparison, DeclarationPlace, Declarations, Fact, Setup } from "./setup.ts";

/** A declaration that is not a `let`. */
export type FactDeclaration = Exclude<Declaration, { kind: "let" }>;

/** Takes a problem at a line of the section. */
export type ReportAt = (line: number, span: Span, detail: ProblemDetail) => void;

export const noDeclarations: Declarations = { facts: { bases: {} }, places: {}, attempted: new Set() };

/** The base that a model does not have. */
const foreignFrame: Readonly<Record<Model, keyof Bases>> = { v2: "redist", v3: "cpu" };

/** The setup that declarations amount to; what is missing is replaced. */
export function setupOf({ facts, attempted }: Declarations): Setup {
  // A host without a revision runs at its own default; a revision that cannot be read is no such choice.
  const hostDecides = facts.host !== undefined && !attempted.has("revision");
  return {
    model: facts.model ?? "v3",
    revision: facts.revision ?? (hostDecides ? undefined : LATEST_REVISION),
    host: facts.host ?? DEFAULT_HOST,
    cpus: facts.cpus ?? 1,
    irqs: facts.irqs ?? 256,
    compare: facts.compare,
    bases: { ...DEFAULT_BASES, ...facts.bases },
  };
}

/** Which required declarations are missing: `gic`, and `revision` unless a `host` decides it. */
export function missingDeclarations({ attempted }: Declarations): ("gic" | "revision")[] {
  const missing: ("gic" | "revision")[] = [];
  if (!attempted.has("gic")) missing.push("gic");
  if (!attempted.has("revision") && !attempted.has("host")) missing.push("revision");
  return missing;
}

/** What a declaration is about; undefined for a `base` of an unknown frame. */
export function factOf(statement: FactDeclaration): Fact | undefined {
  if (statement.kind !== "base") return statement.kind;
  const frame = baseFrame(statement.frame.text);
  return frame && `base ${frame}`;
}

function baseFrame(name: string): keyof Bases | undefined {
  return name === "dist" || name === "redist" || name === "cpu" ? name : undefined;
}

type Facts = { -readonly [Key in keyof Declarations["facts"]]: Declarations["facts"][Key] };

/** Collects the declarations of a section on top of those that it inherits. */
export class SetupBuilder {
  readonly #inherited: Declarations;
  readonly #inHeader: boolean;
  readonly #report: ReportAt;
  readonly #facts: Facts;
  readonly #own: Partial<Record<Fact, DeclarationPlace>> = {};
  readonly #attempted: Set<string>;

  constructor(inherited: Declarations, inHeader: boolean, report: ReportAt) {
    this.#inherited = inherited;
    this.#inHeader = inHeader;
    this.#report = report;
    this.#facts = { ...inherited.facts };
    this.#attempted = new Set(inherited.attempted);
  }

  /** The model declared so far. */
  get model(): Model | undefined {
    return this.#facts.model;
  }

  /** Notes a declaration that is there, whether or not it is right. */
  attempt(keyword: string): void {
    this.#attempted.add(keyword);
  }

  /** Takes a declaration; `address` is the value of a `base`, if it has one. */
  declare(statement: FactDeclaration, line: number, address: bigint | undefined): void {
    const fact = factOf(statement);
    if (fact === undefined) return;
    this.attempt(statement.kind);
    const first = this.#own[fact];
    if (first !== undefined) {
      const code = "duplicate-declaration";
      this.#report(line, statement, { code, declaration: fact, firstLine: first.line });
      return;
    }
    this.#own[fact] = { start: statement.start, end: statement.end, line, inHeader: this.#inHeader };
    this.#take(statement, line, address);
  }

  /**
   * What is in force after the section's declarations; checks those that depend on each other. `firstLine` is
   * blamed for what no line of the section declares.
   */
  finish(firstLine: Span): Declarations {
    const { host, revision, model, cpus } = this.#facts;
    const most = LIMITS[model ?? "v3"].mostCpus;
    const cpusPlace = this.#own.cpus ?? this.#own.gic;
    if (cpus !== undefined && cpus > most) {
      const value = BigInt(cpus);
      const reason = "count";
      if (cpusPlace !== undefined) {
        const limits = { least: 1, most, model: model ?? "v3" };
        this.#invalid(cpusPlace.line, cpusPlace, { reason, declaration: "cpus", value, ...limits });
      }
      this.#facts.cpus = most;
    }
    if (revision !== undefined && isOfOlderHost(revision, host ?? DEFAULT_HOST)) {
      this.#olderRevision(revision, host, firstLine);
    }
    if (model !== undefined) this.#checkBases(model);
    this.#reportRedundant();
    const places = { ...this.#inherited.places, ...this.#own };
    return { facts: this.#facts, places, attempted: this.#attempted };
  }

  /** Revision 0 where the host does not have it. A header leaves that to scenarios that may declare another host. */
  #olderRevision(revision: number, host: Host | undefined, firstLine: Span): void {
    if (this.#inHeader && host === undefined) return;
    const place = this.#own.revision ?? this.#own.host;
    this.#facts.revision = LATEST_REVISION;
    if (place === undefined && host !== undefined) return;
    const name = (host ?? DEFAULT_HOST).name;
    const detail = { reason: "revision-of-older-host", value: BigInt(revision), host: name } as const;
    this.#invalid(place?.line ?? 0, place ?? firstLine, detail);
  }

  #checkBases(model: Model): void {
    for (const frame of ["dist", "redist", "cpu"] as const) {
      const place = this.#own[`base ${frame}`];
      const address = this.#facts.bases[frame];
      if (place === undefined || address === undefined) continue;
      const alignment = LIMITS[model].baseAlignment;
      if (frame === foreignFrame[model]) {
        this.#invalid(place.line, place, { reason: "base-model", frame, model });
      } else if (address % alignment !== 0) {
        const detail = { reason: "base-alignment", address: BigInt(address), alignment, model } as const;
        this.#invalid(place.line, place, detail);
      } else continue;
      const { [frame]: _refused, ...others } = this.#facts.bases;
      this.#facts.bases = others;
    }
  }

  #reportRedundant(): void {
    for (const fact of Object.keys(this.#own)) {
      if (!isFact(fact)) continue;
      const place = this.#own[fact];
      if (place === undefined || this.#inherited.places[fact] === undefined) continue;
      if (valueKey(this.#facts, fact) !== valueKey(this.#inherited.facts, fact)) continue;
      this.#report(place.line, place, { code: "redundant-declaration", declaration: fact });
    }
  }

  #take(statement: FactDeclaration, line: number, address: bigint | undefined): void {
    const facts = this.#facts;
    switch (statement.kind) {
      case "gic": {
        const { text: name } = statement.model;
        if (name === "v2" || name === "v3") facts.model = name;
        else this.#invalid(line, statement.model, { reason: "model", name });
        break;
      }
      case "revision": {
        const { value } = statement.revision;
        const known = knownRevision(value);
        facts.revision = known;
        if (known === undefined) this.#invalid(line, statement.revision, { reason: "revision", value });
        break;
      }
      case "cpus": {
        const { value } = statement.count;
        if (value === 0n || value > 0xffffn) {
          const limits = { least: 1, most: LIMITS[facts.model ?? "v3"].mostCpus };
          this.#invalid(line, statement.count, { reason: "count", declaration: "cpus", value, ...limits });
        }
        facts.cpus = value === 0n ? 1 : value > 0xffffn ? LIMITS.v2.mostCpus : Number(value);
        break;
      }
      case "irqs":
        facts.irqs = this.#irqs(statement, line);
        break;
      case "compare":
        facts.compare = this.#comparison(statement.items, line);
        break;
      case "host":
        facts.host = this.#host(statement.host, line) ?? facts.host;
        break;
      case "base":
        this.#base(statement, line, address);
        break;
    }
  }

  #irqs({ count }: Extract<FactDeclaration, { kind: "irqs" }>, line: number): number {
    const { value } = count;
    const { least, most, step } = IRQS;
    if (value < BigInt(least) || value > BigInt(most)) {
      const limits = { least, most };
      this.#invalid(line, count, { reason: "count", declaration: "irqs", value, ...limits });
      return value < BigInt(least) ? least : most;
    }
    if (value % BigInt(step) !== 0n) this.#invalid(line, count, { reason: "irqs-multiple", value });
    return Math.ceil(Number(value) / step) * step;
  }

  #base(
    { frame, address: expression }: Extract<FactDeclaration, { kind: "base" }>,
    line: number,
    address: bigint | undefined,
  ): void {
    const name = baseFrame(frame.text);
    if (name === undefined || address === undefined) return;
    if (address >> BigInt(ADDRESS_BITS) !== 0n) {
      this.#invalid(line, expression, { reason: "base-range", address });
    } else {
      this.#facts.bases = { ...this.#facts.bases, [name]: Number(address) };
    }
  }

  #comparison(items: readonly CompareItem[], line: number): Comparison {
    const revisions: { first: number; last: number }[] = [];
    const hosts: Host[] = [];
    for (const item of items) {
      if (item.kind === "host") {
        const host = this.#host(item.host, line);
        if (host !== undefined) hosts.push(host);
        continue;
      }
      const { first, last } = item.revisions;
      if (namesRevision(item.revisions)) revisions.push({ first, last });
      else this.#invalid(line, item.revisions, { reason: "revisions", text: revisionsText(item.revisions) });
    }
    return { revisions, hosts };
  }

  #host(host: HostRef, line: number): Host | undefined {
    const report: Report = (span, detail) => this.#report(line, span, detail);
    return readHost(host, report, (problem) => ({ code: "invalid-declaration", ...problem }));
  }

  #invalid(line: number, span: Span, reason: InvalidDeclarationReason): void {
    this.#report(line, span, { code: "invalid-declaration", ...reason });
  }
}

const facts: readonly Fact[] = [
  ...(["gic", "revision", "cpus", "irqs", "compare", "host"] as const),
  ...(["base dist", "base redist", "base cpu"] as const),
];

function isFact(word: string): word is Fact {
  return facts.some((fact) => fact === word);
}

/** The value of a fact, so that equal values give equal keys. */
function valueKey({ bases, compare, host, ...plain }: Declarations["facts"], fact: Fact): string {
  switch (fact) {
    case "gic":
      return String(plain.model);
    case "revision":
    case "cpus":
    case "irqs":
      return String(plain[fact]);
    case "compare": {
      const revisions = compare?.revisions.map(({ first, last }) => `${first}-${last}`) ?? [];
      return [...revisions, ...(compare?.hosts.map(({ name }) => name) ?? [])].join();
    }
    case "host":
      return String(host?.name);
    case "base dist":
      return String(bases.dist);
    case "base redist":
      return String(bases.redist);
    case "base cpu":
      return String(bases.cpu);
  }
}
