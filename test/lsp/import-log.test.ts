/** Logs as traces, as the extension asks for them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "./client.ts";

const root = path.resolve(import.meta.dirname, "../..");
const log = readFileSync(path.join(root, "test/logs/harness-v3-pending-edge.ftrace.txt"), "utf8");

let client: Client;

beforeAll(async () => {
  client = await Client.start({ capabilities: { textDocument: { diagnostic: {} } } });
});
afterAll(() => void client.process.kill());

const imported = (text: string, head: readonly number[] = []) =>
  client.request("vgic/import", { name: "a.log", text, head });

/** What pasting a text at the end of a trace inserts. */
function pasted(trace: string, text: string): Promise<unknown> {
  const uri = `untitled:${Math.random()}.vgic`;
  client.open(uri, trace);
  const position = { line: trace.split("\n").length - 1, character: 0 };
  return client.request("vgic/importInto", { textDocument: { uri }, position, text });
}

test("vgic/import: the trace of a log, with what there is to say of it", async () => {
  expect(await imported(log)).toEqual({
    trace: expect.stringMatching(/^# Imported from a\.log: Linux tracepoints[\s\S]*^gic v3[\s\S]*^cpu0 /m),
    notes: expect.arrayContaining([expect.stringMatching(/lines?, 1 VM, \d+ operations/)]),
  });
});

test("vgic/import: what is no log is refused with a reason", async () => {
  expect(await imported("hello\n")).toEqual({ refusal: expect.stringContaining("no line of a format") });
  expect(await imported("", [0x1f, 0x8b])).toEqual({ refusal: expect.stringContaining("zcat") });
  const { error } = await client.ask("vgic/import", { name: "a.log", text: 1, head: [] });
  expect(error?.message).toContain("`text`");
});

test("vgic/importInto: operations alone for a trace with declarations, which hold for them", async () => {
  const text = await pasted("gic v3\ncpus 2\n\n", log);
  expect(text).toMatch(/^# Imported from the clipboard: Linux tracepoints.*\n(cpu|vmm|line)/);
  expect(text).not.toMatch(/^(gic|revision|cpus|irqs|base) /m);
  expect(text).toMatch(/lines of the log gave \d+ operations/);
});

test("vgic/importInto: the whole trace where there is nothing yet", async () => {
  expect(await pasted("# to do\n", log)).toMatch(/^gic v3/m);
});

test("vgic/importInto: nothing for text that is no log, traces among it", async () => {
  expect(await pasted("", "hello\n")).toBeNull();
  for (const name of readdirSync(path.join(root, "examples")).filter((one) => one.endsWith(".vgic"))) {
    expect(await pasted("", readFileSync(path.join(root, "examples", name), "utf8")), name).toBeNull();
  }
});
