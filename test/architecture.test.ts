import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../server/src/cli/commands.ts";

const root = path.resolve(import.meta.dirname, "..");

/** The layers of server/src, and which of them each may import. Data flows from the first to the last. */
const order = ["vgic", "syntax", "document", "program", "evaluate", "rules", "analysis"];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(order.map((layer, index) => [layer, order.slice(0, index)])),
  config: order,
  export: [...order, "replay"],
  import: ["vgic", "syntax", "document", "program", "evaluate"],
  reduce: order,
  diff: order,
  explore: [...order, "reduce"],
  replay: order,
  timeline: order,
  dap: [...order, "config"],
  lsp: [...order, "config", "export", "import", "reduce", "timeline", "dap", "diff"],
  api: [...order, "config"],
  cli: [
    ...order,
    "config",
    "api",
    "lsp",
    "export",
    "import",
    "reduce",
    "replay",
    "timeline",
    "dap",
    "explore",
    "diff",
  ],
};

/** The only places that may import a library. */
const owners: Readonly<Record<string, RegExp>> = {
  "vscode-languageserver": /^server\/src\/lsp\//,
  "@vscode/debugprotocol": /^(server\/src\/dap|client)\//,
  vscode: /^client\//,
  "vscode-languageclient": /^client\//,
  cborg: /^server\/src\/import\/snapshots\//,
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isDynamic: boolean;
}

/** Every source file below a folder of the project, as a path with slashes. */
function sourcesIn(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
    .filter((name) => name.endsWith(".ts"));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const statements =
    /^(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|^import\s+"([^"]+)"/gm;
  return [...text.matchAll(statements)].map(([, from, dynamic, bare]) => ({
    file,
    target: from ?? dynamic ?? bare,
    isDynamic: dynamic !== undefined,
  }));
}

/** The layer of server/src that a relative import leads to; undefined outside of server/src. */
function layerOf(file: string): string | undefined {
  return /^server\/src\/([^/]+)\//.exec(file)?.[1];
}

/** The files that import each other in a circle, each circle as the way around. */
function circles(files: readonly string[], edges: readonly Import[]): string[][] {
  const targets = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { file, target } of edges) if (targets.has(target)) targets.get(file)?.add(target);
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) walk(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}

const server = sourcesIn("server/src");
const imports = [...server, ...sourcesIn("client")].flatMap(importsOf);
const resolved = imports
  .filter(({ target }) => target.startsWith("."))
  .map(({ file, target, isDynamic }) => ({
    isDynamic,
    file,
    target: path.posix.join(path.posix.dirname(file), target),
  }));
const packages = imports.filter(({ target }) => !target.startsWith("."));
const shown = ({ file, target }: Import) => `${file} imports ${target}`;

describe("imports", () => {
  test("are found at all", () => {
    expect(resolved.length).toBeGreaterThan(100);
    expect(packages.some(({ target }) => target === "cborg")).toBe(true);
  });

  test("every folder of server/src is a layer", () => {
    expect(
      [...new Set(server.map(layerOf))].filter((layer) => !Object.hasOwn(mayImport, layer ?? "")),
    ).toEqual([]);
  });

  test("never point back: vgic ← syntax ← document ← program ← evaluate ← rules ← analysis ← lsp, cli ← client", () => {
    const back = resolved.filter(({ file, target }) => {
      const [from, to] = [layerOf(file), layerOf(target)];
      return from !== undefined && to !== undefined && from !== to && !mayImport[from].includes(to);
    });
    expect(back.map(shown)).toEqual([]);
  });

  test("of types included, never lead in a circle", () => {
    // Rooms that still have circles are left out until they are put in order.
    const rooms = server.filter((file) => ["syntax", "document", "program"].includes(layerOf(file) ?? ""));
    expect(circles(rooms, resolved)).toEqual([]);
  });

  test("of the client lead to the client or to the protocol, which imports nothing", () => {
    const protocol = "server/src/lsp/protocol.ts";
    const out = resolved.filter(
      ({ file, target }) =>
        (file.startsWith("client/") && !target.startsWith("client/") && target !== protocol) ||
        file === protocol,
    );
    expect(out.map(shown)).toEqual([]);
  });

  test("of the emulator stay in its folder: it could be published on its own", () => {
    const out = [...resolved, ...packages].filter(
      ({ file, target }) => layerOf(file) === "vgic" && layerOf(target) !== "vgic",
    );
    expect(out.map(shown)).toEqual([]);
  });

  test("of a library stand where it belongs", () => {
    const strangers = packages.filter(({ file, target }) => {
      const library = Object.keys(owners).find((name) => target === name || target.startsWith(`${name}/`));
      return library !== undefined && !owners[library].test(file);
    });
    expect(strangers.map(shown)).toEqual([]);
  });

  test("of Node's modules stand only in the command, the language server and the replay: the rest runs in a browser", () => {
    const strangers = packages.filter(
      ({ file, target }) =>
        target.startsWith("node:") && !/^(server\/src\/(lsp|cli)\/|client\/src\/replay\.ts$)/.test(file),
    );
    expect(strangers.map(shown)).toEqual([]);
  });
});

