/** Logs as traces, as the extension asks for them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith, vgicTrace } from "../cli/command.ts";
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
    notes: expect.arrayContaining([
      expect.stringMatching(/lines \(\d+ of them without an event\), 1 VM, \d+ operations/),
    ]),
  });
});

const snapshots = path.join(root, "test/snapshots");
const unpacked = (name: string) => {
  const bytes = readFileSync(path.join(snapshots, name));
  return name.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};

test.each(readdirSync(snapshots).filter((name) => !name.endsWith(".calls.gz")))(
  "vgic/import: the snapshot %s as the command imports it",
  async (name) => {
    const bytes = unpacked(name);
    const head = [...bytes.subarray(0, 4096)];
    const content = head.includes(0)
      ? { text: "", bytes: bytes.toString("base64"), head }
      : { text: bytes.toString(), head };
    const { stdout, stderr } = vgicTrace(["import", "a.log"], { folder: folderWith({ "a.log": bytes }) });
    const answer = await client.request("vgic/import", { name: "a.log", ...content });
    expect(answer).toMatchObject({ trace: stdout });
    expect(
      stderr
        .replace(/^vgic-trace: (?:a\.log: )?/gm, "")
        .trim()
        .split("\n"),
    ).toEqual(Object.assign({ notes: [] }, answer).notes);
  },
);

test("vgic/import: a file that is too large to be sent is read where it is", async () => {
  const folder = folderWith({ "vm.mig": unpacked("kvm-v3-4cpu.mig.gz"), "boot.log": log });
  const at = (name: string) => ({
    name,
    text: "",
    head: [],
    uri: pathToFileURL(path.join(folder, name)).href,
  });
  expect(await client.request("vgic/import", at("vm.mig"))).toMatchObject({
    trace: expect.stringContaining("cpus 4 "),
  });
  expect(await client.request("vgic/import", at("boot.log"))).toEqual({
    refusal: expect.stringContaining("more than 50 MB"),
  });
  expect(await client.request("vgic/import", at("nowhere"))).toHaveProperty("refusal");
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
  expect(text).toMatch(/lines of the log \(\d+ of them without an event\) gave \d+ operations/);
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
