/** What a declaration is about, and its value. */
import type { Declaration } from "../syntax/statement.ts";
import type { Bases } from "../vgic/frame-table.ts";
import type { Declarations, Fact } from "./setup.ts";

/** A declaration that is not a `let`. */
export type FactDeclaration = Exclude<Declaration, { kind: "let" }>;

/** Facts while they are collected. */
export type Facts = { -readonly [Key in keyof Declarations["facts"]]: Declarations["facts"][Key] };

/** The declarations that say what the VM is: where one is wrong, what its operations answer says nothing. */
const OF_MACHINE: Readonly<Record<FactDeclaration["kind"], boolean>> = {
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

/** Whether a fact, or a keyword where nothing more of a line can be read, says what the VM is. */
export function describesMachine(what: string): boolean {
  const [keyword] = what.split(" ");
  return Object.entries(OF_MACHINE).some(([kind, is]) => is && kind === keyword);
}

/** What a declaration is about; undefined for a `base` of an unknown frame. */
export function factOf(statement: FactDeclaration): Fact | undefined {
  if (statement.kind !== "base") return statement.kind;
  const frame = baseFrame(statement.frame.text);
  return frame && `base ${frame}`;
}

/** The frame of a `base`; undefined if there is none of that name. */
export function baseFrame(name: string): keyof Bases | undefined {
  return name === "dist" || name === "redist" || name === "cpu" || name === "its" ? name : undefined;
}

export function isFact(word: string): word is Fact {
  return Object.hasOwn(VALUE_KEYS, word);
}

/** The value of a fact, so that equal values give equal keys. */
export function valueKey(facts: Declarations["facts"], fact: Fact): string {
  return JSON.stringify(VALUE_KEYS[fact](facts)) ?? "";
}

const VALUE_KEYS: Readonly<Record<Fact, (facts: Declarations["facts"]) => unknown>> = {
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
