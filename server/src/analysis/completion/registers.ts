/** Registers, fields and vCPUs that exist where the cursor stands. */

import { rowOf } from "../../program/scope.ts";
import type { Setup } from "../../program/setup.ts";
import type { Frame } from "../../vgic/frame-table.ts";
import type { RegisterRow } from "../../vgic/registers/register-table.ts";
import { registers } from "../../vgic/registers/registers.ts";
import { bitsWords } from "../decode.ts";
import { arrayWords, indexesInUse } from "../register-page.ts";
import type { CompletionItem } from "./item.ts";

/** Arrays of up to this many registers are offered one by one. */
const fewRegisters = 2;
const mostMembers = 64;
const mostCpus = 32;

export interface RegisterCompletion {
  readonly items: CompletionItem[];
  /** Whether more come up as the word grows: arrays show their members once their name is typed. */
  readonly isIncomplete: boolean;
}

/** The registers of some frames that the VM has; `word` is what is typed of a name. */
export function registerItems(setup: Setup, frames: readonly Frame[], word: string): RegisterCompletion {
  const items: CompletionItem[] = [];
  let isIncomplete = false;
  for (const row of registers(setup.model).rows) {
    if (!frames.includes(row.frame)) continue;
    const members = membersOf(row, setup);
    if (row.firstIndex !== undefined && members.length > fewRegisters && !isTyped(row, word)) {
      items.push({ ...item(row, row.name), detail: arrayWords(row, setup) });
      isIncomplete = true;
      continue;
    }
    const typed = row.firstIndex === undefined ? members : members.filter((name) => startsWith(name, word));
    const listed = typed.length > 0 ? typed : members;
    if (listed.length > mostMembers) isIncomplete = true;
    if (row.firstIndex !== undefined && row.bitsPerInterrupt === 8) items.push(byIntid(row));
    items.push(...listed.slice(0, mostMembers).map((name) => item(row, name)));
  }
  return { items, isIncomplete };
}

/** A byte of an array by its INTID: `GICD_IPRIORITYR0+40`. */
function byIntid(row: RegisterRow): CompletionItem {
  return {
    label: `${row.name}0+INTID`,
    kind: "register",
    detail: "the byte of an interrupt",
    insert: `${row.name}0+\${1:40}`,
    isSnippet: true,
    topic: { about: "register", name: `${row.name}0` },
  };
}

/** The system registers that the guest can read, or write. */
export function systemRegisterItems(setup: Setup, write: boolean): CompletionItem[] {
  return registers(setup.model)
    .rows.filter(({ frame, behaviour }) => frame === "ICC" && (write ? behaviour.write : behaviour.read))
    .map((row) => item(row, row.name));
}

/** The fields of a register, by its name with or without an index. */
export function fieldItems({ model }: Setup, register: string): CompletionItem[] {
  return (rowOf(model, register)?.fields ?? []).map((field) => ({
    label: field.name,
    kind: "field",
    detail: `${bitsWords(field)} ${field.doc}`,
  }));
}

/** The fields of a register as masks: `GICD_CTLR.EnableGrp1`. */
export function maskItems(setup: Setup, register: string): CompletionItem[] {
  return fieldItems(setup, register).map((field) => ({ ...field, label: `${register}.${field.label}` }));
}

/** The registers whose fields can be values. */
export function registersWithFields({ model }: Setup): CompletionItem[] {
  return registers(model)
    .rows.filter(({ fields, firstIndex }) => fields.length > 0 && firstIndex === undefined)
    .map((row) => item(row, row.name));
}

/** The vCPUs of the VM, `cpu0` first. */
export function cpuItems({ cpus }: Setup): CompletionItem[] {
  return Array.from({ length: Math.min(cpus, mostCpus) }, (_, cpu) => ({ label: `cpu${cpu}`, kind: "cpu" }));
}

function item({ title }: RegisterRow, name: string): CompletionItem {
  return { label: name, kind: "register", detail: title, topic: { about: "register", name } };
}

/** The names of a row's registers that are about interrupts of the VM. */
function membersOf(row: RegisterRow, setup: Setup): string[] {
  if (row.firstIndex === undefined) return [row.name];
  const { first, count } = indexesInUse(row, setup);
  return Array.from({ length: count }, (_, i) => `${row.name}${first + i}`);
}

/** Whether the word spells the name of an array, so that its index comes next. */
function isTyped(row: RegisterRow, word: string): boolean {
  return startsWith(word, row.name);
}

function startsWith(text: string, beginning: string): boolean {
  return text.toUpperCase().startsWith(beginning.toUpperCase());
}
