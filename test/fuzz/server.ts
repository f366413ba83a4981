/** Feeds edits, requests, cancellations and nonsense to the built language server, as a process. */
import { existsSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { Client, type Message } from "../lsp/client.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { anyTrace } from "./traces.ts";

const uri = "file:///traces/fuzzed.vgic";
const textDocument = { uri };

const position = fc.record({ line: fc.nat(18), character: fc.nat(50) });
const range = fc.tuple(position, position).map(([a, b]) => {
  const isInOrder = a.line < b.line || (a.line === b.line && a.character <= b.character);
  return isInOrder ? { start: a, end: b } : { start: b, end: a };
});

const aboutAll = [
  "textDocument/diagnostic",
  "textDocument/documentSymbol",
  "textDocument/foldingRange",
].concat([
  "textDocument/semanticTokens/full",
  "textDocument/codeLens",
  "textDocument/documentLink",
  "vgic/scenarios",
]);
const aboutPosition = ["textDocument/hover", "textDocument/completion", "textDocument/signatureHelp"].concat(
  ["textDocument/definition", "textDocument/implementation", "textDocument/documentHighlight", "vgic/state"],
  ["textDocument/prepareRename", "vgic/run", "vgic/reproduction", "vgic/timeline"],
);
const everyMethod = [...aboutAll, ...aboutPosition].concat(
  ["textDocument/references", "textDocument/rename", "textDocument/inlayHint", "textDocument/codeAction"],
  ["textDocument/formatting", "textDocument/rangeFormatting", "textDocument/onTypeFormatting"],
  [
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full/delta",
    "textDocument/semanticTokens/range",
  ],
  ["completionItem/resolve", "workspace/diagnostic", "workspace/symbol", "vgic/redeclare", "vgic/evaluateAs"],
  [
    "vgic/compat",
    "vgic/scenariosOn",
    "vgic/scenariosOnDisk",
    "vgic/importInto",
    "vgic/import",
    "vgic/hosts",
    "vgic/reduce",
    "vgic/kselftest",
    "vgic/diff",
    "vgic/checkWorkspace",
    "no/such/method",
  ],
);
const notifications = ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"].concat(
  ["workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles", "$/cancelRequest", "$/setTrace"],
  ["initialized", "workspace/didChangeWorkspaceFolders", "window/workDoneProgress/cancel"],
);

const strange = fc.oneof(
  ...[fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 1e308, 2 ** 31, 0.5, "", null, [], {}, "\ud800")],
);
/** Parameters of which some are what they should be: nothing else gets far. */
const hostile = fc.oneof(
  strange,
  fc.record(
    {
      textDocument: fc.oneof(fc.constant({ uri, version: 3 }), strange),
      position: fc.oneof(position, strange),
      positions: fc.oneof(fc.array(position, { maxLength: 3 }), strange),
      range: fc.oneof(range, strange),
      ...Object.fromEntries(
        ["context", "newName", "options", "ch", "query", "previousResultId", "previousResultIds", "data"]
          .concat(
            [
              "label",
              "revision",
              "variant",
              "from",
              "to",
              "by",
              "back",
              "text",
              "name",
              "head",
              "code",
              "host",
              "path",
            ].concat(["before"]),
          )
          .concat([
            "settings",
            "changes",
            "event",
            "id",
            "value",
            "token",
            "contentChanges",
            "partialResultToken",
          ])
          .map((key) => [key, strange]),
      ),
    },
    { requiredKeys: [] },
  ),
);

type Action =
  | { readonly kind: "edit"; readonly edits: readonly Edit[] }
  | { readonly kind: "text"; readonly text: string; readonly reopens: boolean }
  | { readonly kind: "ask"; readonly method: string; readonly position: object; readonly cancel: boolean }
  | { readonly kind: "hostile"; readonly method: string; readonly params: unknown }
  | { readonly kind: "notify"; readonly method: string; readonly params: unknown };

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Edit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly text: string;
}

const piece = fc.oneof(
  fc.constantFrom("", "x", "\n", "\r", "\r\n", "0", "#", '"', "scenario", "cpu0 run\n", "let NAME = 1\n"),
  anyTrace,
);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("edit"),
      edits: fc.array(fc.record({ range, text: piece }), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("text"), text: anyTrace, reopens: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("ask"),
      method: fc.constantFrom(...aboutAll, ...aboutPosition),
      position,
      cancel: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("hostile"),
      method: fc.constantFrom(...everyMethod),
      params: hostile,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("notify"),
      method: fc.constantFrom(...notifications),
      params: hostile,
    }),
  },
);

