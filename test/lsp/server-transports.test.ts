import { execFileSync, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";

const dist = path.resolve(import.meta.dirname, "../../dist");
const command = path.join(dist, "vgic-trace.js");
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { processId: null, rootUri: null, capabilities: {} },
};

test("over the channel to a parent process, as VS Code starts it", async () => {
  const child = fork(command, ["server", "--node-ipc", `--clientProcessId=${process.pid}`]);
  onTestFinished(() => void child.kill());
  const answer = new Promise((resolve) => child.once("message", resolve));
  child.send(initialize);
  expect(await answer).toMatchObject({ id: 1, result: { serverInfo: { name: "vgic-trace" } } });
});

/** What a browser gives a worker, in one of Node's. */
const browser = `
  const { parentPort } = require("node:worker_threads");
  globalThis.self = globalThis;
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  globalThis.addEventListener = () => {};
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
`;

test("as a worker of a browser's", async () => {
  const script = readFileSync(path.join(dist, "extension/server-worker.js"), "utf8");
  const worker = new Worker(browser + script, { eval: true });
  onTestFinished(() => void worker.terminate());
  const said: unknown[] = [];
  worker.on("message", (message) => said.push(message));
  const say = (message: object): void => worker.postMessage({ jsonrpc: "2.0", ...message });
  say(initialize);
  const textDocument = { uri: "vscode-vfs://host/a.vgic", languageId: "vgic", version: 1, text: "sette\n" };
  say({ method: "initialized", params: {} });
  say({ method: "textDocument/didOpen", params: { textDocument } });
  await expect
    .poll(() => said, { timeout: 20_000 })
    .toMatchObject([
      { id: 1, result: { capabilities: { hoverProvider: true } } },
      { method: "textDocument/publishDiagnostics", params: { diagnostics: [{ code: "syntax" }] } },
    ]);
});

test("a server that is told of no connection says what to do", () => {
  const run = (): string =>
    execFileSync(process.execPath, [command, "server"], { encoding: "utf8", stdio: "pipe" });
  expect(run).toThrow("vgic-trace server --stdio");
});
