import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { checksFor, readConfiguration } from "../../server/src/config/configuration.ts";
import { CONFIGURATION_SCHEMA } from "../../server/src/config/schema.ts";
import { differingTrace, folderWith, goodTrace, root, vgicTrace, wrongTrace } from "./command.ts";

/** Lints a folder with a configuration; what was found, as "code severity" by file. */
function found(files: Readonly<Record<string, string>>, ...args: string[]) {
  const { status, stdout, stderr } = vgicTrace(["lint", "--format", "json", ...args], {
    folder: folderWith(files),
  });
  expect(stderr).toBe("");
  const report: { files: { path: string; diagnostics: { code: string; severity: string }[] }[] } =
    JSON.parse(stdout);
  const byFile = report.files.map(({ path, diagnostics }) => [
    path,
    diagnostics.map(({ code, severity }) => `${code} ${severity}`),
  ]);
  return { status, files: Object.fromEntries(byFile) };
}

const json = JSON.stringify;

test("severities are set by code, and off is not reported", () => {
  expect(
    found({
      "a.vgic": differingTrace,
      "b.vgic": wrongTrace,
      "vgic-trace.json": json({ severities: { "revision-difference": "error", expectation: "off" } }),
    }),
  ).toEqual({ status: 1, files: { "a.vgic": ["revision-difference error"], "b.vgic": [] } });
});

test("a severity that is none leaves the one that is set for all", () => {
  const { configuration, problems } = readConfiguration(
    json({
      severities: { expectation: "off" },
      overrides: [{ files: ["a.vgic"], severities: { expectation: "quiet" } }],
    }),
  );
  expect(problems.join()).toContain('not "quiet"');
  expect(checksFor(configuration, "a.vgic").severities).toEqual({ expectation: "off" });
});

test("revision and compare hold where a trace is silent, and flags are above them", () => {
  const files = {
    "silent.vgic": "gic v3\ncpu0 readl GICR_CTLR == 0\n",
    "own.vgic": "gic v3\nrevision 3\ncompare rev1\ncpu0 readl GICR_CTLR == 6\n",
    "hosted.vgic": "gic v3\nhost linux-5.10\ncpu0 readl GICR_CTLR == 0\n",
    "vgic-trace.json": json({ revision: 2, compare: "none" }),
  };
  expect(found(files).files).toEqual({
    "silent.vgic": [],
    "own.vgic": ["revision-difference warning"],
    "hosted.vgic": [],
  });
  expect(found(files, "--revision", "3", "silent.vgic").files).toEqual({
    "silent.vgic": ["expectation error"],
  });
  expect(found(files, "--compare", "rev3", "silent.vgic").files).toEqual({
    "silent.vgic": ["revision-difference warning"],
  });
  expect(found({ ...files, "vgic-trace.json": json({ revision: 2, compare: "rev3" }) }).files).toEqual({
    "silent.vgic": ["revision-difference warning"],
    "own.vgic": ["revision-difference warning"],
    "hosted.vgic": [],
  });
  const hosts = json({ revision: 3, compare: "host linux-5.10" });
  expect(found({ ...files, "vgic-trace.json": hosts }, "silent.vgic").files).toEqual({
    "silent.vgic": ["revision-difference warning", "expectation error"],
  });
});

test("the nearest file wins, alone; overrides hold for what their patterns name, later ones first", () => {
  const off = { severities: { "revision-difference": "off" } };
  expect(
    found({
      "vgic-trace.json": json({
        ...off,
        overrides: [
          { files: ["legacy/**"], severities: { "revision-difference": "hint", expectation: "warning" } },
          { files: ["*-known.vgic"], severities: { "revision-difference": "information" } },
        ],
      }),
      "a.vgic": differingTrace,
      "legacy/b.vgic": differingTrace,
      "legacy/c-known.vgic": differingTrace,
      "legacy/d.vgic": wrongTrace,
      "own/vgic-trace.json": "{}",
      "own/deep/e.vgic": differingTrace,
    }).files,
  ).toEqual({
    "a.vgic": [],
    "legacy/b.vgic": ["revision-difference hint"],
    "legacy/c-known.vgic": ["revision-difference information"],
    "legacy/d.vgic": ["expectation warning"],
    "own/deep/e.vgic": ["revision-difference warning"],
  });
});

