import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { Client, type ClientOptions } from "./client.ts";

const differing = "gic v3\nrevision 1\ncpu0 writel GICD_IGROUPR1 0\ncpu0 readl GICD_IGROUPR1\n";
const broken = 'gic v3\nrevision 3\nscenario "broken"\nsette\n';

interface Folder {
  readonly uri: string;
  readonly address: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly remove: (name: string) => void;
}

/** A folder of traces. */
function folderWith(traces: Readonly<Record<string, string>>): Folder {
  const root = temporaryFolder();
  const folder: Folder = {
    uri: pathToFileURL(root).href,
    address: (name) => pathToFileURL(path.join(root, name)).href,
    write: (name, text) => writeFileSync(path.join(root, name), text),
    remove: (name) => rmSync(path.join(root, name)),
  };
  for (const [name, text] of Object.entries(traces)) folder.write(name, text);
  return folder;
}

async function start(options: ClientOptions): Promise<Client> {
  const client = await Client.start(options);
  onTestFinished(() => void client.process.kill());
  return client;
}

interface Report {
  readonly uri: string;
  readonly kind: string;
  readonly version: number | null;
  readonly resultId?: string;
  readonly items?: readonly { readonly code: string }[];
}

async function pull(client: Client, before: readonly Report[] = []): Promise<Report[]> {
  const previousResultIds = before.flatMap(({ uri, resultId: value }) =>
    value === undefined ? [] : [{ uri, value }],
  );
  return Object(await client.request("workspace/diagnostic", { previousResultIds })).items;
}

