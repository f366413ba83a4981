/**
 * Would the guest notice? A scenario runs on one host and is migrated to another after each of its operations in turn,
 * and back if asked; what its guest then reads, is offered, or is answered later is held against the VM that stayed.
 */
import { migrate } from "../../evaluate/migration.ts";
import {
  type Before,
  before,
  changesSince,
  type DifferenceCause,
  type NoticeableChange,
  stoppedAt,
} from "../../evaluate/migration-differences.ts";
import { type Look, looksOf } from "../../evaluate/observation.ts";
import { outcomeOf, perform } from "../../evaluate/perform.ts";
import { declaredRevision, hostId, type Variant } from "../../evaluate/variant.ts";
import type { Manager } from "../../program/manager.ts";
import type { Operation } from "../../program/operation.ts";
import type { Program, Scenario } from "../../program/program.ts";
import { isUndeclared, unreadLines } from "../../rules/shared-cause.ts";
import { grouped } from "../../rules/words.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { type Ending, isSameOutcome, type Outcome } from "../../vgic/answer.ts";
import type { Host } from "../../vgic/kernels/hosts.ts";
import { type Question, questionsBetween } from "../../vgic/kernels/kernels.ts";
import { selectableRevisions } from "../../vgic/kernels/revisions.ts";
import { type Snapshot, Vgic } from "../../vgic/vgic.ts";
import { type AnalysisOptions, overridden } from "../analysis.ts";

export interface CompatRequest {
  readonly from: Host;
  readonly to: Host;
  readonly by: Manager;
  /** Migrate back at once, as a rollback does. */
  readonly back: boolean;
  /** Migrate once, when all operations are done: they put the VM into a state that was saved. */
  readonly atEndOnly?: true;
  /** A scenario whose revision the first host cannot show runs under the default of that host; else it is not tested. */
  readonly allowDefaultRevision: boolean;
}

/** Something that the guest can notice, for one cause. */
export type Notice = {
  /** The operation after which the VM was migrated when it showed first; -1: before all. */
  readonly after: number;
  readonly onWayBack: boolean;
} & (
  | { readonly kind: "changed"; readonly cause: DifferenceCause; readonly changes: NoticeableChange[] }
  | { readonly kind: "failed"; readonly ending: Exclude<Ending, "ok">; readonly register: string }
  /** A later operation of the guest is answered differently than where it was not migrated. */
  | {
      readonly kind: "later";
      readonly operation: number;
      readonly stayed: Outcome;
      readonly moved: Outcome;
      /** The questions that the kernel answers differently and that make the difference; empty where several do. */
      readonly questions: readonly Question[];
      /** The VMM's own write of GICD_IIDR in between, which the hosts take differently. */
      readonly vmmWrite?: number;
    }
);

/** A notice as it was first found. */
export interface Noticed {
  readonly notice: Notice;
  /** How many of the migrations show it. */
  readonly times: number;
}

/**
 * Why a scenario is not migrated: a declaration is missing or wrong, one of its lines cannot be read or done, or the first
 * host cannot show the revision that it declares.
 */
export type CompatUntested = "no-gic" | "no-revision" | "undeclared" | "unread" | "not-shown";

/** How a scenario fares. */
export interface ScenarioCompat {
  readonly scenario: Scenario;
  /** The scenario's first line in the file. */
  readonly firstLine: number;
  /** The revision that the VM runs under on the first host: the declared one, if the host shows it. */
  readonly revision: number;
  /** Why no migration was tried; absent where some were. */
  readonly untested?: CompatUntested;
  /** How many migrations were tried. */
  readonly migrations: number;
  /** Whether so much was to be tried that later operations were left out of it. */
  readonly isCutShort: boolean;
  /** By cause, the one found first in front. */
  readonly noticed: readonly Noticed[];
}

/**
 * Tries every scenario of a trace. A file that says nothing has none.
 * @param options what the configuration declares in the place of scenarios
 */
export function compat(
  program: Program,
  request: CompatRequest,
  { defaults }: Pick<AnalysisOptions, "defaults"> = {},
): ScenarioCompat[] {
  const scenarios = program.scenarios.filter(
    ({ scenario }) => scenario.title !== "" || saysAnything(scenario),
  );
  const givesRevision = defaults?.revision !== undefined;
  return scenarios.map(({ firstLine, scenario }) =>
    compatOf(overridden(scenario, { defaults }), firstLine, request, givesRevision),
  );
}