describe("what is wrong is an error that names the file, the key and the nearest one", () => {
  const known = "compare, severities, overrides";
  test.each([
    { text: '{ "revison": 1 }', said: "revison: there is no such key: did you mean revision?" },
    { text: '{ "x": 1 }', said: `x: there is no such key: there are $schema, hosts, revision, ${known}` },
    { text: '{ "revision": 9 }', said: "revision: expected one of 0, 1, 2, 3, not 9" },
    { text: '{ "compare": 3 }', said: "compare: expected a text, not 3" },
    { text: '{ "compare": "rev9" }', said: "compare: " },
    {
      text: '{ "severities": { "expectatoin": "off" } }',
      said: "severities.expectatoin: there is no such diagnostic: did you mean expectation?",
    },
    {
      text: '{ "severities": { "syntax": "warn" } }',
      said: 'severities.syntax: expected one of error, warning, information, hint, off, not "warn"',
    },
    {
      text: '{ "severities": { "syntax": "warnin" } }',
      said: 'hint, off, not "warnin": did you mean warning?',
    },
    {
      text: '{ "overrides": [{ "file": [] }] }',
      said: "overrides[0].file: there is no such key: did you mean files?",
    },
    { text: '{ "overrides": [{ "revision": 1 }] }', said: "overrides[0].files: name some files" },
    { text: '{ "overrides": {} }', said: "overrides: expected a list, not {}" },
    { text: "[]", said: "expected an object, not []" },
    { text: "{", said: "it is not JSON: " },
    { text: "", said: "it is not JSON: " },
  ])("$text", ({ text, said }) => {
    const folder = folderWith({ "config/vgic-trace.json": text, "config/a.vgic": wrongTrace });
    const { status, stdout, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toContain("vgic-trace: config/vgic-trace.json: ");
    expect(stderr).toContain(said);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test("everything wrong is said at once, and once for all traces", () => {
    const folder = folderWith({
      "vgic-trace.json": '{ "a": 1, "revision": "1" }',
      "a.vgic": wrongTrace,
      "b.vgic": wrongTrace,
    });
    expect(vgicTrace(["lint"], { folder }).stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  test("also when it cannot be read", () => {
    const folder = folderWith({ "vgic-trace.json/x": "", "a.vgic": wrongTrace });
    expect(vgicTrace(["lint"], { folder }).stderr).toBe(
      "vgic-trace: cannot read vgic-trace.json: it is a folder\n",
    );
  });
});

describe("the schema for editors", () => {
  test("is the one that the package ships", async () => {
    const text = `${JSON.stringify(CONFIGURATION_SCHEMA, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(path.join(root, "schemas/vgic-trace.json"));
    expect(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).files).toContain("schemas");
  });

  test("agrees with the reader", () => {
    const validate = new Ajv().compile(CONFIGURATION_SCHEMA);
    expect(validate({ revision: 2, overrides: [{ files: ["a"], severities: { syntax: "off" } }] })).toBe(
      true,
    );
    expect(validate({ revison: 2 })).toBe(false);
    expect(validate({ overrides: [{ revision: 2 }] })).toBe(false);
    expect(validate({ severities: { syntax: "warn" } })).toBe(false);
  });
});

describe("hosts that the configuration names", () => {
  const trace = [
    "gic v3",
    "host new",
    "compare host old",
    'scenario "s"',
    "cpu0 readl GICR_CTLR == host old: 0, from new: 6",
    "migrate to old by qemu revision 2",
    "",
  ].join("\n");
  const files = {
    "vgic-trace.json": '// The fleet.\n{ "hosts": { "old": "linux-5.10", "new": "linux-7.1" }, /* all */ }',
    "a.vgic": trace.replace(" revision 2", "").replace("migrate to old by qemu\n", ""),
  };

  test("stand where kernels stand", () => {
    expect(found(files)).toEqual({ status: 0, files: { "a.vgic": [] } });
    const { stdout } = vgicTrace(["run", "a.vgic"], { folder: folderWith(files) });
    expect(stdout).toContain("rev 3 (host default)  linux-5.10");
  });

  test("are hosts of compat, hosts and --compare", () => {
    const folder = folderWith({ ...files, "b.vgic": "gic v3\nrevision 3\ncpu0 readl GICR_CTLR == 6\n" });
    const { stdout } = vgicTrace(["compat", "--from", "new", "--to", "old", "--by", "qemu", "a.vgic"], {
      folder,
    });
    expect(stdout).toContain("linux-7.1 → linux-5.10 by qemu");
    expect(vgicTrace(["hosts", "old", "new"], { folder }).stdout).toContain("linux-5.10 and linux-7.1: ");
    const explored = vgicTrace(["explore", "--from", "old", "--to", "new", "--time", "1s"], { folder });
    expect(explored.stdout).toContain("host linux-5.10: ");
    for (const args of [
      ["explore", "--from", "odl", "--to", "new"],
      ["replay", "--host", "odl", "a.vgic"],
    ])
      expect(vgicTrace(args, { folder }).stderr, args[0]).toContain("odl");
    const { stdout: compared } = vgicTrace(["lint", "--compare", "host old", "b.vgic"], { folder });
    // A name is the trace's, wherever the command is started.
    const outside = vgicTrace(["lint", "--compare", "host old", path.join(folder, "b.vgic")], {
      folder: folderWith({ "vgic-trace.json": '{ "hosts": { "old": "linux-5.10" } }' }),
    });
    expect(outside.status).toBe(0);
    expect(outside.stderr).toBe("");
    expect(compared).toContain("0x00000000 under linux-5.10");
  });

  test("hold where the configuration does, and elsewhere it is said", () => {
    const folder = folderWith({
      ...files,
      "a/a.vgic": trace,
      "a/vgic-trace.json": '{ "hosts": { "odd": "linux-5.10" } }',
    });
    const { status, stdout } = vgicTrace(["lint", "a"], { folder });
    expect(stdout).toContain(
      "error[invalid-declaration]: `new` is no host: neither a kernel, as in `linux-6.12`, nor a name that `hosts` in vgic-trace.json gives one\n",
    );
    expect(stdout).toContain("; did you mean `odd`?");
    expect(status).toBe(1);
    const compat = vgicTrace(["compat", "--from", "odl", "--to", "linux-7.1", "a.vgic"], { folder });
    expect(compat.stderr).toMatch(/^vgic-trace: --from: `odl` is no host: .*; did you mean `old`\?$/m);
    expect(compat.status).toBe(2);
  });

  test("are those of the trace's folder, wherever the command is started", () => {
    const guest = "gic v3\nrevision 3\ncpu0 readl GICD_CTLR\n";
    const folder = folderWith({
      "a/a.vgic": guest,
      "a/vgic-trace.json": '{ "hosts": { "old": "linux-5.10" } }',
      "b/b.vgic": guest,
      "b/vgic-trace.json": '{ "hosts": { "old": "linux-6.1" } }',
    });
    const from = (...traces: string[]) =>
      vgicTrace(["compat", "--allow-default-revision", "--from", "old", "--to", "linux-7.1", ...traces], {
        folder,
      });
    expect(from("a").stdout).toContain("\nlinux-5.10 → linux-7.1 by faithful");
    expect(from("b/b.vgic").stdout).toContain("\nlinux-6.1 → linux-7.1 by faithful");
    const both = from("a", "b");
    expect(both.status).toBe(2);
    expect(both.stderr).toBe(
      "vgic-trace: --from: old is linux-5.10 for a/a.vgic and linux-6.1 for b/b.vgic: name the kernel\n",
    );
  });

  test.each([
    ['{ "hosts": { "a": "linux-99" } }', "hosts.a: `linux-99` is no host kernel"],
    ['{ "hosts": { "a-b": "linux-6.12" } }', "hosts.a-b: a name is letters, digits and _"],
    ['{ "hosts": { "cpu0": "linux-6.12" } }', "hosts.cpu0: a name is letters, digits and _"],
    ['{ "hosts": { "linux": "linux-6.12" } }', undefined],
    ['{ "hosts": { "a": 1 } }', "hosts.a: expected a text, not 1"],
    ['{ "hosts": ["linux-6.12"] }', 'hosts: expected an object, not ["linux-6.12"]'],
    ['{ "hosts": {},\n  "compare": "host a" }', "compare: `a` is no host"],
    ['{\n  "revision" 3\n}', "it is not JSON: colon expected at line 2, column 14"],
  ])("%s", (text, problem) => {
    const { status, stderr } = vgicTrace(["lint", "a.vgic"], {
      folder: folderWith({ "vgic-trace.json": text, "a.vgic": goodTrace }),
    });
    expect(status).toBe(problem === undefined ? 0 : 2);
    expect(stderr).toContain(problem ?? "");
  });
});
