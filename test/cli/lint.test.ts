import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { differingTrace, entry, folderWith, goodTrace, vgicTrace, wrongTrace } from "./command.ts";

describe("output", () => {
  test("text, as it is shown without a terminal", () => {
    const { status, stdout, stderr } = vgicTrace(["lint", "examples/wrong"]);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe("");
    expect(status).toBe(1);
  });

  test("JSON: one object, with lines and characters counted from 0", () => {
    const { status, stdout } = vgicTrace(["lint", "--format", "json", "examples/wrong"]);
    expect(JSON.parse(stdout)).toMatchSnapshot();
    expect(status).toBe(1);
  });

  test("JSON without any file is whole, too", () => {
    const { status, stdout } = vgicTrace(["lint", "--format", "json", "nowhere"]);
    const summary = { files: 0, scenarios: 0, operations: 0, errors: 0, warnings: 0 };
    expect(JSON.parse(stdout)).toEqual({ version: 1, files: [], summary });
    expect(status).toBe(2);
  });

  test("the example traces hold, all but those in wrong/; one shows what nobody tells a guest", () => {
    const { stdout } = vgicTrace(["lint", "--format", "json", "examples"]);
    const files: { path: string; diagnostics: { severity: string }[] }[] = JSON.parse(stdout).files;
    const withSome = (isMeant: (severity: string) => boolean) =>
      files
        .filter(({ diagnostics }) => diagnostics.some(({ severity }) => isMeant(severity)))
        .map(({ path }) => path);
    expect(withSome((severity) => severity !== "information")).toEqual(["examples/wrong/mistakes.vgic"]);
    expect(withSome((severity) => severity === "information")).toContain("examples/its.vgic");
    expect(files.length).toBeGreaterThan(8);
  });

  test("no colours without a terminal, whatever the environment wants", () => {
    const { stdout } = vgicTrace(["lint", "examples"], { environment: { FORCE_COLOR: "1", CI: "1" } });
    expect(stdout).not.toContain("\x1b");
  });
});

describe("on a terminal", () => {
  const scriptWorks = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;
  const onTerminal = (environment: Readonly<Record<string, string>>) =>
    spawnSync("script", ["-qec", `${process.execPath} ${entry} lint examples/wrong`, "/dev/null"], {
      env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", TERM: "xterm-256color", ...environment },
      encoding: "utf8",
    }).stdout;

  test.skipIf(!scriptWorks)("there are colours", () => {
    expect(onTerminal({})).toContain("\x1b[31merror[expectation]");
  });

  test.skipIf(!scriptWorks)("there are none with NO_COLOR or on a dumb terminal", () => {
    expect(onTerminal({ NO_COLOR: "1" })).not.toContain("\x1b");
    expect(onTerminal({ TERM: "dumb" })).not.toContain("\x1b");
  });
});

describe("what is checked", () => {
  const folder = folderWith({
    "a.vgic": goodTrace,
    "b/c.vgic": differingTrace,
    "b/notes.txt": wrongTrace,
    ".hidden/d.vgic": wrongTrace,
    "node_modules/e/f.vgic": wrongTrace,
  });
  const paths = (...args: string[]) => {
    const { stdout } = vgicTrace(["lint", "--format", "json", ...args], { folder });
    return JSON.parse(stdout).files.map(({ path }: { path: string }) => path);
  };

  test("the current folder, without hidden folders and node_modules", () => {
    expect(paths()).toEqual(["a.vgic", "b/c.vgic"]);
  });

  test("files of any name, and each only once", () => {
    expect(paths("b/notes.txt", "./b", "b/c.vgic")).toEqual(["b/notes.txt", "b/c.vgic"]);
  });

  test("standard input", () => {
    const { status, stdout } = vgicTrace(["lint", "-"], { input: wrongTrace });
    expect(stdout).toContain("┌─ <stdin>:3:28\n");
    expect(status).toBe(1);
  });

  test("CRLF, a byte order mark and a missing last line end change no place", () => {
    const text = `\ufeff${wrongTrace.trimEnd().replaceAll("\n", "\r\n")}`;
    const { stdout } = vgicTrace(["lint", "-"], { input: text });
    expect(stdout).toBe(vgicTrace(["lint", "-"], { input: wrongTrace }).stdout);
  });
});

