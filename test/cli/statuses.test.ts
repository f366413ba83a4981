import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "./command.ts";

const fine = "cpu0 readl GICD_CTLR\n";
const head = "gic v3\nrevision 3\n";

/** Traces, and what commands make of them: exit statuses, and whether anything of them may be ticked by `compat`. */
interface Row {
  readonly text: string;
  /** Of `lint` and `run`, which count the same errors. */
  readonly errors: number;
  readonly lint: 0 | 1;
  readonly compat: 0 | 2;
  readonly exported: boolean;
}

const ROWS: Readonly<Record<string, Row>> = {
  "all right": { text: head + fine, errors: 0, lint: 0, compat: 0, exported: true },
  "an expectation that fails": {
    text: `${head}cpu0 readl GICD_CTLR == 0x77\n`,
    errors: 1,
    lint: 1,
    compat: 0,
    exported: false,
  },
  "the same declared twice": {
    text: `gic v3\n${head}${fine}`,
    errors: 1,
    lint: 1,
    compat: 0,
    exported: false,
  },
  "contradicting declarations": {
    text: `${head}cpus 2\ncpus 4\ncpu2 run\ncpu3 run\n`,
    errors: 1,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "no `gic`": { text: `revision 3\n${fine}`, errors: 1, lint: 1, compat: 2, exported: false },
  "a line that cannot be read": {
    text: `${head}cpu0 raedl GICD_CTLR\n${fine}`,
    errors: 1,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "one of which a comment silences that": {
    text: `${head}cpu0 raedl GICD_CTLR # vgic-ignore[syntax]: later\n${fine}`,
    errors: 0,
    lint: 0,
    compat: 2,
    exported: false,
  },
  "an operation that cannot be done, and a comment above it that silences that": {
    text: `${head}# vgic-ignore[invalid-value]: later\ncpu9 readl GICD_CTLR\n${fine}`,
    errors: 0,
    lint: 0,
    compat: 2,
    exported: false,
  },
  "an unknown register": {
    text: `${head}cpu0 readl GICD_CTLX\n${fine}`,
    errors: 1,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "several lines with one missing name": {
    text: `${head}line SPI high\nline SPI low\n${fine}`,
    errors: 1,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "a misspelt declaration": {
    text: `gic v3\nrevison 3\n${fine}`,
    errors: 1,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "one that a comment silences": {
    text: `gic v3\nrevison 3 # vgic-ignore[syntax]: later\n${fine}`,
    errors: 0,
    lint: 1,
    compat: 2,
    exported: false,
  },
  "one that a comment for the file silences": {
    text: `# vgic-ignore-file[invalid-declaration]: later\n${head}cpus 0\n${fine}`,
    errors: 0,
    lint: 1,
    compat: 2,
    exported: false,
  },
};

describe.each(Object.entries(ROWS))("%s", (_, { text, errors, lint, compat, exported }) => {
  const folder = folderWith({ "boot.vgic": text });
  const command = (...words: string[]) => vgicTrace([...words, "boot.vgic"], { folder });

  test("lint and run end alike, and count the same errors", () => {
    const checked = command("lint", "--format", "json");
    expect(checked.status).toBe(lint);
    expect(JSON.parse(checked.stdout).summary.errors).toBe(errors);
    const ran = command("run");
    expect(ran.status).toBe(lint);
    const said = /(\d+) errors? in boot\.vgic/.exec(ran.stderr)?.[1] ?? "0";
    expect(Number(said)).toBe(errors);
    if (lint === 1 && errors === 0) {
      for (const { stderr } of [checked, ran]) expect(stderr).toMatch(/1 scenario not tested.*no error/);
    }
  });

  test("run says whether all lines ran", () => {
    const { stdout, stderr } = command("run");
    const written = text.split("\n").filter((line) => /^(?:cpu\d|line) /.test(line)).length;
    const shown = stdout.split("\n").filter((line) => /^\d+ +(?:≠ +)?(?:cpu\d|line) /.test(line)).length;
    const isSaid = /lines? .*did not run|not tested/.test(stderr);
    expect(isSaid).toBe(written > shown || /not tested/.test(stdout));
  });

  test("run, reports and compat agree on what is not tested", () => {
    // The verdicts of an assumed GIC are of that one: only compat needs to know whose guest it asks.
    const isAssumed = !/^gic/m.test(text);
    const isTested = compat === 0 || errors > 0 || isAssumed;
    expect(command("run").stdout.includes("✓")).toBe(compat === 0 && errors === 0);
    const skipped = / skipped="(\d)"/.exec(command("lint", "--format", "junit").stdout)?.[1];
    if (!isTested) expect(skipped).toBe("1");
    const { summary } = JSON.parse(command("lint", "--format", "json").stdout);
    if (!isTested) expect(summary.untested).toBe(1);
  });

  test("compat ticks what it tested, and nothing else", () => {
    const { status, stdout } = command("compat", "--from", "linux-6.12", "--to", "linux-6.12");
    expect(status).toBe(compat);
    expect(stdout.includes("✓")).toBe(compat === 0);
    expect(stdout.includes("not tested")).toBe(compat === 2);
  });

  test("export writes a test of what was tested, and holds", () => {
    const { status, stdout, stderr } = command("export", "--to", "kselftest");
    expect(status).toBe(exported ? 0 : 1);
    expect(stdout !== "").toBe(exported);
    if (!exported) expect(stderr).toContain("no test is made of a trace that is wrong");
  });
});

test("a severity that the configuration lowers does not make a scenario tested", () => {
  const folder = folderWith({
    "boot.vgic": `gic v3\nrevison 3\n${fine}`,
    "vgic-trace.json": '{ "severities": { "syntax": "warning" } }',
  });
  const { status, stderr } = vgicTrace(["lint"], { folder });
  expect(stderr).toContain("1 scenario not tested");
  expect(status).toBe(1);
});

test("a baseline that knows a wrong declaration lets lint pass, as it does for every error", () => {
  const folder = folderWith({ "boot.vgic": `gic v3\nrevison 3\n${fine}` });
  vgicTrace(["lint", "--format", "sarif", "--output", "known.sarif"], { folder });
  const { status, stdout } = vgicTrace(["lint", "--baseline", "known.sarif"], { folder });
  expect(stdout).toContain("1 scenario not tested");
  expect(status).toBe(0);
});

test("compat takes the revision that the configuration gives traces without one", () => {
  const folder = folderWith({
    "boot.vgic": `gic v3\n${fine}`,
    "vgic-trace.json": '{ "revision": 1 }',
  });
  const { status, stdout } = vgicTrace(
    ["compat", "--from", "linux-6.12+fixed-groups", "--to", "linux-6.12+fixed-groups", "boot.vgic"],
    { folder },
  );
  expect(stdout).toContain("(GICv3, revision 1)");
  expect(status).toBe(0);
});

test("a line that did not run and is silenced is named with its comment by all commands", () => {
  const text = `${head}# vgic-ignore[syntax]: later\ncpu0 raedl GICD_CTLR\n${fine}`;
  const folder = folderWith({ "boot.vgic": text });
  const hidden = "line 4 did not run in boot.vgic: the comment on line 3 makes that no error";
  const errorOf = (...words: string[]) => vgicTrace([...words, "boot.vgic"], { folder }).stderr;
  expect(errorOf("run")).toBe(`vgic-trace: ${hidden}\n`);
  expect(errorOf("compat", "--from", "linux-6.12", "--to", "linux-7.1")).toContain(hidden);
  expect(errorOf("export", "--to", "kselftest")).toContain(hidden);
  expect(errorOf("lint")).toContain("1 scenario not tested: lines did not run");
});

test("compat says which declaration it misses, where run assumes one and says so", () => {
  const ways = ["--from", "linux-6.12", "--to", "linux-7.1"];
  const folder = folderWith({ "a.vgic": `gic v3\n${fine}`, "b.vgic": `revision 3\n${fine}` });
  expect(vgicTrace(["run", "a.vgic"], { folder }).stdout).toContain("rev 3 (assumed)");
  const { stdout } = vgicTrace(["compat", ...ways, "a.vgic", "b.vgic"], { folder });
  expect(stdout).toContain("not tested: no `revision` is declared, and an assumed one");
  expect(stdout).toContain("not tested: no `gic` is declared, and an assumed one");
});

test("where errors stand beside lines that are hidden, both are said", () => {
  const text = `${head}cpu0 raedl GICD_CTLR # vgic-ignore[syntax]: later\ncpu0 readl GICD_CTLR == 3\n`;
  const { status, stderr } = vgicTrace(["run", "boot.vgic"], { folder: folderWith({ "boot.vgic": text }) });
  expect(stderr).toBe(
    "vgic-trace: 1 error in boot.vgic, 1 line did not run; `vgic-trace lint boot.vgic` says why, but not of line 3: the comment on line 3 makes that no error\n",
  );
  expect(status).toBe(1);
});

test("of scenarios that are counted some may be not tested, never more", () => {
  const folder = folderWith({ "boot.vgic": 'gic v3\nrevison 3\nscenario "one\ncpu0 raedl GICD_CTLR\n' });
  const { stdout } = vgicTrace(["lint", "boot.vgic"], { folder });
  expect(stdout).toContain("1 file, 0 scenarios, 0 operations: 3 errors\n");
});
