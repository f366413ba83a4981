import { describe, expect, onTestFinished, test } from "vitest";
import { Client, type ClientOptions, type Message } from "./client.ts";

const uri = "file:///traces/a.vgic";
const about = { textDocument: { uri } };
const trace = "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n";

async function start(options?: ClientOptions): Promise<Client> {
  const client = await Client.start(options);
  onTestFinished(() => void client.process.kill());
  return client;
}

/** Expects that the server still answers, and has the text that it should have. */
async function expectWorks(client: Client, operations = 1): Promise<void> {
  const symbols = await client.request("textDocument/documentSymbol", about);
  expect(symbols).toMatchObject([{ name: "gic v3" }, {}, { name: "cpu0", children: { length: operations } }]);
}

function logged(client: Client, text: string): Promise<unknown> {
  return client.next("window/logMessage", (params) => String(Object(params).message).includes(text));
}

const position = { line: 0, character: 0 };
const range = { start: position, end: position };
const requests: [string, object][] = [
  ["textDocument/hover", { position }],
  ["textDocument/completion", { position }],
  ["textDocument/signatureHelp", { position }],
  ["textDocument/definition", { position }],
  ["textDocument/implementation", { position }],
  ["textDocument/references", { position, context: { includeDeclaration: true } }],
  ["textDocument/documentHighlight", { position }],
  ["textDocument/prepareRename", { position }],
  ["textDocument/rename", { position, newName: "X" }],
  ["textDocument/codeAction", { range, context: { diagnostics: [] } }],
  ["textDocument/inlayHint", { range }],
  ["textDocument/codeLens", {}],
  ["textDocument/documentSymbol", {}],
  ["textDocument/foldingRange", {}],
  ["textDocument/selectionRange", { positions: [position] }],
  ["textDocument/documentLink", {}],
  ["textDocument/formatting", { options: {} }],
  ["textDocument/rangeFormatting", { range, options: {} }],
  ["textDocument/onTypeFormatting", { position, ch: "\n", options: {} }],
  ["textDocument/semanticTokens/full", {}],
  ["textDocument/semanticTokens/full/delta", { previousResultId: "1" }],
  ["textDocument/semanticTokens/range", { range }],
  ["textDocument/diagnostic", {}],
];

test("requests about a trace that is not open are refused with a reason", async () => {
  const client = await start();
  for (const [method, params] of requests) {
    const { error } = await client.ask(method, { ...about, ...params });
    expect(error, method).toEqual({ code: -32602, message: `${uri} is not open: open it first (didOpen)` });
  }
  client.open(uri, trace);
  await expectWorks(client);
});

test("positions past the end mean the end", async () => {
  const client = await start();
  client.open(uri, trace);
  const far = { line: 1_000_000, character: 2_147_483_647 };
  for (const [method, params] of requests) {
    const moved = JSON.parse(JSON.stringify(params), (key, value) =>
      key === "position" || key === "start" || key === "end" ? far : key === "positions" ? [far] : value,
    );
    const { error } = await client.ask(method, { ...about, ...moved });
    // There is no name to rename at the end of the trace.
    if (method !== "textDocument/rename") expect(error, method).toBeUndefined();
  }
  client.edit(uri, 2, { range: { start: far, end: far }, text: "cpu0 run\n" });
  await expectWorks(client, 2);
});

test.each(["", "\n", "\uFEFF", "scenario", "\0", "# é"])(
  "a trace such as %j has answers to everything",
  async (text) => {
    const client = await start();
    client.open(uri, text);
    for (const [method, params] of requests) {
      const { error } = await client.ask(method, { ...about, ...params });
      if (method !== "textDocument/rename") expect(error, method).toBeUndefined();
    }
  },
);

/** Requests of the product's own, and those about no trace: what each says. */
const own: [string, object][] = [
  ["vgic/scenarios", about],
  ["vgic/scenariosOn", { ...about, host: "linux-6.12" }],
  ["vgic/scenariosOnDisk", about],
  ["vgic/run", { ...about, position, variant: "3" }],
  ["vgic/reproduction", { ...about, position }],
  ["vgic/reduce", { ...about, position, code: "expectation" }],
  ["vgic/kselftest", { ...about, position }],
  ["vgic/state", { ...about, position }],
  ["vgic/timeline", { ...about, position }],
  ["vgic/evaluateAs", { ...about, revision: 2 }],
  ["vgic/redeclare", { ...about, position, revision: 2 }],
  ["vgic/hosts", about],
  ["vgic/compat", { ...about, position, from: "linux-6.12", to: "linux-7.1", by: "qemu", back: false }],
  ["vgic/diff", { ...about, path: "a.vgic", before: trace }],
  ["vgic/importInto", { ...about, position, text: "" }],
  ["vgic/import", { name: "a.log", text: "", head: [] }],
  ["workspace/symbol", { query: "" }],
  ["workspace/diagnostic", { previousResultIds: [] }],
];
const nonsense: unknown[] = [null, 5, -1, "text", [], [null], {}, { line: -1 }, true, "\ud800"];

