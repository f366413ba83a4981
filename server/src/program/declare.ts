/** Declarations to the setup of a scenario: what is in force, and what is wrong with it. */

import type {
  CompareItem,
  Declaration,
  Expression,
  HostRef,
  IntegerLiteral,
  Quantity,
  Span,
} from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { type Bases, DEFAULT_BASES, FRAMES, mapFrames } from "../vgic/frame-table.ts";
import { DEFAULT_HARDWARE, HARDWARE_VALUES, type Hardware } from "../vgic/kernels/hardware.ts";
import { DEFAULT_HOST, type Host } from "../vgic/kernels/hosts.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { ADDRESS_BITS, IRQS, LIMITS } from "../vgic/limits.ts";
import { readHost } from "./host.ts";
import type { InvalidDeclarationReason, ProblemDetail, Report } from "./problem.ts";
import { isOfOlderHost, knownRevision, namesRevision, revisionsText } from "./revision-set.ts";
import type { Scope } from "./scope.ts";
import type { Comparison, DeclarationPlace, Declarations, Fact, Ram, Setup } from "./setup.ts";

/** A declaration that is not a `let`. */
export type FactDeclaration = Exclude<Declaration, { kind: "let" }>;

/** The value of an expression; undefined if it has none, which was reported. */
export type Evaluate = (expression: Expression) => bigint | undefined;

const redistributorBytes = FRAMES.GICR.bytes.v3;

/** Takes a problem at a line of the section. */
export type ReportAt = (line: number, span: Span, detail: ProblemDetail) => void;

export const noDeclarations: Declarations = {
  facts: { bases: {} },
  places: {},
  attempted: new Set(),
  wrong: new Set(),
};

/** The frames that a model does not have. */
const foreignFrames: Readonly<Record<Model, readonly (keyof Bases)[]>> = {
  v2: ["redist", "its"],
  v3: ["cpu"],
};
/** What a region's word in KVM's ABI holds. */
const mostPerRegion = 0xfff;
/** Guest memory of a VM with an ITS. */
const defaultRam: Ram = { start: 0x4000_0000, size: 0x4000_0000 };
/** The names of quantities in a trace. */
const quantities: Readonly<Record<string, keyof Hardware>> = {
  lrs: "lrs",
  "priority-bits": "priorityBits",
  "id-bits": "idBits",
};

/** The declarations that say what the VM is: where one is wrong, what its operations answer says nothing. */
const ofMachine: Readonly<Record<FactDeclaration["kind"], boolean>> = {
  gic: true,
  revision: true,
  cpus: true,
  irqs: true,
  host: true,
  base: true,
  hardware: true,
  created: true,
  its: true,
  ram: true,
  compare: false,
};

/** The setup that declarations amount to; what is missing is replaced. */
export function setupOf({ facts, attempted }: Declarations): Setup {
  // A host without a revision runs at its own default; a revision that cannot be read is no such choice.
  const created = facts.created ?? false;
  const hostDecides = created || (facts.host !== undefined && !attempted.has("revision"));
  const its = facts.its ?? false;
  return {
    model: facts.model ?? "v3",
    // Of a VM that is only created nobody has written GICD_IIDR.
    revision: created ? undefined : (facts.revision ?? (hostDecides ? undefined : LATEST_REVISION)),
    host: facts.host ?? DEFAULT_HOST,
    cpus: facts.cpus ?? 1,
    irqs: facts.irqs ?? 256,
    compare: facts.compare,
    bases: { ...DEFAULT_BASES, ...facts.bases },
    regions: facts.regions,
    hardware: { ...DEFAULT_HARDWARE, ...facts.hardware },
    created,
    its,
    ram: facts.ram ?? (its ? defaultRam : undefined),
  };
}

/** Which required declarations are missing: `gic`, and `revision` unless a `host` decides it or the VM is only created. */
export function missingDeclarations({ attempted }: Declarations): ("gic" | "revision")[] {
  const missing: ("gic" | "revision")[] = [];
  // A line that is like nothing may have been one of them.
  if (attempted.has("")) return missing;
  if (!attempted.has("gic")) missing.push("gic");
  const isDecided = attempted.has("revision") || attempted.has("host") || attempted.has("created");
  if (!isDecided) missing.push("revision");
  return missing;
}

