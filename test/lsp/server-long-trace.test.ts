/** A long trace is found out about bit by bit: who asks for little does not wait for who asks for all. */
import { expect, onTestFinished, test } from "vitest";
import { Client, type Message } from "./client.ts";

const uri = "file:///traces/long.vgic";
const about = { textDocument: { uri } };

/** To find out all about it takes some hundred milliseconds. */
const operations = 200_000;
const long = `gic v3\nrevision 3\n${"cpu0 readl GICD_CTLR\n".repeat(operations)}`;
const insert = (line: number, text: string): object => {
  const place = { line, character: 0 };
  return { range: { start: place, end: place }, text };
};

async function start(): Promise<Client> {
  const client = await Client.start();
  onTestFinished(() => void client.process.kill());
  return client;
}

function hoverAt(line: number): object {
  return { ...about, position: { line, character: 12 } };
}

/** Sends requests at once, and says in which order they are answered. */
async function inOrderOfAnswers(
  client: Client,
  requests: readonly (readonly [string, object])[],
): Promise<{ readonly methods: string[]; readonly answers: Message[] }> {
  const methods: string[] = [];
  const answers = requests.map(async ([method, params]) => {
    const answer = await client.ask(method, params);
    methods.push(method);
    return answer;
  });
  return { answers: await Promise.all(answers), methods };
}

test("a hover right behind the opening goes before lenses that were asked for earlier, and diagnostics", async () => {
  const client = await start();
  client.open(uri, long);
  const asked = inOrderOfAnswers(client, [
    ["textDocument/codeLens", about],
    ["textDocument/hover", hoverAt(2)],
  ]);
  await client.until(() => client.notifications.length > 0, "diagnostics");
  const { methods, answers } = await asked;
  expect(methods).toEqual(["textDocument/hover", "textDocument/codeLens"]);
  expect(answers[1].result).toMatchObject({ contents: { value: expect.stringContaining("GICD_CTLR") } });
});

test("a hover behind an edit shows what the edit did, far below it", async () => {
  const client = await start();
  client.open(uri, long);
  await client.next("textDocument/publishDiagnostics");
  client.edit(uri, 2, insert(2, "cpu0 writel GICD_CTLR 0x2\n"));
  const { methods, answers } = await inOrderOfAnswers(client, [
    ["textDocument/codeLens", about],
    ["textDocument/hover", hoverAt(operations / 2)],
  ]);
  expect(methods).toEqual(["textDocument/hover", "textDocument/codeLens"]);
  expect(answers[1].result).toMatchObject({ contents: { value: expect.stringContaining("0x00000052") } });
});

test("who asked for all about a trace is told when it is another meanwhile, or when nobody waits any more", async () => {
  const client = await start();
  client.open(uri, long);
  const cancelled = client.post("textDocument/codeLens", about);
  client.notify("$/cancelRequest", { id: cancelled.id });
  expect((await cancelled.answer).error?.message).toBe("The request was cancelled.");
  const outdated = client.ask("textDocument/codeLens", about);
  client.edit(uri, 2, insert(2, "settle\n"));
  expect((await outdated).error?.message).toContain("has changed meanwhile: ask again");
  expect(await client.request("textDocument/codeLens", about)).toHaveLength(1);
});

test("diagnostics are of the last of many edits, however they come", async () => {
  const client = await start();
  client.open(uri, long);
  for (let version = 2; version <= 6; version++) {
    client.edit(uri, version, insert(2, "sette\n"));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const isLast = (params: unknown) => expect.objectContaining({ version: 6 }).asymmetricMatch(params);
  const last = await client.next("textDocument/publishDiagnostics", isLast);
  expect(last).toMatchObject({ diagnostics: { length: 5 } });
});

test("a hover goes before a reduction that was asked for earlier; a reduction that nobody waits for ends", async () => {
  const client = await start();
  const wrong = "cpu0 readl GICD_CTLR == 1\n";
  const some = `gic v3\nrevision 3\n${"cpu0 writel GICD_ISENABLER1 1\n".repeat(3000)}${wrong}`;
  client.open(uri, some);
  await client.next("textDocument/publishDiagnostics");
  const reduction = { ...about, position: { line: 3002, character: 0 }, code: "expectation" };
  const { methods, answers } = await inOrderOfAnswers(client, [
    ["vgic/reduce", reduction],
    ["textDocument/hover", hoverAt(3)],
  ]);
  expect(methods).toEqual(["textDocument/hover", "vgic/reduce"]);
  expect(answers[0].result).toEqual({ trace: `gic v3\nrevision 3\n${wrong}` });
  const cancelled = client.post("vgic/reduce", reduction);
  client.notify("$/cancelRequest", { id: cancelled.id });
  expect((await cancelled.answer).error?.message).toBe("The request was cancelled.");
});
