import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { seed } from "../properties/seed.ts";
import { Client, type ClientOptions } from "./client.ts";

const uri = "file:///traces/a.vgic";
const about = { textDocument: { uri } };

const trace = `gic v3
revision 1
let SPI = 40
scenario "é: the groups"
cpu0 writel GICD_IGROUPR1 0
cpu0 readl GICD_IGROUPR1
line SPI high
user get GICD+0x204
`;

const pulls = { textDocument: { diagnostic: {} } };

async function start(options?: ClientOptions): Promise<Client> {
  const client = await Client.start(options);
  onTestFinished(() => void client.process.kill());
  return client;
}

function at(line: number, character: number): object {
  return { ...about, position: { line, character } };
}

describe("diagnostics", () => {
  test("are pushed to a client that does not ask, with all that editors show", async () => {
    const client = await start();
    client.open(uri, `${trace}let UNUSED = 1\n`);
    expect(await client.next("textDocument/publishDiagnostics")).toEqual({
      uri,
      version: 1,
      diagnostics: [
        {
          range: { start: { line: 5, character: 11 }, end: { line: 5, character: 24 } },
          severity: 2,
          code: "revision-difference",
          codeDescription: {
            href: expect.stringMatching(/^file:\/\/.*\/docs\/rules\/revision-difference\.md$/),
          },
          source: "vgic-trace",
          message: expect.stringContaining("GICD_IGROUPR1 reads 0xffffffff under revision 1"),
          relatedInformation: [
            {
              location: {
                uri,
                range: { start: { line: 4, character: 12 }, end: { line: 4, character: 25 } },
              },
              message: expect.stringContaining("the states diverge here"),
            },
          ],
          data: { outcomes: { "1": "0xffffffff", "2": "0x00000000", "3": "0x00000000" } },
        },
        expect.objectContaining({ code: "unused-name", severity: 4, tags: [1] }),
      ],
    });
  });

  test("of edits that follow at once are told together, and of a closed trace there are none", async () => {
    const client = await start();
    client.open(uri, trace);
    for (let version = 2; version <= 50; version++) {
      const place = { line: 8, character: 0 };
      client.edit(uri, version, { range: { start: place, end: place }, text: "sette\n" });
    }
    const published = (params: unknown) => expect.objectContaining({ version: 50 }).asymmetricMatch(params);
    expect(await client.next("textDocument/publishDiagnostics", published)).toMatchObject({
      diagnostics: { length: 50 },
    });
    // How many go out depends on when the pieces of input come; without gathering each edit would have its own.
    expect(client.notifications.length).toBeLessThan(25);
    client.close(uri);
    expect(
      await client.next("textDocument/publishDiagnostics", (params) =>
        expect.objectContaining({ diagnostics: [] }).asymmetricMatch(params),
      ),
    ).toEqual({ uri, diagnostics: [] });
  });

  test("are pulled by a client that asks, and not said twice", async () => {
    const client = await start({ capabilities: pulls });
    client.open(uri, trace);
    const first = await client.request("textDocument/diagnostic", about);
    expect(first).toEqual({
      kind: "full",
      resultId: expect.any(String),
      items: [expect.objectContaining({ code: "revision-difference" })],
    });
    const { resultId } = Object(first);
    const again = await client.request("textDocument/diagnostic", { ...about, previousResultId: resultId });
    expect(again).toEqual({ kind: "unchanged", resultId });

    client.edit(uri, 2, { text: "gic v3\nsette\n" });
    const changed = await client.request("textDocument/diagnostic", { ...about, previousResultId: resultId });
    expect(changed).toMatchObject({ kind: "full", items: [{ code: "syntax" }] });
    expect(client.notifications.filter(({ method }) => method === "textDocument/publishDiagnostics")).toEqual(
      [],
    );
  });
});

