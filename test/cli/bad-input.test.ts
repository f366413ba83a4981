import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { entry, folderWith, goodTrace, type Result, vgicTrace, wrongTrace } from "./command.ts";

const isWindows = process.platform === "win32";
/** Root reads whatever its permissions are, and Windows has none of these. */
const mayReadAll = isWindows || process.getuid?.() === 0;

/** Lints one file with some content. */
function lintOf(content: string | Uint8Array): Result {
  return vgicTrace(["lint", "bad.vgic"], { folder: folderWith({ "bad.vgic": content }) });
}

const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("what cannot be read is said, and the exit status is 2", () => {
  test("a path that does not exist", () => {
    const { status, stderr } = vgicTrace(["lint", "nowhere.vgic"], { folder: folderWith({}) });
    expect(stderr).toBe("vgic-trace: cannot read nowhere.vgic: there is no such file or folder\n");
    expect(status).toBe(2);
  });

  test("a folder without traces", () => {
    const folder = folderWith({ "empty/notes.txt": "nothing" });
    const { status, stderr } = vgicTrace(["lint", "empty"], { folder });
    expect(stderr).toBe("vgic-trace: there are no traces (*.vgic) in the folder empty\n");
    expect(status).toBe(2);
  });

  test("a path through a file", () => {
    const folder = folderWith({ "good.vgic": goodTrace });
    const { status, stderr } = vgicTrace(["lint", "good.vgic/x.vgic"], { folder });
    expect(stderr).toContain("a part of the path is a file, not a folder");
    expect(status).toBe(2);
  });

  test.each([
    {
      name: "a byte that is not UTF-8",
      content: latin1("gic v3\n# caf\u00e9\n"),
      said: "byte 0xe9 at byte 12 (line 2)",
    },
    {
      name: "a character cut short",
      content: Buffer.from([0x23, 0xe2, 0x82]),
      said: "byte 0xe2 at byte 1 (line 1)",
    },
    {
      name: "an overlong character",
      content: Buffer.from([0x0a, 0xc0, 0x80]),
      said: "byte 0xc0 at byte 1 (line 2)",
    },
    { name: "a surrogate", content: Buffer.from([0xed, 0xa0, 0x80]), said: "byte 0xed at byte 0 (line 1)" },
    { name: "a NUL byte", content: "gic v3\n\0", said: "there is a NUL byte at byte 7 (line 2)" },
    { name: "UTF-16", content: Buffer.from("\ufeffgic v3\n", "utf16le"), said: "it is UTF-16" },
  ])("$name", ({ content, said }) => {
    const { status, stdout, stderr } = lintOf(content);
    expect(stderr).toContain(`vgic-trace: cannot read bad.vgic: `);
    expect(stderr).toContain(said);
    expect(stdout).toBe("nothing was checked\n");
    expect(status).toBe(2);
  });

  test.skipIf(mayReadAll)("a file that may not be read", () => {
    const folder = folderWith({ "secret.vgic": goodTrace });
    chmodSync(path.join(folder, "secret.vgic"), 0);
    const { status, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toBe("vgic-trace: cannot read secret.vgic: permission denied\n");
    expect(status).toBe(2);
  });

  test.skipIf(isWindows)("what is no file, in a folder, is not waited for", () => {
    const folder = folderWith({ "wrong.vgic": wrongTrace });
    execFileSync("mkfifo", [path.join(folder, "pipe.vgic")]);
    const { status, stdout, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toBe("vgic-trace: cannot read pipe.vgic: it is not a file\n");
    expect(stdout).toContain("1 file, 1 scenario, 1 operation: 1 error\n");
    expect(status).toBe(2);
  });

  test.skipIf(!existsSync("/proc/self/mem"))("a file whose reading fails", () => {
    const folder = folderWith({ "good.vgic": goodTrace });
    symlinkSync("/proc/self/mem", path.join(folder, "memory.vgic"));
    const { status, stdout, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toMatch(/^vgic-trace: cannot read memory.vgic: .+\n$/);
    expect(stdout).toBe("1 file, 1 scenario, 1 operation: no findings\n");
    expect(status).toBe(2);
  });

  test("a binary file", () => {
    const { status, stderr } = lintOf(readFileSync(process.execPath).subarray(0, 100_000));
    expect(stderr).toContain("vgic-trace: cannot read bad.vgic: ");
    expect(status).toBe(2);
  });

  test.skipIf(isWindows)(
    "links that lead nowhere or in a circle; the other files are checked all the same",
    () => {
      const folder = folderWith({ "wrong.vgic": wrongTrace });
      symlinkSync("nowhere", path.join(folder, "dead.vgic"));
      symlinkSync("circle.vgic", path.join(folder, "circle.vgic"));
      const { status, stdout, stderr } = vgicTrace(["lint"], { folder });
      expect(stderr.split("\n")).toEqual([
        "vgic-trace: cannot read circle.vgic: the symbolic links lead in a circle",
        "vgic-trace: cannot read dead.vgic: there is no such file or folder",
        "",
      ]);
      expect(stdout).toContain("1 file, 1 scenario, 1 operation: 1 error\n");
      expect(status).toBe(2);
    },
  );

  test("the same goes for a path that is to be watched", () => {
    const { status, stderr } = vgicTrace(["lint", "--watch", "nowhere.vgic"], { folder: folderWith({}) });
    expect(stderr).toBe("vgic-trace: cannot watch nowhere.vgic: there is no such file or folder\n");
    expect(status).toBe(2);
  });

  test("the same goes for run", () => {
    const { status, stdout, stderr } = vgicTrace(["run", "nowhere.vgic"], { folder: folderWith({}) });
    expect(stderr).toBe("vgic-trace: cannot read nowhere.vgic: there is no such file or folder\n");
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

test("a folder for temporary files that is not there is named", () => {
  const folder = folderWith({ "log.txt": "nothing\n" });
  const missing = path.join(folder, "missing");
  const environment = { TMPDIR: missing, TEMP: missing, TMP: missing };
  const { status, stderr } = vgicTrace(["import", "log.txt"], { folder, environment });
  expect(stderr).toBe(
    `vgic-trace: cannot import log.txt: no temporary folder can be made in ${missing}: there is no such file or folder\n`,
  );
  expect(status).toBe(2);
});

test("a circle of folders is walked once", () => {
  const folder = folderWith({ "a/good.vgic": goodTrace });
  symlinkSync("..", path.join(folder, "a/up"));
  mkdirSync(path.join(folder, "a/folder.vgic"));
  const { status, stdout } = vgicTrace(["lint"], { folder });
  expect(stdout).toBe("1 file, 1 scenario, 1 operation: no findings\n");
  expect(status).toBe(0);
});

test("an empty file is nothing wrong, but nothing was checked", () => {
  const { status, stdout, stderr } = lintOf("");
  expect(stderr).toBe("vgic-trace: bad.vgic has no statement: there was nothing to check\n");
  expect(stdout).toBe("1 file, 0 scenarios, 0 operations: nothing was tested\n");
  expect(status).toBe(0);
});

describe("what is much too large is an error at its place", () => {
  const head = "gic v3\nrevision 3\n";

  test.each([
    { name: "a line of 10 MB", line: `cpu0 writel GICD_CTLR ${"1 + ".repeat(2_500_000)}1` },
    {
      name: "100,000 parentheses in one another",
      line: `cpu0 writel GICD_CTLR ${"(".repeat(100_000)}1${")".repeat(100_000)}`,
    },
    {
      name: "4,000 parentheses in one another",
      line: `cpu0 writel GICD_CTLR ${"(".repeat(4000)}1${")".repeat(4000)}`,
    },
    {
      name: "4,000 operators in front of a value",
      line: `cpu0 writel GICD_CTLR ${"~".repeat(4000)}1`,
      fine: true,
    },
    { name: "more than 64 bits", line: "cpu0 writel GICD_CTLR 0x1_0000_0000_0000_0000" },
    { name: "more than 32 bits in 32", line: "cpu0 writel GICD_CTLR 0x1_0000_0000" },
    { name: "a vCPU of 20 digits", line: "cpu99999999999999999999 run" },
    { name: "an interrupt of 20 digits", line: "line 99999999999999999999 high" },
  ])("$name", ({ line }) => {
    const { status, stdout, stderr } = lintOf(`${head}${line}\ncpu0 readl GICD_IIDR & 0xfff == 0\n`);
    expect(stderr).toBe("");
    expect(stdout.match(/^error\[.*/gm)).toHaveLength(2);
    expect(stdout).toMatch(/bad\.vgic:4:\d+\n/); // the line after it was checked
    expect(Math.max(...stdout.split("\n").map((row) => row.length))).toBeLessThan(400);
    expect(status).toBe(1);
  });

  test.each(["irqs 4096", "cpus 100000"])("%s", (line) => {
    const { status, stdout, stderr } = lintOf(`${head}${line}\ncpu0 readl GICD_IDIR\n`);
    expect(stderr).toBe("");
    expect(stdout.match(/^error\[[\w-]*/gm)).toEqual(["error[invalid-declaration", "error[unknown-register"]);
    expect(status).toBe(1);
  });

  test("a comment of 10 MB is a comment", () => {
    const { status, stdout } = lintOf(`${head}cpu0 run\n# ${"x".repeat(10_000_000)}`);
    expect(stdout).toBe("1 file, 1 scenario, 1 operation: no findings\n");
    expect(status).toBe(0);
  });

  test("of 100,000 broken lines the first fifty are shown, and JSON has them all", () => {
    const folder = folderWith({ "bad.vgic": `${head}${"cpu0 raedl GICD_CTLR\n".repeat(100_000)}` });
    const { status, stdout } = vgicTrace(["lint"], { folder });
    expect(stdout.match(/^error\[syntax\]/gm)).toHaveLength(50);
    expect(stdout).toContain("\nbad.vgic: 99950 more; --format json prints them all\n");
    expect(stdout).toContain("1 file, 0 scenarios, 0 operations: 100000 errors\n");
    expect(status).toBe(1);
    const json = vgicTrace(["lint", "--format", "json"], { folder });
    expect(JSON.parse(json.stdout).files[0].diagnostics).toHaveLength(100_000);
  });
});

test.skipIf(isWindows)("a folder that is gone, a name without letters, an endless file", () => {
  const folder = folderWith({ "gone/a.vgic": goodTrace });
  const gone = spawnSync(
    "sh",
    ["-c", `cd gone && rm -r ../gone && exec "$0" "$1" run -`, process.execPath, entry],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  expect(gone.stderr).toBe("vgic-trace: the current folder is not there any more: change into another one\n");
  expect(gone.status).toBe(2);
  expect(vgicTrace(["lint", ""]).stderr).toContain('cannot read "": there is no such file or folder');
  expect(vgicTrace([""]).stderr).toContain('there is no command ""\n');
  expect(vgicTrace(["import", "/dev/zero"]).stderr).toContain("cannot import zero: it is not a file\n");
});

test("a configuration that is a link to nothing is said", () => {
  const folder = folderWith({ "a.vgic": goodTrace });
  symlinkSync("nowhere", path.join(folder, "vgic-trace.json"));
  const { status, stderr } = vgicTrace(["lint"], { folder });
  expect(stderr).toBe("vgic-trace: cannot read vgic-trace.json: its symbolic link leads nowhere\n");
  expect(status).toBe(2);
});

test("a trace without operations is run, which is said to be nothing", () => {
  const { status, stderr } = vgicTrace(["run", "-"], { input: "gic v3\nrevision 3\n" });
  expect(stderr).toBe("vgic-trace: <stdin> has no operation: there was nothing to run\n");
  expect(status).toBe(0);
});

test.skipIf(mayReadAll)("a folder that may not be read has one message", () => {
  const folder = folderWith({ "secret/a.vgic": goodTrace, "b.vgic": goodTrace });
  chmodSync(path.join(folder, "secret"), 0);
  const { status, stderr } = vgicTrace(["lint"], { folder });
  chmodSync(path.join(folder, "secret"), 0o755);
  expect(stderr).toBe("vgic-trace: cannot read secret: permission denied\n");
  expect(status).toBe(2);
});
