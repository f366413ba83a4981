import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { lint, parse, run } from "../server/src/api/index.ts";
import { folderWith, root } from "./cli/command.ts";

const trace = "gic v3\nrevision 2\ncpu0 readl GICR_CTLR == rev1-2: 0, rev3: 6 # known\n";

test("lint finds what the command finds, with fixes", () => {
  const { diagnostics, scenarios, blank } = lint(trace.replace("GICR_CTLR", "GICR_CTRL"));
  expect(diagnostics).toMatchObject([
    {
      code: "unknown-register",
      severity: "error",
      range: { start: { line: 2, character: 11 }, end: { line: 2, character: 20 } },
      fixes: [{ title: "Write `GICR_CTLR`" }],
    },
  ]);
  const errors = [{ code: "unknown-register" }];
  expect(scenarios).toMatchObject([
    {
      title: "",
      line: 0,
      operations: 0,
      variants: ["2", "1", "3"],
      verdicts: [
        { label: "1", errors },
        { label: "2", standing: "declared", errors },
        { label: "3", errors },
      ],
    },
  ]);
  expect(blank).toBe(false);
});

test("lint says under which revisions an expectation fails", () => {
  const { diagnostics } = lint(trace.replace("rev3: 6", "rev3: 7"));
  expect(diagnostics).toMatchObject([{ code: "expectation", under: ["3"] }]);
});

test("options are those of the command and of vgic-trace.json", () => {
  const codes = (options: Parameters<typeof lint>[1]) =>
    lint("gic v3\ncpu0 readl GICR_CTLR\n", options).diagnostics.map(({ code }) => code);
  expect(codes({})).toEqual(["missing-declaration", "revision-difference"]);
  expect(codes({ revision: 3, compare: "none" })).toEqual([]);
  expect(codes({ defaults: { revision: 3, compare: "rev3" } })).toEqual([]);
  expect(codes({ revision: 3, severities: { "revision-difference": "off" } })).toEqual([]);
});

test("only options that name what does not exist throw", () => {
  expect(() => lint("", { revision: 9 })).toThrow("there is no revision 9: there are 0, 1, 2, 3");
  expect(() => run("", { compare: "rev9" })).toThrow(RangeError);
  expect(lint("\0".repeat(10)).diagnostics).toHaveLength(1);
});

test("run tells what every operation answers", () => {
  expect(run(trace)).toEqual({
    scenarios: [
      {
        title: "",
        variants: ["2", "1", "3"],
        operations: [
          {
            line: 2,
            text: "cpu0 readl GICR_CTLR == rev1-2: 0, rev3: 6",
            expectationStart: 21,
            outcomes: { 1: "0x00000000", 2: "0x00000000", 3: "0x00000006" },
          },
        ],
        verdicts: [
          { label: "2", standing: "declared", errors: 0, differences: 0 },
          { label: "1", errors: 0, differences: 0 },
          { label: "3", errors: 0, differences: 0 },
        ],
      },
    ],
    unread: 0,
  });
  expect(run("gic v3\nrevision 3\nnonsense\n").unread).toBe(1);
});

test("parse gives a statement or a problem a line", () => {
  const [gic, , read, wrong] = parse(`${trace}cpu0 raedl\n`);
  expect(gic).toMatchObject({ text: "gic v3", statement: { kind: "gic", model: { text: "v3" } } });
  expect(read).toMatchObject({ statement: { kind: "mmio", width: 4 }, comment: { start: 43, end: 50 } });
  expect(wrong.statement).toBeUndefined();
  expect(wrong.problem?.message).not.toBe("");
});

describe("as a package", () => {
  const folder = folderWith({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify({
      compilerOptions: { module: "nodenext", target: "es2022", strict: true, noEmit: true, types: [] },
      files: ["use.ts"],
    }),
    "use.ts": [
      'import { lint, parse, run, type LintDiagnostic, type Statement } from "vgic-trace";',
      'const found: readonly LintDiagnostic[] = lint("gic v3", { revision: 3 }).diagnostics;',
      'const first: Statement | undefined = parse("gic v3")[0].statement;',
      'const answers: Readonly<Record<string, string>> = run("").scenarios[0].operations[0].outcomes;',
      "// @ts-expect-error there is no such severity",
      'lint("", { severities: { syntax: "loud" } });',
      "export { answers, first, found };",
    ].join("\n"),
    "use.js":
      'import { lint } from "vgic-trace"; console.log(lint("gic v3\\nrevision 3\\nx\\n").diagnostics[0].code);',
  });
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/vgic-trace"), "junction");

  test("it is imported by its name", () => {
    expect(execFileSync(process.execPath, ["use.js"], { cwd: folder, encoding: "utf8" })).toBe("syntax\n");
  });

  test("its types hold in a strict project, and in a stricter one that is bundled", () => {
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [compiler, "-p", path.join(root, "tsconfig.types.json")], { cwd: root });
    const check = (...flags: readonly string[]) =>
      spawnSync(process.execPath, [compiler, "-p", folder, ...flags], { encoding: "utf8" }).stdout;
    expect(check()).toBe("");
    const bundled = ["--module", "esnext", "--moduleResolution", "bundler"];
    expect(check(...bundled, "--exactOptionalPropertyTypes", "--isolatedModules")).toBe("");
  });
});

test("the examples of its page are true", async () => {
  const page = readFileSync(path.join(root, "docs/api.md"), "utf8");
  const [, example] = /```js\n(.*?)```/s.exec(page) ?? [];
  const [, output] = /```console\n(.*?)```/s.exec(page) ?? [];
  const folder = folderWith({ "package.json": '{ "type": "module" }', "example.js": example });
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/vgic-trace"), "junction");
  expect(execFileSync(process.execPath, ["example.js"], { cwd: folder, encoding: "utf8" })).toBe(output);
});
