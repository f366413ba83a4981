/** Feeds files with any name and content, and any arguments, to the built command, as a process. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import type { Fuzzer } from "./fuzzer.ts";
import { anyTrace } from "./traces.ts";

const name = fc.oneof(
  fc.constantFrom("a.vgic", "b.vgic", "sub/c.vgic", "::error::x.vgic", "-x.vgic", "new\nline.vgic", "é.vgic"),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => `${text.replace(/[/\0]|^\.+$/g, "_")}.vgic`),
  fc.constantFrom("vgic-trace.json", ".gitignore", ".vgicignore", "sub/vgic-trace.json", "log.txt"),
);
const content = fc.oneof(
  { weight: 6, arbitrary: anyTrace },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "\ufeff", "sub/\n", "!*.vgic\n*", '{"severities":{"expectation":"off"}}'),
  },
);
const link = fc.constantFrom(
  "/dev/zero",
  "..",
  ".",
  "nowhere",
  "/dev/null",
  "a.vgic",
  "loop.vgic",
  "/proc/self/mem",
);

const word = fc.oneof(
  fc.constantFrom(
    "a.vgic",
    ".",
    "sub",
    "log.txt",
    "loop.vgic",
    "nowhere",
    "--",
    "-",
    "--help",
    "1",
    "rev1",
    "2/3",
  ),
  fc.constantFrom(
    "json",
    "text",
    "junit",
    "sarif",
    "github",
    "html",
    "linux-5.10",
    "linux-7.1",
    "qtest",
    "v2",
  ),
  fc.constantFrom(
    "expectation",
    "--format",
    "--fix",
    "--update",
    "--diff",
    "--check",
    "--quiet",
    "--statistics",
  ),
  fc.constantFrom(
    "--output",
    "--baseline",
    "--shard",
    "--changed",
    "--max-warnings",
    "--stdin-filename",
    "--compare",
  ),
  fc.constantFrom(
    "--revision",
    "--from",
    "--to",
    "--by",
    "--back",
    "--matrix",
    "--keep",
    "--gic",
    "--cpus",
    "--irqs",
  ),
  fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replaceAll("\0", "")),
);
// What waits for an editor, for a change or for minutes of search is not for this.
const command = fc.constantFrom(
  ...["lint", "lint", "lint", "format", "run", "compat", "import", "export", "reduce", "explain", "hosts"],
  ...["completion", "help", "lnit", "manual"],
);

interface Ended {
  readonly status: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], folder: string, temporary: string, input: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.resolve("dist/vgic-trace.js"), ...args], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary, NO_COLOR: "1" },
    });
    const printed = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => (printed.stdout += data));
    child.stderr.on("data", (data) => (printed.stderr += data));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    // A minute is far more than any of these takes.
    const patience = setTimeout(() => child.kill("SIGKILL"), 60_000);
    child.on("close", (status, signal) => {
      clearTimeout(patience);
      resolve({ status: status ?? signal, ...printed });
    });
  });
}

/** Where text that is meant as it stands is printed: traces, differences, tests in C, pages. */
const verbatim = new Set(["format", "reduce", "import", "export"]);
const unsafe = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function refuse(what: string, args: readonly string[], ended: Ended): never {
  throw new Error(`${what}: vgic-trace ${JSON.stringify(args)}\n${JSON.stringify(ended, undefined, 2)}`);
}

function judge(args: readonly string[], ended: Ended): void {
  const { status, stdout, stderr } = ended;
  if (status !== 0 && status !== 1 && status !== 2) refuse("it did not end by itself", args, ended);
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) refuse("it crashed", args, ended);
  if (unsafe.test(stderr)) refuse("it prints what a terminal obeys", args, ended);
  if (/^\s*::/m.test(stderr)) refuse("it prints what a runner obeys", args, ended);
  const isVerbatim = verbatim.has(args[0]) || args.includes("--diff");
  if (!isVerbatim && unsafe.test(stdout)) refuse("it prints what a terminal obeys", args, ended);
}

export const commandFuzzer: Fuzzer = {
  name: "command",
  promise:
    "the command says what is wrong, whatever files and arguments there are, and leaves nothing behind",
  // Each starts a process.
  share: 0.1,
  property: () =>
    fc.asyncProperty(
      fc.array(fc.tuple(name, content), { maxLength: 5 }),
      fc.option(fc.tuple(fc.constantFrom("loop.vgic", "vgic-trace.json", "sub"), link), { nil: undefined }),
      fc.tuple(command, fc.array(word, { maxLength: 5 })).map(([first, rest]) => [first, ...rest]),
      anyTrace,
      async (files, linked, args, input) => {
        const top = mkdtempSync(path.join(tmpdir(), "vgic-trace-fuzz-"));
        try {
          const [folder, temporary] = [path.join(top, "work"), path.join(top, "temporary")];
          for (const made of [folder, temporary, path.join(folder, "sub")]) mkdirSync(made);
          for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
          if (linked !== undefined && !readdirSync(folder).includes(linked[0])) {
            symlinkSync(linked[1], path.join(folder, linked[0]));
          }
          const ended = await run(args, folder, temporary, input);
          judge(args, ended);
          const left = [
            ...readdirSync(temporary),
            ...readdirSync(folder).filter((one) => one.endsWith(".tmp")),
          ];
          if (left.length > 0) refuse(`it left ${left.join(", ")}`, args, ended);
        } finally {
          rmSync(top, { recursive: true, force: true });
        }
      },
    ),
};