/** What a declaration is about; undefined for a `base` of an unknown frame. */
export function factOf(statement: FactDeclaration): Fact | undefined {
  if (statement.kind !== "base") return statement.kind;
  const frame = baseFrame(statement.frame.text);
  return frame && `base ${frame}`;
}

function baseFrame(name: string): keyof Bases | undefined {
  return name === "dist" || name === "redist" || name === "cpu" || name === "its" ? name : undefined;
}

type Facts = { -readonly [Key in keyof Declarations["facts"]]: Declarations["facts"][Key] };

/** Collects the declarations of a section on top of those that it inherits. */
export class SetupBuilder {
  readonly #inherited: Declarations;
  readonly #inHeader: boolean;
  readonly #scope: Scope;
  readonly #report: ReportAt;
  readonly #facts: Facts;
  readonly #own: Partial<Record<Fact, DeclarationPlace>> = {};
  /** What the section declares more than once. */
  readonly #repeated = new Set<Fact>();
  readonly #attempted: Set<string>;
  readonly #wrong: Set<string>;

  constructor(inherited: Declarations, inHeader: boolean, scope: Scope, report: ReportAt) {
    this.#inherited = inherited;
    this.#inHeader = inHeader;
    this.#scope = scope;
    this.#report = report;
    this.#facts = { ...inherited.facts };
    this.#attempted = new Set(inherited.attempted);
    this.#wrong = new Set(inherited.wrong);
  }

  /** The model declared so far. */
  get model(): Model | undefined {
    return this.#facts.model;
  }

  /** Notes a declaration that cannot be read; the keyword is empty where the line is like nothing. */
  misread(keyword: string): void {
    this.#attempted.add(keyword);
    this.#refuse(keyword);
  }

  /** Whether a problem of an operation only follows from a declaration that is wrong, or that is missing. */
  explains(problem: ProblemDetail): boolean {
    const isLost = (keyword: "gic" | "cpus" | "irqs" | "its" | "ram"): boolean =>
      this.#wrong.has(keyword) || (this.#attempted.has("") && !this.#attempted.has(keyword));
    // Which registers and fields there are, and what they take, is not known without a model.
    if (isLost("gic")) return true;
    switch (problem.code) {
      case "missing-declaration":
        // Guest memory comes with an ITS.
        return isLost("its") || (problem.declaration === "ram" && isLost("ram"));
      // What is assumed of a model that nobody declares is no reason to blame registers of the other.
      case "unknown-register":
        return problem.otherModel !== undefined && !this.#attempted.has("gic");
      case "unknown-field":
        return !this.#attempted.has("gic");
      case "invalid-value":
        return (
          (problem.reason === "no-such-cpu" && isLost("cpus")) ||
          (problem.reason === "intid" && isLost("irqs"))
        );
      default:
        return false;
    }
  }