describe("an open trace", () => {
  let client: Client;
  beforeAll(async () => {
    client = await Client.start();
    client.open(uri, trace);
  });
  afterAll(() => client.stop());

  test.each([
    ["hover", at(5, 14), { contents: { kind: "markdown", value: expect.stringContaining("GICD_IGROUPR1") } }],
    ["definition", at(6, 6), [{ uri, range: { start: { line: 2, character: 4 } } }]],
    ["implementation", at(5, 3), [{ range: { start: { line: 4, character: 0 } } }]],
    [
      "references",
      { ...at(6, 6), context: { includeDeclaration: false } },
      [{ range: { start: { line: 6 } } }],
    ],
    ["references", { ...at(6, 6), context: { includeDeclaration: true } }, { length: 2 }],
    ["documentHighlight", at(4, 14), [{ kind: 3 }, { kind: 2 }]],
    ["prepareRename", at(6, 6), { placeholder: "SPI" }],
    ["rename", { ...at(6, 6), newName: "DISK" }, { changes: { [uri]: { length: 2 } } }],
    ["documentSymbol", about, [{}, {}, { name: "SPI" }, { name: "é: the groups", children: { length: 3 } }]],
    ["foldingRange", about, [{ startLine: 3, endLine: 7 }, {}]],
    ["selectionRange", { ...about, positions: [{ line: 4, character: 13 }] }, [{ parent: { parent: {} } }]],
    ["documentLink", about, []],
    ["formatting", { ...about, options: {} }, { length: 2 }],
    [
      "rangeFormatting",
      { ...about, options: {}, range: { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } } },
      [{ newText: "cpu0 readl  GICD_IGROUPR1" }],
    ],
    ["onTypeFormatting", { ...at(6, 0), ch: "\n", options: {} }, { length: 2 }],
    ["semanticTokens/full", about, { resultId: expect.any(String), data: expect.any(Array) }],
    [
      "semanticTokens/range",
      { ...about, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } } },
      { data: [0, 0, 3, 1, 0, 0, 4, 2, 1, 0] },
    ],
    [
      "inlayHint",
      { ...about, range: { start: { line: 7, character: 0 }, end: { line: 8, character: 0 } } },
      [{ label: "= 0x00000100" }, { label: "GICD_ISPENDR1" }],
    ],
    ["codeLens", about, [{ command: { title: "rev 1 ✓ declared · rev 2 ✓ ≠ 1 · rev 3 ✓ ≠ 1" } }]],
    ["signatureHelp", at(4, 14), { signatures: [{ label: expect.stringContaining("writel") }] }],
    [
      "completion",
      at(5, 19),
      { items: expect.arrayContaining([expect.objectContaining({ label: expect.any(String) })]) },
    ],
  ])("textDocument/%s", async (method, params, expected) => {
    expect(await client.request(`textDocument/${method}`, params)).toMatchObject(expected);
  });
});

test("completion items get their documentation when asked", async () => {
  const client = await start();
  client.open(uri, trace);
  const { items } = Object(await client.request("textDocument/completion", at(4, 5)));
  const item = items.find(({ label }: { label: string }) => label === "writel");
  expect(await client.request("completionItem/resolve", item)).toMatchObject({
    label: "writel",
    documentation: { kind: "markdown" },
  });
});

test("snippets are for clients that expand them", async () => {
  const completion = { completionItem: { snippetSupport: true } };
  for (const [capabilities, some] of [
    [{}, false],
    [{ textDocument: { completion } }, true],
  ] as const) {
    const client = await start({ capabilities });
    client.open(uri, "gic v3\nrevision 3\n\n");
    const { items } = Object(await client.request("textDocument/completion", at(2, 0)));
    expect(items.some(({ insertTextFormat }: { insertTextFormat?: number }) => insertTextFormat === 2)).toBe(
      some,
    );
  }
});

