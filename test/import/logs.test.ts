import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { importOrRefuse, importText } from "./support.ts";

const folder = path.resolve(import.meta.dirname, "../logs");
const logs = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");

describe("a log of each format", () => {
  test.each(logs)("%s imports, and lint finds no error", (name) => {
    const { errors, operations, summary } = importText(read(name));
    expect(errors).toEqual([]);
    expect(operations.length).toBe(name.includes("raw") ? 0 : summary.operations - summary.folded);
    expect(operations.length > 0).toBe(!name.includes("raw"));
  });

  test.each(logs)("%s gives the same trace however it is cut into chunks", (name) => {
    expect(importText(read(name), { chunk: 7 }).trace).toBe(importText(read(name), { chunk: 1 << 20 }).trace);
  });

  test.each([
    ["perf-script.txt", "ftrace"],
    ["fmt-tracecmd-report.txt", "ftrace"],
    ["fmt-nocontext.ftrace.txt", "ftrace"],
    ["qemukvm-saverestore-gicv3.device-attr.txt", "device-attr"],
    ["qemu-gicv2.trace.txt", "qemu"],
    ["qtest-gicv3-1cpu.qtest-log.txt", "qtest"],
    ["qtest-gicv3-1cpu.transcript.txt", "qtest"],
    ["vgic-state.txt", "vgic-state"],
  ])("%s is recognised as %s", (name, format) => {
    expect(importText(read(name)).plan.logs[0].format).toBe(format);
  });
});

interface Access {
  readonly op?: string;
  readonly cpu: number;
  readonly width: number;
}

/** A harness's own record of what it did. */
function guestAccesses(text: string): string[] {
  const accesses: Access[] = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return accesses
    .filter(({ op }) => op?.startsWith("guest-"))
    .map(
      ({ op = "", cpu, width }) =>
        `cpu${cpu} ${op.slice("guest-".length)}${{ 8: "b", 16: "w", 32: "l", 64: "q" }[width]}`,
    );
}

const heads = (operations: readonly string[]) =>
  operations.filter((line) => line.startsWith("cpu")).map((line) => line.split(" ").slice(0, 2).join(" "));

test("the accesses that a harness marked are all there, in order", () => {
  const { operations } = importText(read("harness-v2-sgir.marked.ftrace.txt"));
  expect(heads(operations)).toEqual(guestAccesses(read("harness-v2-sgir.marked.jsonl")));
});

/** Any folder of logs, to try the import on: each must import without errors, or be refused with a reason. */
const more = process.env.VGIC_TRACE_LOGS;
describe.runIf(more !== undefined && existsSync(more))("the logs of VGIC_TRACE_LOGS", () => {
  const names = more === undefined ? [] : readdirSync(more).filter((name) => name.endsWith(".txt"));
  test.each(names)("%s", { timeout: 60_000 }, (name) => {
    const text = readFileSync(path.join(more ?? "", name), "utf8");
    const imported = importOrRefuse(text, { chunk: 1 << 20 });
    if (typeof imported === "string") return;
    expect(imported.errors).toEqual([]);
    const record = path.join(more ?? "", name.replace(/\.ftrace\.txt$/, ".jsonl"));
    if (record.endsWith(".jsonl") && existsSync(record)) {
      expect(heads(imported.operations)).toEqual(guestAccesses(readFileSync(record, "utf8")));
    }
  });
});