  /**
   * Notes that a declaration cannot be taken as it is: what the VM is, is not known.
   * @param what a fact, or the keyword where nothing more of the line can be read
   */
  #refuse(what: string): void {
    const [keyword] = what.split(" ");
    if (Object.entries(ofMachine).some(([kind, is]) => is && kind === keyword)) this.#wrong.add(what);
  }

  /** Takes a declaration; `evaluate` gives the value of an expression in it, if it has one. */
  declare(statement: FactDeclaration, line: number, evaluate: Evaluate): void {
    const fact = factOf(statement);
    if (fact === undefined) return;
    this.#attempted.add(statement.kind);
    const first = this.#own[fact];
    if (first !== undefined && !this.#isFurtherRegion(statement)) {
      const code = "duplicate-declaration";
      this.#repeated.add(fact);
      this.#report(line, statement, { code, declaration: fact, firstLine: first.line });
      if (this.#contradicts(statement, fact)) this.#refuse(fact);
      return;
    }
    this.#own[fact] = { start: statement.start, end: statement.end, line, inHeader: this.#inHeader };
    if (first === undefined) this.#wrong.delete(fact);
    this.#take(statement, line, evaluate, first === undefined);
  }

  /** Whether a second declaration says something else than the first: then nobody knows which of the two is meant. */
  #contradicts(statement: FactDeclaration, fact: Fact): boolean {
    const report = () => {};
    const alone = new SetupBuilder(noDeclarations, this.#inHeader, this.#scope, report);
    alone.declare(statement, 0, (expression) => this.#scope.evaluate(expression, report));
    return valueKey(alone.#facts, fact) !== valueKey(this.#facts, fact);
  }

  /** Whether a declaration adds a region of redistributors to others. */
  #isFurtherRegion(statement: FactDeclaration): boolean {
    return (
      statement.kind === "base" &&
      statement.frame.text === "redist" &&
      statement.count !== undefined &&
      this.#facts.regions !== undefined
    );
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
        this.#invalid("cpus", cpusPlace.line, cpusPlace, { reason, declaration: "cpus", value, ...limits });
      }
      this.#facts.cpus = most;
    }
    if (revision !== undefined && isOfOlderHost(revision, host ?? DEFAULT_HOST)) {
      this.#olderRevision(revision, host, firstLine);
    }
    if (model !== undefined) {
      this.#checkBases(model);
      this.#checkIts(model);
    }
    this.#checkRegions();
    this.#checkRam();
    this.#reportRedundant();
    const places = { ...this.#inherited.places, ...this.#own };
    return { facts: this.#facts, places, attempted: this.#attempted, wrong: this.#wrong };
  }

  /** Revision 0 where the host does not have it. A header leaves that to scenarios that may declare another host. */
  #olderRevision(revision: number, host: Host | undefined, firstLine: Span): void {
    if (this.#inHeader && host === undefined) return;
    const place = this.#own.revision ?? this.#own.host;
    this.#facts.revision = LATEST_REVISION;
    if (place === undefined && host !== undefined) return;
    const name = (host ?? DEFAULT_HOST).name;
    const detail = { reason: "revision-of-older-host", value: BigInt(revision), host: name } as const;
    this.#invalid("revision", place?.line ?? 0, place ?? firstLine, detail);
  }

  #checkBases(model: Model): void {
    for (const frame of ["dist", "redist", "cpu", "its"] as const) {
      const place = this.#own[`base ${frame}`];
      const address = this.#facts.bases[frame];
      if (place === undefined || address === undefined) continue;
      const alignment = LIMITS[model].baseAlignment;
      if (foreignFrames[model].includes(frame)) {
        this.#invalid(`base ${frame}`, place.line, place, { reason: "base-model", frame, model });
      } else if (address % alignment !== 0) {
        const detail = { reason: "base-alignment", address: BigInt(address), alignment, model } as const;
        this.#invalid(`base ${frame}`, place.line, place, detail);
      } else continue;
      const { [frame]: _refused, ...others } = this.#facts.bases;
      this.#facts.bases = others;
    }
  }

  #checkIts(model: Model): void {
    const place = this.#own.its ?? this.#own.gic;
    if (model === "v3" || this.#facts.its !== true || place === undefined) return;
    this.#invalid("its", place.line, place, { reason: "its-model" });
    this.#facts.its = false;
  }

  /** Regions must hold all vCPUs and not overlap. */
  #checkRegions(): void {
    const { regions, cpus = 1 } = this.#facts;
    const place = this.#own["base redist"] ?? this.#own.cpus;
    if (regions === undefined || place === undefined) return;
    const ends = regions.map(({ base, count }) => base + count * redistributorBytes);
    const overlaps = regions.some(({ base }, index) =>
      regions.some((other, before) => before < index && base < ends[before] && other.base < ends[index]),
    );
    if (overlaps) this.#invalid("base redist", place.line, place, { reason: "regions", why: "overlap" });
    const count = regions.reduce((sum, region) => sum + region.count, 0);
    if (count >= cpus) return;
    this.#invalid("base redist", place.line, place, { reason: "too-few-redistributors", count, cpus });
    this.#facts.regions = undefined;
  }

  /** Where a frame is, an access reaches the frame or memory, not both: neither may lie in the other. */
  #checkRam(): void {
    const { ram, bases, cpus = 1, model = "v3", its, regions, created } = this.#facts;
    const about: readonly Fact[] = [
      "ram",
      "base dist",
      "base redist",
      "base cpu",
      "base its",
      "its",
      "cpus",
      "gic",
    ];
    const place = about.map((fact) => this.#own[fact]).find((own) => own !== undefined);
    // A VM that is only created has no frames yet.
    if (ram === undefined || place === undefined || created) return;
    const frames = mapFrames({ model, cpus, bases: { ...DEFAULT_BASES, ...bases }, regions, its });
    const hit = frames.find(({ start, end }) => start < ram.start + ram.size && end > ram.start);
    if (hit === undefined) return;
    const { frame, start, end } = hit;
    this.#invalid("ram", place.line, place, { reason: "ram-overlaps", frame, start, end, ram });
    this.#facts.ram = undefined;
  }

  #reportRedundant(): void {
    for (const fact of Object.keys(this.#own)) {
      if (!isFact(fact)) continue;
      const place = this.#own[fact];
      if (place === undefined || this.#inherited.places[fact] === undefined) continue;
      if (valueKey(this.#facts, fact) !== valueKey(this.#inherited.facts, fact)) continue;
      // Without the first of two the second would be in force.
      if (this.#repeated.has(fact)) continue;
      // Beside a host of its own a revision is no repetition: it says what this host is to show.
      if (fact === "revision" && this.#own.host !== undefined) continue;
      this.#report(place.line, place, { code: "redundant-declaration", declaration: fact });
      this.#own[fact] = { ...place, isRedundant: true };
    }
  }

  #take(statement: FactDeclaration, line: number, evaluate: Evaluate, isFirst: boolean): void {
    const facts = this.#facts;
    switch (statement.kind) {
      case "gic": {
        const { text: name } = statement.model;
        if (name === "v2" || name === "v3") facts.model = name;
        else this.#invalid("gic", line, statement.model, { reason: "model", name });
        break;
      }
      case "revision": {
        const { value } = statement.revision;
        const known = knownRevision(value);
        facts.revision = known;
        if (known === undefined)
          this.#invalid("revision", line, statement.revision, { reason: "revision", value });
        break;
      }
      case "cpus": {
        const { value } = statement.count;
        if (value === 0n || value > 0xffffn) {
          const limits = { least: 1, most: LIMITS[facts.model ?? "v3"].mostCpus };
          this.#invalid("cpus", line, statement.count, {
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
        facts.irqs = this.#irqs(statement, line);
        break;
      case "compare":
        facts.compare = this.#comparison(statement.items, line);
        break;
      case "host": {
        const host = this.#host(statement.host, line);
        if (host === undefined) this.#refuse("host");
        else facts.host = host;
        break;
      }
      case "base":
        this.#base(statement, line, evaluate(statement.address), isFirst);
        break;
      case "hardware":
        facts.hardware = this.#hardware(statement.quantities, line);
        break;
      case "created":
        facts.created = true;
        break;
      case "its":
        facts.its = true;
        break;
      case "ram":
        facts.ram = this.#ram(statement, line, evaluate) ?? facts.ram;
        break;
      default:
        unreachable(statement);
    }
  }

  #irqs({ count }: Extract<FactDeclaration, { kind: "irqs" }>, line: number): number {
    const { value } = count;
    const { least, most, step } = IRQS;
    if (value < BigInt(least) || value > BigInt(most)) {
      const limits = { least, most };
      this.#invalid("irqs", line, count, { reason: "count", declaration: "irqs", value, ...limits });
      return value < BigInt(least) ? least : most;
    }
    if (value % BigInt(step) !== 0n) this.#invalid("irqs", line, count, { reason: "irqs-multiple", value });
    return Math.ceil(Number(value) / step) * step;
  }

  #base(
    { frame, address: expression, count }: Extract<FactDeclaration, { kind: "base" }>,
    line: number,
    address: bigint | undefined,
    isFirst: boolean,
  ): void {
    const name = baseFrame(frame.text);
    if (name === undefined) return;
    const fact = `base ${name}` as const;
    if (address === undefined) {
      this.#refuse(fact);
      return;
    }
    if (address >> BigInt(ADDRESS_BITS) !== 0n) {
      this.#invalid(fact, line, expression, { reason: "base-range", address });
      return;
    }
    const base = Number(address);
    if (name === "redist") this.#facts.regions = isFirst ? undefined : this.#facts.regions;
    if (count === undefined) {
      this.#facts.bases = { ...this.#facts.bases, [name]: base };
    } else if (name !== "redist") {
      this.#invalid(fact, line, count, { reason: "count-of-frame", frame: name });
    } else {
      this.#region(base, count, line, expression);
    }
  }

  #region(base: number, count: IntegerLiteral, line: number, place: Span): void {
    const { value } = count;
    if (value < 1n || value > BigInt(mostPerRegion)) {
      this.#invalid("base redist", line, count, { reason: "region-count", value, most: mostPerRegion });
      return;
    }
    const alignment = LIMITS.v3.baseAlignment;
    if (base % alignment !== 0) {
      const detail = { reason: "base-alignment", address: BigInt(base), alignment, model: "v3" } as const;
      this.#invalid("base redist", line, place, detail);
      return;
    }
    const regions = this.#facts.regions ?? [];
    if (regions.length === 0) this.#facts.bases = { ...this.#facts.bases, redist: base };
    this.#facts.regions = [...regions, { base, count: Number(value) }];
  }

  #hardware(named: readonly Quantity[], line: number): Partial<Hardware> {
    const hardware: { -readonly [Name in keyof Hardware]?: number } = {};
    for (const { name, value: literal } of named) {
      const quantity = quantities[name.text];
      const values = HARDWARE_VALUES[quantity];
      const { value } = literal;
      if (hardware[quantity] !== undefined) {
        this.#invalid("hardware", line, name, { reason: "quantity-twice", name: name.text });
      } else if (!values.includes(Number(value))) {
        this.#invalid("hardware", line, literal, { reason: "quantity", name: name.text, value, values });
      } else {
        hardware[quantity] = Number(value);
      }
    }
    return hardware;
  }

  #ram(
    { begin, size, start, end }: Extract<FactDeclaration, { kind: "ram" }>,
    line: number,
    evaluate: Evaluate,
  ): Ram | undefined {
    const first = evaluate(begin);
    const bytes = evaluate(size);
    if (first === undefined || bytes === undefined) {
      this.#refuse("ram");
      return undefined;
    }
    if (bytes === 0n || first + bytes > 1n << BigInt(ADDRESS_BITS)) {
      this.#invalid("ram", line, { start, end }, { reason: "ram-range", begin: first, size: bytes });
      return undefined;
    }
    return { start: Number(first), size: Number(bytes) };
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
      else
        this.#invalid("compare", line, item.revisions, {
          reason: "revisions",
          text: revisionsText(item.revisions),
        });
    }
    return { revisions, hosts };
  }

  #host(host: HostRef, line: number): Host | undefined {
    const report: Report = (span, detail) => this.#report(line, span, detail);
    return readHost(host, this.#scope, report, (problem) => ({ code: "invalid-declaration", ...problem }));
  }

  #invalid(fact: Fact, line: number, span: Span, reason: InvalidDeclarationReason): void {
    this.#refuse(fact);
    this.#report(line, span, { code: "invalid-declaration", ...reason });
  }
}

function isFact(word: string): word is Fact {
  return Object.hasOwn(valueKeys, word);
}

/** The value of a fact, so that equal values give equal keys. */
function valueKey(facts: Declarations["facts"], fact: Fact): string {
  return JSON.stringify(valueKeys[fact](facts)) ?? "";
}

const valueKeys: Readonly<Record<Fact, (facts: Declarations["facts"]) => unknown>> = {
  gic: ({ model }) => model,
  revision: ({ revision }) => revision,
  cpus: ({ cpus }) => cpus,
  irqs: ({ irqs }) => irqs,
  compare: ({ compare }) => [
    compare?.revisions.map(({ first, last }) => `${first}-${last}`),
    compare?.hosts.map(({ name }) => name),
  ],
  host: ({ host }) => host?.name,
  hardware: ({ hardware }) => [hardware?.lrs, hardware?.priorityBits, hardware?.idBits],
  created: ({ created }) => created,
  its: ({ its }) => its,
  ram: ({ ram }) => [ram?.start, ram?.size],
  "base dist": ({ bases }) => bases.dist,
  "base redist": ({ bases, regions }) => [bases.redist, regions],
  "base cpu": ({ bases }) => bases.cpu,
  "base its": ({ bases }) => bases.its,
};