describe("code actions", () => {
  const here = { ...about, range: { start: { line: 5, character: 0 }, end: { line: 5, character: 0 } } };

  test("mend the diagnostic they name", async () => {
    const client = await start();
    client.open(uri, trace);
    const actions = await client.request("textDocument/codeAction", {
      ...here,
      context: { diagnostics: [] },
    });
    expect(actions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: "quickfix",
          isPreferred: true,
          diagnostics: [expect.objectContaining({ code: "revision-difference" })],
          edit: {
            changes: { [uri]: [expect.objectContaining({ newText: expect.stringContaining("rev2+") })] },
          },
        }),
      ]),
    );
  });

  test("are of the kinds asked for", async () => {
    const client = await start();
    client.open(uri, `${trace}let UNUSED = 1\n`);
    const kinds = async (only: string[] | undefined): Promise<string[]> => {
      const actions = Object(
        await client.request("textDocument/codeAction", { ...here, context: { diagnostics: [], only } }),
      );
      return [...new Set<string>(actions.map(({ kind }: { kind: string }) => kind))].sort();
    };
    expect(await kinds(["quickfix"])).toEqual(["quickfix"]);
    expect(await kinds(["source"])).toEqual(["source.fixAll.vgic"]);
    expect(await kinds(["source.organizeImports"])).toEqual([]);
    expect(await kinds(undefined)).toContain("quickfix");
  });
});

test("semantic tokens: an edit changes what it must", async () => {
  const client = await start();
  client.open(uri, trace);
  const { data, resultId } = Object(await client.request("textDocument/semanticTokens/full", about));
  const place = { line: 2, character: 0 };
  client.edit(uri, 2, { range: { start: place, end: place }, text: "cpus 2\n" });
  const delta = Object(
    await client.request("textDocument/semanticTokens/full/delta", { ...about, previousResultId: resultId }),
  );
  expect(delta.edits).toHaveLength(1);
  const [{ start: from, deleteCount, data: inserted }] = delta.edits;
  const patched = [...data.slice(0, from), ...inserted, ...data.slice(from + deleteCount)];
  const { data: whole } = Object(await client.request("textDocument/semanticTokens/full", about));
  expect(patched).toEqual(whole);
  expect(inserted.length).toBeLessThan(whole.length / 2);
  const unknown = await client.request("textDocument/semanticTokens/full/delta", {
    ...about,
    previousResultId: "x",
  });
  expect(unknown).toMatchObject({ data: whole });
});

test("semantic tokens: the differences of many edits add up to the whole", async () => {
  const client = await start();
  const text = fc.constantFrom("", "\n", "\n\n", "# é\n", "settle", "cpu0 run\n", "gic v3\ncpu0 run", " ");
  const edit = fc.record({ line: fc.nat(6), column: fc.nat(12), lines: fc.nat(2), text });
  const edits = fc.array(edit, { minLength: 1, maxLength: 8 });
  let version = 1;
  await fc.assert(
    fc.asyncProperty(edits, async (all) => {
      const one = `file:///${++version}.vgic`;
      const it = { textDocument: { uri: one } };
      client.open(one, trace);
      const answer = Object(await client.request("textDocument/semanticTokens/full", it));
      let data: number[] = answer.data;
      let previousResultId: string = answer.resultId;
      for (const { line, column, lines, text } of all) {
        const start = { line, character: column };
        client.edit(one, ++version, {
          range: { start, end: { line: line + lines, character: column } },
          text,
        });
        const delta = Object(
          await client.request("textDocument/semanticTokens/full/delta", { ...it, previousResultId }),
        );
        for (const { start: from, deleteCount, data: inserted } of delta.edits) {
          data = [...data.slice(0, from), ...inserted, ...data.slice(from + deleteCount)];
        }
        previousResultId = delta.resultId;
      }
      const whole = Object(await client.request("textDocument/semanticTokens/full", it));
      expect(data).toEqual(whole.data);
      client.close(one);
    }),
    { seed, numRuns: 100 },
  );
});