/** Whether a scenario has operations, be they such that cannot be done. */
function saysAnything(scenario: Scenario): boolean {
  const { operations, lines } = scenario;
  if (operations.length > 0 || unreadLines(scenario).size > 0) return true;
  return lines.all.some(({ isOperation }) => isOperation);
}

/** Why a scenario cannot be migrated. What `lint` goes on with, as if a GIC or a revision was declared, is nobody's VM. */
function untestedOf(
  scenario: Scenario,
  { from, allowDefaultRevision }: CompatRequest,
  givesRevision: boolean,
): CompatUntested | undefined {
  if (isUndeclared(scenario)) return "undeclared";
  const missing = new Set(
    scenario.problems.flatMap((one) => (one.code === "missing-declaration" ? [one.declaration] : [])),
  );
  if (missing.has("gic")) return "no-gic";
  if (missing.has("revision") && !givesRevision) return "no-revision";
  if (missing.has("its") || missing.has("ram")) return "undeclared";
  if (unreadLines(scenario).size > 0) return "unread";
  const { revision } = scenario.setup;
  const isShown = revision === undefined || selectableRevisions(from.profile).includes(revision);
  return isShown || allowDefaultRevision ? undefined : "not-shown";
}

function compatOf(
  scenario: Scenario,
  firstLine: number,
  request: CompatRequest,
  givesRevision: boolean,
): ScenarioCompat {
  const { setup } = scenario;
  const operations = [...scenario.operations];
  const declared = setup.revision;
  const shows = selectableRevisions(request.from.profile);
  const revision = declared !== undefined && shows.includes(declared) ? declared : undefined;
  const untested = untestedOf(scenario, request, givesRevision);
  if (untested !== undefined) {
    const nothing = { migrations: 0, isCutShort: false, noticed: [] };
    return { scenario, firstLine, revision: declared ?? 0, untested, ...nothing };
  }
  const variant: Variant = { id: hostId(request.from), host: request.from, revision };
  if (request.atEndOnly) return compatAtEnd({ scenario, firstLine }, operations, variant, request);
  const machineThatStays = machine(scenario, variant);
  const stayed = operations.map((operation) => replyOf(machineThatStays, operation, variant));
  const trial = new Trial(operations, variant, request, stayed);
  const vgic = machine(scenario, variant);
  trial.migrateAt(-1, vgic);
  operations.forEach((operation, index) => {
    if (operation.kind === "migrate") return;
    perform(vgic, operation, variant);
    // Where nothing has changed, the same migration gives the same.
    if (vgic.state.changes.length === 0) trial.repeat();
    else trial.migrateAt(index, vgic);
  });
  return {
    scenario,
    firstLine,
    revision: revision ?? (declared === undefined ? declaredRevision(setup) : vgic.revision),
    migrations: operations.filter(({ kind }) => kind !== "migrate").length + 1,
    isCutShort: trial.isCutShort,
    noticed: trial.noticed(),
  };
}

/** Migrates the VM that all operations of a scenario make. */
function compatAtEnd(
  placed: { readonly scenario: Scenario; readonly firstLine: number },
  operations: readonly Operation[],
  variant: Variant,
  request: CompatRequest,
): ScenarioCompat {
  const vgic = machine(placed.scenario, variant);
  for (const operation of operations) perform(vgic, operation, variant);
  const trial = new Trial([], variant, request, []);
  trial.migrateAt(-1, vgic);
  return { ...placed, revision: vgic.revision, migrations: 1, isCutShort: false, noticed: trial.noticed() };
}

function machine({ setup }: Scenario, { host, revision }: Variant): Vgic {
  return new Vgic({ ...setup, host, revision });
}

/** Performs an operation. The scenario's own migrations are left out: the hosts are those that were asked for. */
function replyOf(vgic: Vgic, operation: Operation, variant: Variant): Outcome {
  return operation.kind === "migrate" ? { ending: "ok" } : outcomeOf(vgic, operation, variant);
}

/** Operations that are tried on migrated VMs to look for later differences, in all of a scenario. */
const MOST_LATER_OPERATIONS = 1_000_000;

/** Migrates copies of a VM and collects what can be noticed, by cause. */
class Trial {
  readonly #operations: readonly Operation[];
  readonly #variant: Variant;
  readonly #request: CompatRequest;
  readonly #stayed: readonly Outcome[];
  readonly #found = new Map<string, { times: number; readonly notice: Notice }>();
  #last: string[] = [];
  #looks: readonly Look[] | undefined;
  #laterLeft = MOST_LATER_OPERATIONS;

  constructor(
    operations: readonly Operation[],
    variant: Variant,
    request: CompatRequest,
    stayed: readonly Outcome[],
  ) {
    this.#operations = operations;
    this.#variant = variant;
    this.#request = request;
    this.#stayed = stayed;
  }

