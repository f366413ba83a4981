import { fork } from "node:child_process";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Client, type ClientOptions } from "./client.ts";

const uri = "file:///traces/a.vgic";
const about = { textDocument: { uri } };
const trace = "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n";
const hover = { ...about, position: { line: 2, character: 12 } };
const invalidRequest = -32600;

async function start(options?: ClientOptions): Promise<Client> {
  const client = await Client.start(options);
  onTestFinished(() => void client.process.kill());
  return client;
}

describe("a trace of about the longest that is looked at", () => {
  const line = "# a comment that makes the trace long, and says nothing about it but this \n";
  const lines = Math.floor(9_900_000 / line.length);
  const isTooLong = (client: Client, version: number) =>
    client.next("textDocument/publishDiagnostics", (params) => Object(params).version === version);
  const said = [{ message: expect.stringContaining("vgic-trace lint") }];

  test("is looked at again when edits made it too long, and short again", async () => {
    const client = await start();
    client.open(uri, trace + line.repeat(lines));
    const from = { line: 3, character: 0 };
    client.edit(uri, 2, { range: { start: from, end: from }, text: line.repeat(2000) });
    expect(await isTooLong(client, 2)).toMatchObject({ diagnostics: said });
    expect(await client.request("textDocument/hover", hover)).toBeNull();
    client.edit(
      uri,
      3,
      { range: { start: from, end: { line: 2003, character: 0 } }, text: "" },
      { range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } }, text: "cpu0 run\r\n" },
    );
    expect(await isTooLong(client, 3)).toMatchObject({ diagnostics: [] });
    const moved = { ...about, position: { line: 3, character: 12 } };
    expect(await client.request("textDocument/hover", moved)).toMatchObject({
      contents: { value: expect.stringContaining("GICD_CTLR") },
    });
  });

  test("many edits that replace most of it leave it short", async () => {
    const client = await start();
    client.open(uri, trace);
    const text = line.repeat(lines);
    const all = { start: { line: 3, character: 0 }, end: { line: 1e6, character: 0 } };
    client.edit(uri, 2, { range: all, text }, { range: all, text }, { range: all, text: "" });
    await isTooLong(client, 2);
    expect(await client.request("textDocument/hover", hover)).not.toBeNull();
  });
});

describe("what the protocol does not allow is refused", () => {
  test("a second initialize", async () => {
    const client = await start();
    client.open(uri, trace);
    const again = await client.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
    expect(again.error).toMatchObject({ code: invalidRequest });
    expect(await client.request("textDocument/hover", hover)).not.toBeNull();
  });

  test.each([
    ["textDocument/hover", hover],
    ["textDocument/documentSymbol", about],
    ["textDocument/diagnostic", about],
    ["workspace/diagnostic", { previousResultIds: [] }],
    ["workspace/symbol", { query: "" }],
    ["completionItem/resolve", { label: "x" }],
    ["vgic/hosts", about],
    ["vgic/import", { name: "x", text: "x", head: [] }],
    ["vgic/checkWorkspace", null],
    ["vgic/scenarios", about],
    ["shutdown", undefined],
    ["initialize", { processId: null, rootUri: null, capabilities: {} }],
  ])("%s after shutdown", async (method, params) => {
    const client = await start();
    client.open(uri, trace);
    await client.request("shutdown", undefined);
    expect((await client.ask(method, params)).error).toMatchObject({ code: invalidRequest });
    const exit = new Promise((resolve) => client.process.once("exit", resolve));
    client.notify("exit", undefined);
    expect(await exit).toBe(0);
  });
});

test.each([2000, 20_000, 200_000])("an address of %i folders is one like any other", async (folders) => {
  const client = await start();
  const deep = `file://${"/a".repeat(folders)}/b.vgic`;
  client.open(deep, trace);
  const asked = { textDocument: { uri: deep }, position: hover.position };
  expect(await client.request("textDocument/hover", asked)).not.toBeNull();
  client.open(uri, trace);
  expect(await client.request("textDocument/hover", hover)).not.toBeNull();
});

test("a server that is reached over a channel ends with it", async () => {
  const server = path.resolve(import.meta.dirname, "../../dist/vgic-trace.js");
  const child = fork(server, ["server", "--node-ipc"], { stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const answered = new Promise((resolve) => child.once("message", resolve));
  child.send({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  await answered;
  child.disconnect();
  expect(await exit).toBe(1);
});

test("what was chosen for a trace ends when it is closed", async () => {
  const client = await start();
  client.open(uri, trace);
  await client.request("vgic/evaluateAs", { ...about, revision: 1 });
  expect(await client.request("vgic/scenarios", about)).toMatchObject({ evaluatedAs: 1 });
  client.close(uri);
  client.open(uri, trace);
  expect(Object(await client.request("vgic/scenarios", about)).evaluatedAs).toBeUndefined();
});

test.each([
  ["lines that cannot be read", (index: number) => `cpu0 raedl GICD_CTLR ${index}`],
  ["unknown names", (index: number) => `let name${index} = 1\ncpu0 readl GICD_CTLR == nmae${index}`],
  ["scenarios without operations", (index: number) => `scenario "${index}"`],
  ["scenarios", (index: number) => `scenario "${index}"\ncpu0 readl GICD_TYPER`],
])("a trace full of %s makes no other wait until all is known of it", async (_, line) => {
  const client = await start();
  const full = "file:///traces/full.vgic";
  const lines = Array.from({ length: 20_000 }, (_, index) => `${line(index)}\n`).join("");
  client.open(uri, trace);
  client.open(full, `gic v3\nrevision 3\n${lines}`);
  const asked = { textDocument: { uri: full } };
  const symbols = client.ask("textDocument/documentSymbol", asked);
  const diagnostics = client.ask("textDocument/diagnostic", asked);
  const first = await Promise.race([
    client.request("textDocument/hover", hover).then(() => "hover"),
    diagnostics.then(() => "diagnostics"),
  ]);
  expect(first).toBe("hover");
  await Promise.all([symbols, diagnostics]);
});