test("parameters that are none are refused with a reason, whichever is wrong", async () => {
  const client = await start();
  client.open(uri, trace);
  for (const [method, params] of [
    ...requests.map(([name, rest]) => [name, { ...about, ...rest }] as const),
    ...own,
  ]) {
    expect((await client.ask(method, params)).error?.code ?? 0, method).not.toBe(-32603);
    const wrong = Object.keys(params).flatMap((name) => [
      ...nonsense.map((value) => ({ ...params, [name]: value })),
      Object.fromEntries(Object.entries(params).filter(([other]) => other !== name)),
    ]);
    // The library that speaks the protocol refuses null itself, in words of its own.
    for (const bad of [...wrong, ...nonsense.slice(1)]) {
      const { error } = await client.ask(method, bad);
      // Some of it makes sense, and is answered.
      if (error === undefined) continue;
      expect(error.code, `${method} ${JSON.stringify(bad)}: ${error.message}`).toBe(-32602);
      expect(error.message).toMatch(/`|is not open|by position/);
    }
    const { error } = await client.ask(method, {});
    expect(error?.code, method).toBe(-32602);
  }
  for (const item of [...nonsense, { label: "x", data: { uri, line: 1e9, topic: 7 } }]) {
    expect((await client.ask("completionItem/resolve", item)).error?.code, JSON.stringify(item)).not.toBe(
      -32603,
    );
  }
  expect(await client.ask("textDocument/nonsense", {})).toMatchObject({ error: { code: -32601 } });
  await expectWorks(client);
});

describe("edits", () => {
  test("of a trace that is not open are ignored and logged", async () => {
    const client = await start();
    client.edit(uri, 2, { text: "gic v2\n" });
    client.close(uri);
    await logged(client, `${uri} was edited but is not open`);
    client.open(uri, trace);
    await expectWorks(client);
  });

  test("out of order are done and logged", async () => {
    const client = await start();
    client.open(uri, "", 5);
    client.edit(uri, 3, { text: trace });
    await logged(client, "an edit to version 3 came after version 5");
    await expectWorks(client);
  });

  test("that make no sense change nothing and are logged", async () => {
    const client = await start();
    client.open(uri, trace);
    client.edit(uri, 2, { range: "everything", text: "x" });
    await logged(client, "an edit that makes no sense is ignored");
    client.notify("textDocument/didChange", {});
    client.notify("textDocument/didChange", null);
    client.notify("textDocument/didOpen", { textDocument: { uri: 7 } });
    client.notify("textDocument/didClose", {});
    client.notify("textDocument/didChange", {
      textDocument: { uri, version: 3 },
      contentChanges: [null, { text: 7 }],
    });
    await expectWorks(client);
  });

  test("whose end is in front of their start, insert", async () => {
    const client = await start();
    client.open(uri, trace);
    const [start_, end] = [
      { line: 2, character: 0 },
      { line: 1, character: 0 },
    ];
    client.edit(uri, 2, { range: { start: start_, end }, text: "" });
    expect(await client.ask("textDocument/documentSymbol", about)).toMatchObject({
      result: expect.any(Array),
    });
  });
});

describe("a trace that changes or goes in the middle of a request", () => {
  /** A client that is slow to tell its settings: until then requests wait. */
  async function slow(): Promise<Client> {
    const answers = {
      "workspace/configuration": () => new Promise((resolve) => setTimeout(resolve, 300, [null])),
    };
    return start({ capabilities: { workspace: { configuration: true } }, answers });
  }

  async function asked(client: Client, meanwhile: () => void): Promise<Message> {
    client.open(uri, trace);
    const { answer } = client.post("textDocument/hover", { ...about, position });
    meanwhile();
    return answer;
  }

  test("the request is refused: ask again", async () => {
    const client = await slow();
    const { error } = await asked(client, () => client.edit(uri, 2, { text: `${trace}\n` }));
    expect(error).toEqual({ code: -32801, message: `${uri} has changed meanwhile: ask again` });
    await expectWorks(client);
  });

  test("closed in the middle", async () => {
    const client = await slow();
    const { error } = await asked(client, () => client.close(uri));
    expect(error?.code).toBe(-32801);
    client.open(uri, trace);
    await expectWorks(client);
  });

  test("cancelled in the middle", async () => {
    const client = await slow();
    client.open(uri, trace);
    const { id, answer } = client.post("textDocument/hover", { ...about, position });
    client.notify("$/cancelRequest", { id });
    expect((await answer).error?.code).toBe(-32800);
    await expectWorks(client);
  });
});

test("a client that refuses what it offers is served all the same", async () => {
  const refuse = (): never => {
    throw new Error("not here");
  };
  const refreshSupport = { refreshSupport: true };
  const dynamicRegistration = true;
  const client = await start({
    capabilities: {
      window: { workDoneProgress: true },
      workspace: {
        configuration: true,
        didChangeConfiguration: { dynamicRegistration },
        didChangeWatchedFiles: { dynamicRegistration },
        diagnostics: refreshSupport,
      },
    },
    answers: {
      "workspace/configuration": refuse,
      "client/registerCapability": refuse,
      "workspace/diagnostic/refresh": refuse,
    },
  });
  client.open(uri, trace);
  await logged(client, "The editor did not tell its settings");
  await logged(client, "The editor refused what it offers");
  client.notify("workspace/didChangeWatchedFiles", { changes: [] });
  await client.next("workspace/diagnostic/refresh");
  await expectWorks(client);
  await expectWorks(client);
});

test("what comes before initialize is refused", async () => {
  const client = Client.raw();
  onTestFinished(() => void client.process.kill());
  client.open(uri, trace);
  expect(await client.ask("textDocument/hover", { ...about, position })).toMatchObject({
    error: { code: -32002 },
  });
  await client.request("initialize", { processId: null, rootUri: null, capabilities: {} });
  client.notify("initialized", {});
  client.open(uri, trace);
  await expectWorks(client);
});

test.each([
  ["no JSON", "Content-Length: 9\r\n\r\n{not json", true],
  ["no message", 'Content-Length: 15\r\n\r\n{"hello":"you"}', false],
  ["an array", "Content-Length: 2\r\n\r\n[]", false],
  ["null", "Content-Length: 4\r\n\r\nnull", false],
  ["no UTF-8", "Content-Length: 4\r\n\r\n\xff\xfe{}", true],
  ["no length", "Content-Type: text\r\n\r\n", true],
  ["a length that is no number", "Content-Length: many\r\n\r\n", true],
  ["headers without a colon", "hello\r\n\r\n", true],
])("a message that is %s is passed over", async (_, message, isLogged) => {
  const client = await start();
  client.open(uri, trace);
  await expectWorks(client);
  client.process.stdin.write(Buffer.from(message, "latin1"));
  await expectWorks(client);
  if (isLogged) await logged(client, "A message could not be read and is passed over");
});

test("a trace of 50 MB does not stop the server", async () => {
  const client = await start();
  const line = "cpu0 readl GICD_CTLR == 0 # a line of a long trace that somebody recorded\n";
  const huge = "file:///traces/huge.vgic";
  client.open(huge, `gic v3\nrevision 3\n${line.repeat(Math.ceil(50_000_000 / line.length))}`);
  client.open(uri, trace);
  await expectWorks(client);
  expect(
    await client.next("textDocument/publishDiagnostics", (params) => Object(params).uri === huge),
  ).toMatchObject({
    diagnostics: [{ message: expect.stringContaining("vgic-trace lint") }],
  });
  client.edit(huge, 2, { range, text: "# " });
  expect(
    await client.ask("textDocument/hover", {
      textDocument: { uri: huge },
      position: { line: 2, character: 12 },
    }),
  ).toMatchObject({ result: null });
  await expectWorks(client);
});

describe("the end", () => {
  test("shutdown and exit: status 0", async () => {
    const client = await start();
    expect(await client.stop()).toBe(0);
  });

  test("exit without shutdown, or the client's end: status 1", async () => {
    for (const end of [
      (client: Client) => client.notify("exit", undefined),
      (client: Client) => client.process.stdin.end(),
    ]) {
      const client = await start();
      const exit = new Promise((resolve) => client.process.once("exit", resolve));
      end(client);
      expect(await exit).toBe(1);
    }
  });
});
