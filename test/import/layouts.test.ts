import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { importText } from "./support.ts";

/** An event of a log. */
interface Event {
  readonly name: string;
  readonly task: string;
  readonly flags: string;
  readonly seconds: string;
  readonly micros: string;
  readonly event: string;
  readonly rest: string;
}

const line =
  /^\s*(?<name>.+?)-(?<task>\d+)\s+\[000\]\s+(?<flags>\S+)\s+(?<seconds>\d+)\.(?<micros>\d+): (?<event>\w+): (?<rest>.*)$/;
const log = readFileSync(path.resolve(import.meta.dirname, "../logs/qemukvm-gicv3-1cpu.ftrace.txt"), "utf8");
const events = log.split("\n").flatMap((text): Event[] => {
  const groups = line.exec(text)?.groups;
  if (groups === undefined) return [];
  const { name, task, flags, seconds, micros, event, rest } = groups;
  return [{ name, task, flags, seconds, micros, event, rest }];
});

/** The same events as other tools and options print them. */
const layouts: Readonly<Record<string, (event: Event, index: number) => string>> = {
  "norecord-cmd": ({ task, flags, seconds, micros, event, rest }) =>
    `           <...>-${task.padEnd(7)} [000] ${flags} ${seconds.padStart(5)}.${micros}: ${event}: ${rest}`,
  "noirq-info": ({ name, task, seconds, micros, event, rest }) =>
    `${name.padStart(16)}-${task} [000] ${seconds.padStart(5)}.${micros}: ${event}: ${rest}`,
  "four flags, of older kernels": ({ name, task, flags, seconds, micros, event, rest }) =>
    `${name.padStart(16)}-${task} [000] ${flags.slice(0, 4)} ${seconds}.${micros}: ${event}: ${rest}`,
  "record-tgid": ({ name, task, flags, seconds, micros, event, rest }) =>
    `${name.padStart(16)}-${task} (     91) [000] ${flags} ${seconds}.${micros}: ${event}: ${rest}`,
  "clock counter": ({ name, task, flags, event, rest }, index) =>
    `${name.padStart(16)}-${task} [000] ${flags} ${String(index).padStart(12)}: ${event}: ${rest}`,
  "latency-format": ({ name, task, flags, seconds, micros, event, rest }, index) =>
    `${name.slice(0, 8).padStart(8)}-${task.padEnd(7)}   0${flags} ${seconds}${micros}us${"+!#*: "[index % 6]}: ${event}: ${rest}`,
  "trace-cmd report -l": ({ name, task, flags, seconds, micros, event, rest }) =>
    `${name.slice(0, 8).padStart(8)}-${task.padEnd(7)}   0${flags} ${seconds.padStart(6)}.${micros}: ${`${event}:`.padEnd(21)} ${rest}`,
  verbose: ({ name, task, seconds, micros, event, rest }) =>
    `${name.padStart(16)} ${task.padStart(7)}   0 36 00000000 00000001 [0017e905] ${seconds}${micros.slice(0, 3)}.${micros.slice(3)}ms (+0.741ms): ${event}: ${rest}`,
  "trace-cmd report": ({ name, task, seconds, micros, event, rest }) =>
    `${name.padStart(16)}-${task}   [000] ${seconds.padStart(5)}.${micros}: ${`${event}:`.padEnd(21)} ${rest}`,
  "trace-cmd report with flags and nanoseconds": ({ name, task, flags, seconds, micros, event, rest }) =>
    `${name.padStart(16)}-${task}   [000] ${flags} ${seconds}.${micros}123: ${`${event}:`.padEnd(21)} ${rest}`,
  "perf script": ({ name, task, seconds, micros, event, rest }, index) =>
    `${(index % 3 === 0 ? `:${task}` : name).padStart(16)} ${task.padStart(5)} [000] ${seconds.padStart(5)}.${micros}: ${`kvm:${event}`.padStart(30)}: ${rest}`,
  "the kernel's log": ({ seconds, micros, event, rest }) =>
    `[${seconds.padStart(5)}.${micros}] ${event}: ${rest}`,
  "nocontext-info": ({ event, rest }) => `${event}: ${rest}`,
};

test("there are events to lay out", () => {
  expect(events.length).toBeGreaterThan(100);
});

test.each(Object.entries(layouts))("%s gives the same operations", (_, layout) => {
  const imported = importText(`${events.map(layout).join("\n")}\n`);
  expect(imported.operations).toEqual(importText(log).operations);
  expect(imported.errors).toEqual([]);
});

test("the fields of events instead of their words", () => {
  const { operations } = importText(
    [
      "kvm-vcpu-0-144     [000] d.h..     6.655946: vgic_update_irq_pending: vcpu_id=0x0 (0) irq=0x1b (27) level=(1)",
      "kvm-vcpu-0-144     [000] .....     8.133805: kvm_mmio: type=0x0 (0) len=0x4 (4) gpa=0x8000008 (134217736) val=0x0 (0)",
      "kvm-vcpu-0-144     [000] .....     8.133806: kvm_mmio: type=0x1 (1) len=0x4 (4) gpa=0x8000008 (134217736) val=0x4b00243b (1258300475)",
      "kvm-vcpu-0-144     [000] .....     8.173902: kvm_mmio: type=0x2 (2) len=0x1 (1) gpa=0x8000421 (134218785) val=0xa0 (160)",
      "kvm-vcpu-0-144     [000] .....     8.173903: kvm_irq_line: type=0x1 (1) vcpu_idx=0x0 (0) irq_num=0x21 (33) level=(1)\n",
    ].join("\n"),
  );
  expect(operations).toEqual([
    "line 27@cpu0 high by kernel",
    "cpu0 readl GICD_IIDR == 0x4b00243b",
    "cpu0 writeb GICD_IPRIORITYR8+1 0xa0",
    "line 33 high",
  ]);
});