/** An address as VS Code writes it: with more escapes than Node's. */
function escaped(address: string): string {
  return address.replace(/[()+@&]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Each report as a line: the file, and its codes or that nothing is new. */
function shown(reports: readonly Report[]): string[] {
  const lines = reports.map(({ uri, items }) => {
    const codes = items?.map(({ code }) => code).join(", ") ?? "unchanged";
    return `${uri.slice(uri.lastIndexOf("/") + 1)}: ${codes}`;
  });
  return lines.sort();
}

describe("workspace diagnostics", () => {
  test("are of every folder, open or not, and only what is new is said again", async () => {
    const one = folderWith({ "a.vgic": differing, "b.vgic": "gic v3\nrevision 3\n" });
    const two = folderWith({ "c.vgic": broken });
    const client = await start({ folders: [one.uri, two.uri] });
    const first = await pull(client);
    expect(shown(first)).toEqual(["a.vgic: revision-difference", "b.vgic: ", "c.vgic: syntax"]);
    expect(shown(await pull(client, first))).toEqual([
      "a.vgic: unchanged",
      "b.vgic: unchanged",
      "c.vgic: unchanged",
    ]);

    client.open(one.address("b.vgic"), `${broken}cpu0 radl\n`, 7);
    two.write("c.vgic", `${broken}sette\n`);
    one.remove("a.vgic");
    const second = await pull(client, first);
    expect(shown(second)).toEqual(["a.vgic: ", "b.vgic: syntax, syntax", "c.vgic: syntax, syntax"]);
    expect(second.find(({ uri }) => uri.endsWith("b.vgic"))?.version).toBe(7);
  });

  test("follow the folders that are added and removed", async () => {
    const one = folderWith({ "a.vgic": differing });
    const two = folderWith({ "c.vgic": broken });
    const client = await start({
      folders: [one.uri],
      capabilities: { workspace: { workspaceFolders: true } },
    });
    expect(shown(await pull(client))).toEqual(["a.vgic: revision-difference"]);
    const [added, removed] = [two, one].map(({ uri }) => [{ uri, name: "" }]);
    client.notify("workspace/didChangeWorkspaceFolders", { event: { added, removed } });
    expect(shown(await pull(client))).toEqual(["c.vgic: syntax"]);
  });

  test("come piece by piece to a client that takes pieces", async () => {
    const folder = folderWith({ "a.vgic": differing, "c.vgic": broken });
    const client = await start({ folders: [folder.uri] });
    const result = await client.request("workspace/diagnostic", {
      previousResultIds: [],
      partialResultToken: "pieces",
    });
    expect(result).toEqual({ items: [] });
    const pieces = client.notifications.filter(({ method }) => method === "$/progress");
    const reports = pieces.flatMap(({ params }): Report[] => Object(params).value.items);
    expect(shown(reports)).toEqual(["a.vgic: revision-difference", "c.vgic: syntax"]);
  });

  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}.vgic`, differing]));

  test("show how far they are, to a client that gives a token and to one that shows what the server does", async () => {
    const folder = folderWith(many);
    const client = await start({
      folders: [folder.uri],
      capabilities: { window: { workDoneProgress: true } },
    });
    const steps = (token: unknown): string[] =>
      client.notifications
        .filter(({ method, params }) => method === "$/progress" && Object(params).token === token)
        .map(({ params }) => Object(params).value.kind);
    await client.request("workspace/diagnostic", { previousResultIds: [], workDoneToken: "mine" });
    expect(steps("mine")).toEqual(["begin", ...Array(40).fill("report"), "end"]);
    await client.request("workspace/diagnostic", { previousResultIds: [] });
    const { token } = Object(await client.next("window/workDoneProgress/create"));
    expect(steps(token)).toEqual(["begin", ...Array(40).fill("report"), "end"]);
  });

  test("end when they are cancelled", async () => {
    const folder = folderWith(many);
    const client = await start({ folders: [folder.uri] });
    const { id, answer } = client.post("workspace/diagnostic", {
      previousResultIds: [],
      workDoneToken: "mine",
    });
    await client.next("$/progress", (params) => Object(params).value.kind === "report");
    client.notify("$/cancelRequest", { id });
    expect(await answer).toMatchObject({ error: { code: -32800 } });
    const steps = client.notifications.filter(({ method }) => method === "$/progress");
    expect(steps.length).toBeLessThan(40);
    expect(shown(await pull(client))).toHaveLength(40);
  });

  test("are asked for again when a trace changes on disk", async () => {
    const capabilities = {
      workspace: {
        diagnostics: { refreshSupport: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
      },
    };
    const client = await start({ capabilities });
    expect(await client.next("client/registerCapability")).toMatchObject({
      registrations: [
        {
          registerOptions: {
            watchers: [{ globPattern: "**/*.vgic" }, { globPattern: "**/vgic-trace.json" }],
          },
        },
      ],
    });
    client.notify("workspace/didChangeWatchedFiles", { changes: [] });
    await client.next("workspace/diagnostic/refresh");
  });
});

test("workspace symbols: scenarios and names, open or on disk, by some of their letters", async () => {
  const folder = folderWith({ "a.vgic": 'let DISK_SPI = 40\nscenario "Level interrupts"\nlet WIFI = 41\n' });
  const client = await start({ folders: [folder.uri] });
  client.open("untitled:1", 'scenario "the levels"\n');
  const found = async (query: string): Promise<string[]> => {
    const symbols: readonly { name: string; containerName?: string }[] = Object(
      await client.request("workspace/symbol", { query }),
    );
    return symbols.map(({ name, containerName }) => (containerName ? `${name} in ${containerName}` : name));
  };
  expect(await found("level")).toEqual(["the levels", "Level interrupts"]);
  expect(await found("dspi")).toEqual(["DISK_SPI"]);
  expect(await found("wifi")).toEqual(["WIFI in Level interrupts"]);
  expect(await found("")).toHaveLength(4);
  expect(await found("xyz")).toEqual([]);
});

describe("settings", () => {
  /** A client that answers what the server asks of its settings. */
  async function startWith(
    settings: (scope: string | undefined) => object | null,
    options: ClientOptions = {},
  ) {
    const workspace = {
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: true },
      diagnostics: { refreshSupport: true },
      inlayHint: { refreshSupport: true },
      codeLens: { refreshSupport: true },
    };
    return start({
      ...options,
      capabilities: { workspace, textDocument: { diagnostic: {} } },
      answers: {
        "workspace/configuration": (params) =>
          Object(params).items.map(({ scopeUri }: { scopeUri?: string }) => settings(scopeUri)),
      },
    });
  }

  async function codes(client: Client, uri: string): Promise<string[]> {
    const report: Report = Object(await client.request("textDocument/diagnostic", { textDocument: { uri } }));
    return report.items?.map(({ code }) => code) ?? [];
  }

  test("hold from the first answer on, and are followed as they change", async () => {
    let compare = "none";
    const client = await startWith(() => ({ compare }));
    client.open("file:///a.vgic", differing);
    expect(await codes(client, "file:///a.vgic")).toEqual([]);
    compare = "rev2";
    client.notify("workspace/didChangeConfiguration", { settings: null });
    await client.next("workspace/diagnostic/refresh");
    await client.next("workspace/inlayHint/refresh");
    await client.next("workspace/codeLens/refresh");
    expect(await codes(client, "file:///a.vgic")).toEqual(["revision-difference"]);
  });

  test("differ by folder", async () => {
    const folders = ["file:///one", "file:///one/inner", "file:///two"];
    const client = await startWith((scope) => ({ compare: scope?.endsWith("inner") ? "rev2" : "none" }), {
      folders,
    });
    for (const folder of folders) client.open(`${folder}/a.vgic`, differing);
    expect(await codes(client, "file:///one/a.vgic")).toEqual([]);
    expect(await codes(client, "file:///one/inner/a.vgic")).toEqual(["revision-difference"]);
    expect(await codes(client, "file:///two/a.vgic")).toEqual([]);
  });

  test("change severities, kinds of hints and the formatting", async () => {
    const client = await startWith(() => ({
      severities: { "revision-difference": "error", "unused-name": "off" },
      inlayHints: { values: false },
      format: { enable: false },
    }));
    const textDocument = { uri: "file:///a.vgic" };
    client.open(textDocument.uri, `${differing}let X = 1\n`);
    expect(await client.request("textDocument/diagnostic", { textDocument })).toMatchObject({
      items: [{ code: "revision-difference", severity: 1 }],
    });
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    expect(await client.request("textDocument/inlayHint", { textDocument, range })).toEqual([]);
    expect(await client.request("textDocument/formatting", { textDocument, options: {} })).toEqual([]);
  });

  test("that make no sense are told, and the rest holds", async () => {
    const client = await startWith(() => ({
      compare: "rev9",
      severities: { nonsense: "error", syntax: "fatal" },
      format: { align: "yes" },
    }));
    const said = async (text: string) =>
      client.next("window/logMessage", (params) => String(Object(params).message).includes(text));
    await said("vgic.compare: ");
    await said("vgic.severities.nonsense: ");
    await said("vgic.severities.syntax: expected one of error, warning");
    await said("vgic.format.align: expected true or false");
    client.open("file:///a.vgic", differing);
    expect(await codes(client, "file:///a.vgic")).toEqual(["revision-difference"]);
  });

  test("come at the start, or with a notification, from a client that cannot be asked", async () => {
    const client = await start({ initializationOptions: { vgic: { compare: "none" } } });
    const published = (code: string | undefined) => (params: unknown) =>
      Object(params).diagnostics[0]?.code === code;
    client.open("file:///a.vgic", differing);
    await client.next("textDocument/publishDiagnostics", published(undefined));
    client.notify("workspace/didChangeConfiguration", { settings: { vgic: { compare: "rev1-2" } } });
    await client.next("textDocument/publishDiagnostics", published("revision-difference"));
  });

  test("of the project's own file hold as they do for the command, and are followed", async () => {
    const config = (severity: string) => JSON.stringify({ severities: { "revision-difference": severity } });
    const folder = folderWith({
      "vgic-trace.json": config("error"),
      "a.vgic": differing,
      "b.vgic": differing,
    });
    const client = await startWith(() => ({ severities: { "revision-difference": "hint" } }), {
      folders: [folder.uri],
    });
    const textDocument = { uri: folder.address("a.vgic") };
    client.open(textDocument.uri, differing);
    const severity = async () =>
      Object(await client.request("textDocument/diagnostic", { textDocument })).items[0]?.severity;
    expect(await severity()).toBe(1);
    const reports = await pull(client);
    expect(reports.map(({ items }) => Object(items?.[0]).severity)).toEqual([1, 1]);

    folder.write("vgic-trace.json", config("information"));
    client.notify("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.address("vgic-trace.json"), type: 2 }],
    });
    expect(await severity()).toBe(3);
    await client.next("workspace/inlayHint/refresh");
    folder.write("vgic-trace.json", "{nonsense");
    client.notify("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.address("vgic-trace.json"), type: 2 }],
    });
    await client.next("window/logMessage", (params) =>
      String(Object(params).message).includes("it is not JSON"),
    );
    expect(await severity()).toBe(4);
  });

  test("hosts that the project's own file names are completed, explained, migrated to, and followed", async () => {
    const config = (old: string) => `// The fleet.\n{ "hosts": { "old": "${old}" }, }`;
    const folder = folderWith({ "vgic-trace.json": config("linux-5.10") });
    const client = await startWith(() => ({}), { folders: [folder.uri] });
    const textDocument = { uri: folder.address("a.vgic") };
    client.open(textDocument.uri, "gic v3\nhost old\ncpu0 readl GICD_IIDR\n");
    const position = { line: 1, character: 6 };
    const hover = async () =>
      Object(Object(await client.request("textDocument/hover", { textDocument, position })).contents).value;
    expect(await hover()).toContain("**old**: `linux-5.10`");
    const { items } = Object(
      await client.request("textDocument/completion", { textDocument, position: { line: 1, character: 5 } }),
    );
    expect(items[0]).toMatchObject({ label: "old", detail: "linux-5.10, shows revision 2" });
    expect(Object(await client.request("vgic/hosts", { textDocument })).hosts[0]).toEqual({
      name: "old",
      kernels: "linux-5.10",
      isNamed: true,
    });
    const migration = { from: "old", to: "linux-6.12", by: "qemu", back: false };
    const answer = await client.request("vgic/compat", { textDocument, position, ...migration });
    expect(JSON.stringify(answer)).toContain("linux-5.10 → linux-6.12");
    folder.write("vgic-trace.json", config("linux-6.6"));
    client.notify("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.address("vgic-trace.json"), type: 2 }],
    });
    await client.next("workspace/inlayHint/refresh");
    expect(await hover()).toContain("**old**: `linux-6.6`");
    folder.write("vgic-trace.json", "{}");
    client.notify("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.address("vgic-trace.json"), type: 2 }],
    });
    await client.next("workspace/inlayHint/refresh");
    const report = await client.request("textDocument/diagnostic", { textDocument });
    expect(Object(report).items[0].code).toBe("invalid-declaration");
  });
});

test("a trace whose address the editor writes in another way is reported once", async () => {
  const folder = folderWith({ "a (1)+b.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_CTLR == 0\n" });
  const client = await start({ folders: [folder.uri] });
  const closed = await pull(client);
  expect(closed.map(({ items }) => items?.map(({ code }) => code))).toEqual([["expectation"]]);
  const address = escaped(folder.address("a (1)+b.vgic"));
  expect(address).toContain("%281%29%2B");
  client.open(address, "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n");
  const opened = await pull(client, closed);
  expect(opened).toMatchObject([{ uri: address, kind: "full", items: [] }]);
  client.notify("textDocument/didClose", { textDocument: { uri: address } });
  const again = await pull(client, opened);
  expect(again.map(({ items }) => items?.map(({ code }) => code))).toEqual([["expectation"]]);
});
