/**
 * All orders of a scenario's operations that keep the order of each vCPU. Orders that led to the same state with the
 * same answers are followed once and counted, so that many more orders can be covered than could be run.
 */
import { perform, returnsValue } from "../evaluate/perform.ts";
import { type Variant, variantsOf } from "../evaluate/variant.ts";
import type { Operation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import { itemAt } from "../syntax/item-at.ts";
import { operationRow } from "../syntax/operations.ts";
import { unreachable } from "../syntax/unreachable.ts";
import type { Outcome } from "../vgic/answer.ts";
import { type Snapshot, Vgic } from "../vgic/vgic.ts";
import { Random } from "./random.ts";

/** What operations answered in some orders. */
export interface Ending {
  /** By operation, as the scenario counts them. */
  readonly outcomes: readonly Outcome[];
  /** How many orders gave it. */
  readonly orders: bigint;
  /** One of them: the operations as they were done. */
  readonly example: readonly number[];
}

export interface Interleavings {
  /** How many orders there are. */
  readonly orders: bigint;
  /** How many were looked at: all, or a sample where they lead to too many states. */
  readonly tried: bigint;
  readonly endings: readonly Ending[];
}

/** States that are kept at once; what has more is sampled. */
const MOST_STATES = 5_000;
const SAMPLES = 20_000;

/** A state that some orders have led to. */
interface Node {
  /** How many operations of each actor are done. */
  readonly positions: readonly number[];
  readonly snapshot: Snapshot;
  readonly outcomes: readonly (Outcome | undefined)[];
  readonly example: readonly number[];
  orders: bigint;
}

/** Whether a scenario has operations of several actors at all. */
export function hasInterleavings(scenario: Scenario): boolean {
  return stagesOf(scenario).some((stage) => stage.length > 1);
}

/** Runs a scenario in all orders, as its declared revision and host. */
export function interleave(scenario: Scenario, seed: number): Interleavings {
  const stages = stagesOf(scenario);
  const orders = stages.reduce((product, stage) => product * ordersOf(stage), 1n);
  const run = new Run(scenario);
  let nodes: Node[] = [run.start()];
  for (const stage of stages) {
    const next = run.throughAll(nodes, stage);
    if (next === undefined) return sampled(run, stages, orders, seed);
    nodes = next;
  }
  return { orders, tried: orders, endings: endingsOf(nodes) };
}

/**
 * The actors between two `settle`s, each with its operations in order. A `settle` waits for everyone, so no order
 * crosses it. What the VMM and the devices do is the order of one actor.
 */
function stagesOf({ operations }: Scenario): number[][][] {
  const stages: number[][][] = [];
  let actors = new Map<string, number[]>();
  const close = (): void => {
    if (actors.size > 0) stages.push([...actors.values()]);
    actors = new Map();
  };
  for (let index = 0; index < operations.length; index++) {
    const actor = actorOf(operations.at(index));
    if (actor === undefined) close();
    const own = actors.get(actor ?? "") ?? [];
    own.push(index);
    actors.set(actor ?? "", own);
    if (actor === undefined) close();
  }
  close();
  return stages;
}

/** Who does an operation, all devices and the VMM as one; undefined for one that everybody takes part in. */
function actorOf(operation: Operation): string | undefined {
  // The guest stands still while its VM is exchanged.
  if (operation.kind === "new-vm" || operation.kind === "migrate") return undefined;
  const { actor } = operationRow(operation);
  switch (actor) {
    case "guest":
      return "cpu" in operation ? `cpu${operation.cpu}` : undefined;
    case "vmm":
    case "device":
      return "vmm";
    case "every vCPU":
      return undefined;
    default:
      return unreachable(actor);
  }
}

/** The multinomial coefficient: how many orders keep each actor's own. */
function ordersOf(stage: readonly (readonly number[])[]): bigint {
  let orders = 1n;
  let done = 0n;
  for (const { length } of stage) {
    for (let i = 1n; i <= BigInt(length); i++) {
      done++;
      orders = (orders * done) / i;
    }
  }
  return orders;
}

class Run {
  readonly #scenario: Scenario;
  readonly #variant: Variant;
  readonly #vgic: Vgic;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#variant = itemAt(variantsOf(scenario), 0);
    const { host, revision } = this.#variant;
    this.#vgic = new Vgic({ ...scenario.setup, host, revision });
  }

  start(): Node {
    return { positions: [], snapshot: this.#vgic.snapshot(), outcomes: [], example: [], orders: 1n };
  }

  /** Everything that a stage can come to; undefined if that is too much. */
  throughAll(begin: readonly Node[], stage: readonly (readonly number[])[]): Node[] | undefined {
    let nodes: readonly Node[] = begin.map((node) => ({ ...node, positions: stage.map(() => 0) }));
    const length = stage.reduce((sum, actor) => sum + actor.length, 0);
    for (let step = 0; step < length; step++) {
      const merged = new Map<string, Node[]>();
      let count = 0;
      for (const node of nodes) {
        for (const [actor, own] of stage.entries()) {
          const operation = own[itemAt(node.positions, actor)];
          if (operation === undefined) continue;
          const next = this.#step(node, operation, actor);
          const key = `${next.positions.join()} ${answersKey(next.outcomes)}`;
          const alike = merged.get(key) ?? [];
          merged.set(key, alike);
          const same = alike.find(({ snapshot }) => this.#vgic.isAt(snapshot));
          if (same !== undefined) same.orders += next.orders;
          else {
            alike.push(next);
            if (++count > MOST_STATES) return undefined;
          }
        }
      }
      nodes = [...merged.values()].flat();
    }
    return [...nodes];
  }

  /** One order, at random: every order is as likely as any other. */
  throughOne(stages: readonly (readonly (readonly number[])[])[], random: Random): Node {
    const begin = this.start();
    const outcomes: (Outcome | undefined)[] = [];
    const example: number[] = [];
    this.#vgic.restore(begin.snapshot);
    for (const stage of stages) {
      const positions = stage.map(() => 0);
      for (let left = stage.reduce((sum, actor) => sum + actor.length, 0); left > 0; left--) {
        // An actor with more to do comes next more often.
        let choice = random.below(left);
        const actor = stage.findIndex((own, index) => {
          choice -= own.length - itemAt(positions, index);
          return choice < 0;
        });
        const position = itemAt(positions, actor);
        const operation = itemAt(itemAt(stage, actor), position);
        positions[actor] = position + 1;
        outcomes[operation] = this.#perform(operation);
        example.push(operation);
      }
    }
    return { ...begin, outcomes, example };
  }

  #step(node: Node, index: number, actor: number): Node {
    this.#vgic.restore(node.snapshot);
    const outcome = this.#perform(index);
    return {
      positions: node.positions.with(actor, itemAt(node.positions, actor) + 1),
      snapshot: this.#vgic.snapshot(),
      outcomes: withAt(node.outcomes, index, outcome),
      example: [...node.example, index],
      orders: node.orders,
    };
  }

  #perform(index: number): Outcome {
    const vgic = this.#vgic;
    const operation = this.#scenario.operations.at(index);
    const ending = perform(vgic, operation, this.#variant);
    if (ending !== "ok" || !returnsValue(operation)) return { ending };
    return { ending, value: (BigInt(vgic.high) << 32n) | BigInt(vgic.low) };
  }
}

function withAt(
  outcomes: readonly (Outcome | undefined)[],
  index: number,
  outcome: Outcome,
): (Outcome | undefined)[] {
  const copy = [...outcomes];
  while (copy.length < index) copy.push(undefined);
  copy[index] = outcome;
  return copy;
}

function answersKey(outcomes: readonly (Outcome | undefined)[]): string {
  return outcomes.map((outcome) => (outcome ? `${outcome.ending}${outcome.value ?? ""}` : "-")).join();
}

/** Final states with the same answers are one ending. */
function endingsOf(nodes: readonly Node[]): Ending[] {
  const endings = new Map<string, Ending>();
  for (const { outcomes, orders, example } of nodes) {
    const key = answersKey(outcomes);
    const known = endings.get(key);
    const all = outcomes.filter((outcome) => outcome !== undefined);
    endings.set(key, {
      outcomes: all,
      orders: orders + (known?.orders ?? 0n),
      example: known?.example ?? example,
    });
  }
  return [...endings.values()].sort((a, b) => (a.orders === b.orders ? 0 : a.orders > b.orders ? -1 : 1));
}

function sampled(
  run: Run,
  stages: readonly (readonly (readonly number[])[])[],
  orders: bigint,
  seed: number,
): Interleavings {
  const random = new Random(seed);
  const nodes: Node[] = [];
  for (let i = 0; i < SAMPLES; i++) nodes.push(run.throughOne(stages, random));
  return { orders, tried: BigInt(SAMPLES), endings: endingsOf(nodes) };
}