/** The text after an edit, by the words of the protocol alone. */
function edited(text: string, { range: { start, end }, text: inserted }: Edit): string {
  const from = offsetOf(text, start);
  return text.slice(0, from) + inserted + text.slice(Math.max(from, offsetOf(text, end)));
}

function offsetOf(text: string, { line, character }: Position): number {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  if (/[\r\n]$/.test(text)) lines.push("");
  if (line >= lines.length) return text.length;
  const start = lines.slice(0, line).join("").length;
  return start + Math.min(character, lines[line].replace(/[\r\n]+$/, "").length);
}

const children = new Set<Client["process"]>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

let running: Promise<readonly [Client, Client]> | undefined;

/** Two servers: one has seen everything, the other only sees texts as they are in the end. */
function servers(): Promise<readonly [Client, Client]> {
  if (!existsSync(path.resolve("dist/vgic-trace.js"))) {
    throw new Error("there is no server to feed: npm run build");
  }
  running ??= Promise.all([started(), started()]);
  return running;
}

async function started(): Promise<Client> {
  const client = await Client.start({ capabilities: { textDocument: { diagnostic: {} } } });
  // The fuzzer ends when nothing is asked any more, and the server with it.
  const { process: child } = client;
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  }
  children.add(child);
  return client;
}

const internalError = -32603;

/**
 * Anything may be refused, with what is wrong with it, but nothing fails in the server. Null in the place of all
 * parameters is refused by the library that speaks the protocol.
 */
function refuseCrash(method: string, params: unknown, { error }: Message): void {
  if (params === null) return;
  if (error === undefined || (error.code !== 0 && error.code !== internalError)) return;
  throw new Error(`${method} ${JSON.stringify(params)}: ${error.message}`);
}

async function play(text: string, actions: readonly Action[]): Promise<void> {
  const [client, fresh] = await servers();
  let now = text;
  let version = 1;
  client.open(uri, now, version);
  const answers: Promise<void>[] = [];
  const ask = (method: string, params: unknown): number => {
    const { id, answer } = client.post(method, params);
    answers.push(answer.then((message) => refuseCrash(method, params, message)));
    return id;
  };
  for (const one of actions) {
    if (one.kind === "edit") {
      now = one.edits.reduce(edited, now);
      client.edit(uri, ++version, ...one.edits);
    } else if (one.kind === "text") {
      now = one.text;
      if (one.reopens) client.close(uri);
      if (one.reopens) client.open(uri, now, ++version);
      else client.edit(uri, ++version, { text: now });
    } else if (one.kind === "ask") {
      const id = ask(one.method, { textDocument, position: one.position });
      if (one.cancel) client.notify("$/cancelRequest", { id });
    } else if (one.kind === "hostile") ask(one.method, one.params);
    else client.notify(one.method, one.params);
  }
  await Promise.all(answers);
  // Hostile notifications may have meant this very trace: it is said once more what it is.
  client.notify("workspace/didChangeConfiguration", { settings: {} });
  if (actions.some(({ kind }) => kind === "notify")) {
    client.close(uri);
    client.open(uri, now);
  }
  await client.ask("vgic/evaluateAs", { textDocument });
  fresh.open(uri, now);
  for (const method of [...aboutAll, ...aboutPosition]) {
    const params = { textDocument, position: { line: 3, character: 8 } };
    const [own, other] = await Promise.all([client.ask(method, params), fresh.ask(method, params)]);
    refuseCrash(method, params, own);
    const [said, expected] = [own, other].map(({ result, error }) => shown(result ?? error));
    if (said !== expected)
      throw new Error(`${method} on ${JSON.stringify(now)}:\n${said}\ninstead of\n${expected}`);
  }
  client.close(uri);
  fresh.close(uri);
  const unforeseen = client.notifications.find(({ params }) =>
    shown(params).includes("should not have happened"),
  );
  client.notifications.length = 0;
  if (unforeseen !== undefined) throw new Error(shown(unforeseen.params));
}

function shown(value: unknown): string {
  return JSON.stringify(value, (key, inner) => (key === "resultId" ? undefined : inner)) ?? "";
}

export const serverFuzzer: Fuzzer = {
  name: "server",
  promise:
    "the server never ends or fails, and its answers are those of one that sees the text for the first time",
  share: 0.5,
  property: () =>
    fc.asyncProperty(anyTrace, fc.array(action, { maxLength: 12 }), async (text, actions) => {
      try {
        await play(text, actions);
      } catch (error) {
        // What is wrong with this server must not be found again in the next input.
        const clients = await running?.catch(() => undefined);
        for (const client of clients ?? []) client.process.kill("SIGKILL");
        running = undefined;
        throw error;
      }
    }),
};