describe("exit status", () => {
  const folder = folderWith({
    "good.vgic": goodTrace,
    "wrong.vgic": wrongTrace,
    "differs.vgic": differingTrace,
  });
  const status = (...args: string[]) => vgicTrace(["lint", ...args], { folder }).status;

  test("0 without errors, 1 with, 2 if something could not be read", () => {
    expect(status("good.vgic")).toBe(0);
    expect(status("differs.vgic")).toBe(0);
    expect(status("wrong.vgic")).toBe(1);
    expect(status("wrong.vgic", "nowhere.vgic")).toBe(2);
  });

  test("--max-warnings makes too many warnings an error", () => {
    expect(status("differs.vgic", "--max-warnings", "1")).toBe(0);
    const { status: exceeded, stderr } = vgicTrace(["lint", "differs.vgic", "--max-warnings", "0"], {
      folder,
    });
    expect(stderr).toBe("vgic-trace: 1 warning found, --max-warnings allows 0\n");
    expect(exceeded).toBe(1);
  });

  test.skipIf(process.platform === "win32")("a reader that closes the pipe early does not change it", () => {
    const line = `cpu0 raedl GICD_CTLR\n`;
    const many = folderWith({ "many.vgic": `gic v3\nrevision 3\n${line.repeat(20_000)}` });
    const command = `${process.execPath} ${entry} lint --format json many.vgic | head -c 1`;
    const piped = spawnSync("bash", ["-c", `set -o pipefail; ${command}`], { cwd: many, encoding: "utf8" });
    expect(piped.stderr).toBe("");
    expect(piped.status).toBe(1);
  });
});

describe("flags", () => {
  test("--revision checks as if another revision were declared", () => {
    const trace = "gic v3\nrevision 3\ncompare none\ncpu0 readl GICR_CTLR == 6\n";
    expect(vgicTrace(["lint", "-"], { input: trace }).status).toBe(0);
    const { status, stdout } = vgicTrace(["lint", "--revision", "2", "-"], { input: trace });
    expect(stdout).toContain("error[expectation]: GICR_CTLR reads 0x00000000 under revision 2");
    expect(status).toBe(1);
  });

  test("--revision stands in for a missing declaration", () => {
    const trace = "gic v3\ncpu0 readl GICD_TYPER\n";
    expect(vgicTrace(["lint", "-"], { input: trace }).status).toBe(1);
    expect(vgicTrace(["lint", "--revision", "1", "-"], { input: trace }).status).toBe(0);
  });

  test("--compare compares with what it says, whatever the trace says", () => {
    const warnings = (...args: string[]) => {
      const { stdout } = vgicTrace(["lint", "--format", "json", ...args, "-"], { input: differingTrace });
      return JSON.parse(stdout).summary.warnings;
    };
    expect(warnings()).toBe(1);
    expect(warnings("--compare", "none")).toBe(0);
    expect(warnings("--compare", "rev3")).toBe(0);
    expect(warnings("--compare", "rev2+")).toBe(1);
    expect(warnings("--compare", "host linux-5.10")).toBe(1);
  });

  test.each([
    {
      args: ["--format", "xml"],
      said: '--format takes one of text, json, sarif, github, junit, rdjson, gitlab, not "xml"',
    },
    { args: ["--max-warnings", "-1"], said: '--max-warnings takes a number, 0 or more, not "-1"' },
    { args: ["--revision", "7"], said: '--revision takes one of the revisions 0, 1, 2, 3, not "7"' },
    { args: ["--compare", "rev9"], said: '--compare "rev9": ' },
    { args: ["--compare", "linux-5.10"], said: '--compare "linux-5.10": ' },
    { args: ["--compare", "rev1\ncpus 2"], said: '--compare "rev1␊cpus 2": it must stand on one line' },
    { args: ["--revison", "1"], said: "did you mean --revision?" },
  ])("$args is refused with a reason", ({ args, said }) => {
    const { status, stdout, stderr } = vgicTrace(["lint", ...args, "-"], { input: goodTrace });
    expect(stderr).toContain(said);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