  /** Whether later operations were left out. */
  get isCutShort(): boolean {
    return this.#laterLeft === 0;
  }

  noticed(): Noticed[] {
    return [...this.#found.values()];
  }

  /** Counts what the last migration showed once more. */
  repeat(): void {
    for (const key of this.#last) {
      const found = this.#found.get(key);
      if (found) found.times++;
    }
  }

  /** Migrates a copy of the VM as it is after an operation. */
  migrateAt(after: number, vgic: Vgic): void {
    this.#looks ??= looksOf(vgic.options);
    this.#last = [];
    const { from, to, back } = this.#request;
    const start = before(vgic, this.#looks);
    const moved = vgic.copy();
    const arrived = this.#move(start, moved, to, after, false);
    if (arrived && back) this.#move(start, moved, from, after, true);
    if (this.#last.length === 0) this.#goOn(moved, after);
  }

  /** @returns whether the restore succeeded */
  #move(start: Before, vgic: Vgic, to: Host, after: number, onWayBack: boolean): boolean {
    const request = { to, by: this.#request.by };
    const migration = migrate(vgic, request);
    if (migration.ending !== "ok") {
      const { ending } = migration;
      this.#add({ kind: "failed", after, onWayBack, ending, register: stoppedAt(vgic, migration) });
      return false;
    }
    const all = changesSince(start, vgic, this.#looks ?? [], migration, request);
    for (const changes of grouped(all, ({ cause }) => JSON.stringify(cause)).values()) {
      const [{ cause }] = changes;
      this.#add({ kind: "changed", after, onWayBack, cause, changes });
    }
    return true;
  }

  /** Lets the guest go on where it arrived, until it is answered differently than where it stayed. */
  #goOn(vgic: Vgic, after: number): void {
    const arrived = vgic.snapshot();
    for (let i = after + 1; i < this.#operations.length && this.#laterLeft > 0; i++) {
      this.#laterLeft--;
      const operation = itemAt(this.#operations, i);
      const moved = replyOf(vgic, operation, this.#variant);
      if (operation.kind !== "mmio" && operation.kind !== "sysreg") continue;
      const stayed = itemAt(this.#stayed, i);
      if (isSameOutcome(moved, stayed)) continue;
      const notice = { kind: "later", after, onWayBack: false, operation: i, stayed, moved } as const;
      const isNew = !this.#found.has(keyOf({ ...notice, questions: [] }));
      const questions = isNew ? this.#questionsBehind(vgic, arrived, after, i) : [];
      const vmmWrite = questions.length === 0 ? this.#iidrWriteBetween(after, i) : undefined;
      this.#add({ ...notice, questions, vmmWrite });
      return;
    }
  }

  /** The last write of GICD_IIDR by the VMM among some operations. */
  #iidrWriteBetween(after: number, operation: number): number | undefined {
    for (let i = operation - 1; i > after; i--) {
      const one = itemAt(this.#operations, i);
      if (one.kind === "user" && one.verb === "set" && one.register?.name === "GICD_IIDR") return i;
    }
    return undefined;
  }

  /** Which answers of the kernel make a later operation differ: with that of the first kernel it would not. */
  #questionsBehind(vgic: Vgic, arrived: Snapshot, after: number, operation: number): Question[] {
    const { from } = this.#request;
    return questionsBetween(from.traits, vgic.host.traits).filter((question) => {
      if (question === "profile") return false;
      const traits = { ...vgic.host.traits, [question]: from.traits[question] };
      const trial = vgic.copy();
      trial.restore({ ...arrived, host: { ...vgic.host, traits } });
      let last: Outcome | undefined;
      for (let i = after + 1; i <= operation; i++)
        last = replyOf(trial, itemAt(this.#operations, i), this.#variant);
      return last !== undefined && isSameOutcome(last, itemAt(this.#stayed, operation));
    });
  }

  #add(notice: Notice): void {
    const key = keyOf(notice);
    this.#last.push(key);
    const found = this.#found.get(key);
    if (found) found.times++;
    else this.#found.set(key, { times: 1, notice });
  }
}

/** The same for notices of one cause. */
function keyOf(notice: Notice): string {
  return JSON.stringify([notice.kind, notice.onWayBack, causeOf(notice)]);
}

function causeOf(notice: Notice): unknown {
  switch (notice.kind) {
    case "changed":
      return notice.cause;
    case "failed":
      return notice.register;
    case "later":
      return notice.operation;
  }
}