/** The files that open others to read them, besides the one for names that come from outside: why each may. */
const reading: Readonly<Record<string, string>> = {
  "server/src/cli/files/read-file.ts": "regular files alone, and no more than a limit",
  "server/src/cli/files/write-file.ts": "what it is about to replace, once it is known to be a regular file",
  "server/src/cli/files/file-bytes.ts": "a log or snapshot that the command was given, piece by piece",
  "server/src/cli/import/output.ts": "a log that the command was given, which may be the tracer's own pipe",
  "server/src/cli/import/snapshot.ts": "a snapshot, after file-bytes.ts",
  "server/src/cli/replay/kernel-image.ts":
    "a kernel once it is known to be a regular file, and the product's own program",
  "server/src/cli/launch.ts": "the product's own files",
  "server/src/cli/reporters/run-picture.ts": "the product's own files",
};

/**
 * The files of the rooms up to the analysis that may throw: on what no trace can bring about, and the grammar where a
 * line cannot be read on, to itself.
 */
const throwing: readonly string[] = [
  "server/src/syntax/grammar/token-reader.ts",
  "server/src/syntax/item-at.ts",
  "server/src/syntax/unreachable.ts",
  "server/src/vgic/answer.ts",
  "server/src/vgic/kernels/kernels.ts",
  "server/src/vgic/registers/registers.ts",
  "server/src/evaluate/perform.ts",
];

describe("source files", () => {
  const code = (file: string): string =>
    readFileSync(path.join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");

  test("throw nothing on what a user wrote, up to the analysis", () => {
    const found = server.filter(
      (file) => order.includes(layerOf(file) ?? "") && /\bthrow\b/.test(code(file)),
    );
    expect(found.filter((file) => !throwing.includes(file))).toEqual([]);
  });

  test("open no file by a name from outside but through readRegularFile", () => {
    const opens =
      /\breadFile(?:Sync)?\(|\bcreateReadStream\(|\bopenSync\([^)]*(?:"r"|O_RDONLY)|\bawait open\(/;
    expect(server.filter((file) => opens.test(code(file))).sort()).toEqual(Object.keys(reading).sort());
  });

  test("read no clock and no chance but in the command and the server", () => {
    const clock =
      /\bDate\.now\b|\bnew Date\b|\bperformance\.now\b|\bset(?:Timeout|Interval)\b|\bMath\.random\b/;
    const found = server.filter(
      (file) => !/^server\/src\/(?:lsp|cli)\//.test(file) && clock.test(code(file)),
    );
    expect(found).toEqual([]);
  });
});

test("files import each other in no circle, types included", () => {
  const targets = new Map(server.map((file): [string, string[]] => [file, []]));
  // What is loaded when it is needed (`import(…)`) does not count: it cannot be needed for loading.
  for (const { file, target, isDynamic } of resolved) if (!isDynamic) targets.get(file)?.push(target);
  // A file is in a circle if it can be reached from what it imports. Files that import nothing unfinished are done.
  const done = new Set<string>();
  const circles = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const first = path.indexOf(file);
    if (first >= 0) circles.add([...path.slice(first), file].join(" → "));
    if (first >= 0 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of server) visit(file, []);
  expect([...circles]).toEqual([]);
});

test("every subcommand is a file of cli/commands, and every file there a subcommand", () => {
  const files = sourcesIn("server/src/cli/commands").map((file) => path.posix.basename(file, ".ts"));
  expect(files.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});

test("notifications of the client come from the one place that never has them cut off", () => {
  const others = sourcesIn("client").filter((file) => !file.endsWith("/notify.ts"));
  const found = others.filter((file) =>
    /\bshow(Information|Warning|Error)Message\b/.test(readFileSync(path.join(root, file), "utf8")),
  );
  expect(found).toEqual([]);
});

test("no folder but that of the rules holds more files than can be looked over", () => {
  const counts = new Map<string, number>();
  for (const file of [...server, ...sourcesIn("client")]) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  counts.delete("server/src/rules");
  expect([...counts].filter(([, files]) => files > 40)).toEqual([]);
});

test("nothing in the project names a path of one machine", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  const absolute = /(?<![\w.])\/(?:home|root|Users|work|mnt|tmp)\/\w|\b[A-Z]:\\\\?\w/;
  const found = files
    .filter((file) => file !== "test/architecture.test.ts" && !/^LICENSE$|\.(png|vsix|gz)$/.test(file))
    .flatMap((file) => {
      const lines = readFileSync(path.join(root, file), "utf8").split("\n");
      return lines.flatMap((line, index) =>
        absolute.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      );
    });
  expect(found).toEqual([]);
});