describe("position encodings", () => {
  const wide = { "utf-8": 4, "utf-16": 2, "utf-32": 1 };
  const narrow = { "utf-8": 2, "utf-16": 1, "utf-32": 1 };
  test.each([
    [["utf-8", "utf-16"], "utf-8"],
    [["utf-32", "utf-16"], "utf-32"],
    [["utf-16", "utf-8"], "utf-16"],
    [["ebcdic"], "utf-16"],
    [undefined, "utf-16"],
  ] as const)("offered %j: %s", async (positionEncodings, chosen) => {
    const client = Client.raw();
    onTestFinished(() => void client.process.kill());
    const capabilities = { general: { positionEncodings } };
    const result = await client.request("initialize", { processId: null, rootUri: null, capabilities });
    expect(result).toMatchObject({ capabilities: { positionEncoding: chosen } });
    client.notify("initialized", {});

    client.open(uri, 'gic v3 # €\nscenario "😀é!"\n');
    const character = 'scenario "'.length + wide[chosen];
    const start = { line: 1, character };
    const end = { line: 1, character: character + narrow[chosen] };
    client.edit(uri, 2, { range: { start, end }, text: "e" });
    expect(await client.request("textDocument/documentSymbol", about)).toMatchObject([
      { name: "gic v3" },
      { name: "😀e!", selectionRange: { start: { character: 9 }, end: { character: character + 3 } } },
    ]);
  });
});

test("of very many diagnostics those that matter most, and how many more there are", async () => {
  const client = await start();
  const warnings = Array.from({ length: 1500 }, () => "cpu0 readl GICR_CTLR\n").join("");
  client.open(uri, `gic v3\nrevision 3\n${warnings}cpu0 readl GICD_FOO\n`);
  const { items } = Object(await client.request("textDocument/diagnostic", { textDocument: { uri } }));
  expect(items).toHaveLength(1000);
  expect(items[0].message).toMatch(/^502 more diagnostics are not shown/);
  expect(items[1].message).toMatch(/GICD_FOO/);
});

test("refactorings are for those who ask: no light bulb on every line", async () => {
  const client = await start();
  client.open(uri, "gic v3\nrevision 3\ncpu0 writel GICD_CTLR 2\n");
  const range = { start: { line: 2, character: 22 }, end: { line: 2, character: 22 } };
  const ask = (context: object) =>
    client.request("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...context },
    });
  expect(await ask({ triggerKind: 2 })).toEqual([]);
  expect(await ask({ triggerKind: 1 })).toMatchObject([{ title: "Write it as `GICD_CTLR.EnableGrp1`" }, {}]);
  expect(await ask({})).toHaveLength(2);
});

test.each([
  ["", "gic"],
  ["gic ", "v3"],
  ["gic v3\nrevision ", "3"],
  ["gic v3\nrevision 3\nhost ", "linux-"],
  ["gic v3\nrevision 3\ncpu0 ", "readl"],
  ["gic v3\nrevision 3\ncpu0 writel ", "GICD_CTLR"],
  ["gic v3\nrevision 3\nmigrate to ", "linux-"],
  ["gic v3\nrevision 3\ncpu0 readl GICD_TYPER ==", "0x"],
  ["gic v3\nrevision 3\ncpu0 readl GICD_TYPER == ", "0x"],
])("completion opens by itself behind %j, with what is most likely", async (text, first) => {
  const client = await start();
  const untitled = "untitled:typed.vgic";
  client.open(untitled, text);
  const lines = text.split("\n");
  const position = { line: lines.length - 1, character: lines[lines.length - 1].length };
  const last = text.at(-1);
  const context =
    last === " " || last === "=" ? { triggerKind: 2, triggerCharacter: last } : { triggerKind: 1 };
  const asked = { textDocument: { uri: untitled }, position, context };
  const { items } = Object(await client.request("textDocument/completion", asked));
  const labels = [...items]
    .sort((one, other) => (one.sortText < other.sortText ? -1 : 1))
    .map(({ label }: { label: string }) => label);
  expect(labels[0], labels.slice(0, 8).join(", ")).toContain(first);
});
