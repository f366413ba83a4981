import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { programInPath } from "../../server/src/cli/files/program.ts";
import { entry, folderWith, goodTrace, type Result, vgicTrace, wrongTrace } from "./command.ts";

const unformatted = "gic v3\nrevision 3\ncpu0   readl   GICD_TYPER\n";
const isPosix = process.platform !== "win32";

describe.runIf(isPosix)("only regular files are read, wherever a link leads", () => {
  const places = ["trace.vgic", "vgic-trace.json", ".gitignore", ".vgicignore", "sub/vgic-trace.json"];

  function folderWithLink(name: string, target: string): string {
    const folder = folderWith({ "good.vgic": goodTrace, "sub/good.vgic": goodTrace });
    execFileSync("git", ["init", "-q"], { cwd: folder });
    symlinkSync(target, path.join(folder, name));
    return folder;
  }

  test.each(places)("%s is a link to an endless device", (name) => {
    const { status, stderr } = vgicTrace(["lint"], { folder: folderWithLink(name, "/dev/zero") });
    expect(stderr).toContain(`cannot read ${name}: it is not a file`);
    expect(status).toBe(2);
  });

  test.each(places)("%s is a link to a pipe that nobody writes to", (name) => {
    const folder = folderWithLink(name, "pipe");
    execFileSync("mkfifo", [path.join(folder, path.dirname(name), "pipe")]);
    const { status, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toContain(`cannot read ${name}: it is not a file`);
    expect(status).toBe(2);
  });

  test.each([
    ["lint", "pipe"],
    ["lint", "good.vgic", "--baseline", "pipe"],
    ["run", "pipe"],
    ["format", "pipe"],
    ["compat", "--from", "linux-5.10", "--to", "linux-7.1", "pipe"],
    ["export", "--to", "qtest", "pipe"],
    ["reduce", "--keep", "expectation", "pipe"],
    ["replay", "--kernel", "pipe", "good.vgic"],
  ])("%s %s %s %s %s %s", (...args) => {
    const folder = folderWith({ "good.vgic": goodTrace });
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    const { status, stderr } = vgicTrace(args, { folder });
    expect(stderr).toMatch(/cannot read (the \w+ )?pipe: it is not a file/);
    expect(status).toBe(2);
  });

  test("what the shell substitutes for a process is read: it was named on purpose", () => {
    const command = `"${process.execPath}" "${entry}" run <(printf '${goodTrace.replaceAll("\n", "\\n")}')`;
    const { status, stdout } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect(stdout).toContain("readl GICD_TYPER");
    expect(status).toBe(0);
  });

  test.each([
    { name: "vgic-trace.json", megabytes: 2 },
    { name: ".gitignore", megabytes: 20 },
  ])("$name of a size that cannot be meant", ({ name, megabytes }) => {
    const folder = folderWith({ "good.vgic": goodTrace });
    execFileSync("git", ["init", "-q"], { cwd: folder });
    execFileSync("truncate", ["-s", `${megabytes}M`, path.join(folder, name)]);
    const { status, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toMatch(new RegExp(`cannot read ${name}: it is larger than \\d+ MB`));
    expect(status).toBe(2);
  });

  test("a trace of a terabyte is refused before memory runs out", () => {
    const folder = folderWith({});
    execFileSync("truncate", ["-s", "1T", path.join(folder, "huge.vgic")]);
    const { status, stderr } = vgicTrace(["lint"], { folder });
    expect(stderr).toBe("vgic-trace: cannot read huge.vgic: it is larger than 500 MB\n");
    expect(status).toBe(2);
  });
});

describe.runIf(isPosix)("writing", () => {
  const commands = [
    ["format", "."],
    ["lint", "--update", "."],
  ];
  const stale = "gic v3\nrevision 3\ncpu0   readl GICD_STATUSR == 1\n";

  test.each(commands)(
    "%s %s %s: a link that was found is not written through out of its folder",
    (...args) => {
      const outside = folderWith({ "victim.vgic": stale });
      const folder = folderWith({});
      symlinkSync(path.join(outside, "victim.vgic"), path.join(folder, "link.vgic"));
      const { status, stderr } = vgicTrace(args, { folder });
      expect(stderr).toContain(
        "link.vgic is a link out of the folder that was searched: it is left as it is",
      );
      expect(readFileSync(path.join(outside, "victim.vgic"), "utf8")).toBe(stale);
      expect(status).toBe(2);
    },
  );

  test("a link that was named is written through, and stays a link", () => {
    const outside = folderWith({ "real.vgic": unformatted });
    const folder = folderWith({});
    symlinkSync(path.join(outside, "real.vgic"), path.join(folder, "link.vgic"));
    expect(vgicTrace(["format", "link.vgic"], { folder }).status).toBe(0);
    expect(lstatSync(path.join(folder, "link.vgic")).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(outside, "real.vgic"), "utf8")).not.toBe(unformatted);
  });

  test("a link within the folder is written through", () => {
    const folder = folderWith({ "a/real.vgic": unformatted });
    symlinkSync("a/real.vgic", path.join(folder, "link.vgic"));
    expect(vgicTrace(["format"], { folder }).status).toBe(0);
    expect(readFileSync(path.join(folder, "a/real.vgic"), "utf8")).not.toBe(unformatted);
  });

  test.each(commands)("%s %s %s: a file that may not be written is left", (...args) => {
    const folder = folderWith({ "kept.vgic": stale });
    chmodSync(path.join(folder, "kept.vgic"), 0o444);
    const { status, stderr } = vgicTrace(args, { folder });
    expect(stderr).toContain("cannot write kept.vgic: it is read-only");
    expect(readFileSync(path.join(folder, "kept.vgic"), "utf8")).toBe(stale);
    expect(status).toBe(2);
  });

  const log = path.resolve("examples/logs/lost-disk.ftrace.txt");

  test("a pipe gets all of an imported trace, and stays a pipe", () => {
    const folder = folderWith({});
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    const script = `cat pipe >read & "${process.execPath}" "${entry}" import "${log}" --output pipe; wait`;
    spawnSync("bash", ["-c", script], { cwd: folder });
    const { stdout } = vgicTrace(["import", log]);
    expect(readFileSync(path.join(folder, "read"), "utf8")).toBe(stdout);
    expect(lstatSync(path.join(folder, "pipe")).isFIFO()).toBe(true);
  });

  test.runIf(process.getuid?.() === 0)("a device that takes nothing stays what it is", () => {
    const folder = folderWith({});
    // The same as /dev/full. Not everywhere may root make one.
    if (spawnSync("mknod", [path.join(folder, "full"), "c", "1", "7"]).status !== 0) return;
    const { stderr } = vgicTrace(["import", log, "--output", "full"], { folder });
    expect(stderr).toContain("cannot write full: ");
    expect(lstatSync(path.join(folder, "full")).isCharacterDevice()).toBe(true);
  });

  test("a report does not take the place of a trace that it is about", () => {
    const folder = folderWith({ "one.vgic": goodTrace });
    const { stderr, status } = vgicTrace(["lint", "--format", "json", "--output", "one.vgic"], { folder });
    expect(stderr).toContain("--output one.vgic is one of the traces: name another file");
    expect(readFileSync(path.join(folder, "one.vgic"), "utf8")).toBe(goodTrace);
    expect(status).toBe(2);
  });

  test("a file with several names is left, with a word", () => {
    const folder = folderWith({ "one.vgic": unformatted });
    linkSync(path.join(folder, "one.vgic"), path.join(folder, "two.txt"));
    const { status, stderr } = vgicTrace(["format"], { folder });
    expect(stderr).toContain("cannot write one.vgic: it has 2 names (hard links)");
    expect(statSync(path.join(folder, "one.vgic")).nlink).toBe(2);
    expect(readFileSync(path.join(folder, "two.txt"), "utf8")).toBe(unformatted);
    expect(status).toBe(2);
  });

  test.runIf(process.getuid?.() === 0)("the owner is kept", () => {
    const folder = folderWith({ "theirs.vgic": unformatted });
    const file = path.join(folder, "theirs.vgic");
    chownSync(file, 1234, 4321);
    chmodSync(file, 0o640);
    expect(vgicTrace(["format"], { folder }).status).toBe(0);
    expect(statSync(file)).toMatchObject({ uid: 1234, gid: 4321 });
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test("a failed write leaves no temporary file, and takes nobody else's", () => {
    const name = `${"n".repeat(245)}.vgic`;
    const folder = folderWith({ [name]: unformatted });
    vgicTrace(["format"], { folder });
    expect(readdirSync(folder)).toEqual([name]);
  });
});

/** The temporary folders and files of the command that there are in a folder. */
function temporaries(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("vgic-trace-") || name.endsWith(".tmp"));
}

describe.runIf(isPosix)("a signal", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s leaves nothing of `import -` behind",
    async (signal) => {
      const temporary = folderWith({});
      const child = spawn(process.execPath, [entry, "import", "-"], {
        env: { ...process.env, TMPDIR: temporary },
      });
      const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
      child.stdin.on("error", () => {});
      child.stdin.write("guest 1 log\n".repeat(1000));
      while (temporaries(temporary).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      expect(await ended).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test("SIGTERM while files are written leaves whole ones", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`t${index}.vgic`, unformatted.repeat(20)]),
    );
    const folder = folderWith(files);
    const child = spawn(process.execPath, [entry, "format"], { cwd: folder });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const isAnyDone = (): boolean => readFileSync(path.join(folder, "t0.vgic"), "utf8") !== files["t0.vgic"];
    while (!isAnyDone() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGTERM");
    expect([0, 143]).toContain(await ended);
    expect(readdirSync(folder).filter((name) => !name.endsWith(".vgic"))).toEqual([]);
  });
});

describe.runIf(existsSync("/dev/full"))("standard output that is full", () => {
  /** Runs the command with its output on a device that is always full. */
  function onFull(args: readonly string[], folder: string): Result {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [entry, ...args], {
      cwd: folder,
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    return { status, stdout: "", stderr };
  }

  test.each([
    ["lint", "wrong.vgic"],
    ["lint", "--format", "json", "wrong.vgic"],
    ["run", "good.vgic"],
    ["format", "--check", "unformatted.vgic"],
    ["explain"],
    ["hosts"],
    ["import", "log.txt"],
    ["export", "--to", "qtest", "good.vgic"],
    ["compat", "--from", "linux-5.10", "--to", "linux-7.1", "good.vgic"],
    ["--help"],
    ["completion", "bash"],
  ])("%s %s %s: a sentence, and status 2", (...args) => {
    const folder = folderWith({
      "wrong.vgic": wrongTrace,
      "good.vgic": goodTrace,
      "unformatted.vgic": unformatted,
      "log.txt": readFileSync(
        path.resolve(import.meta.dirname, "../logs/harness-v3-pending-edge.ftrace.txt"),
      ),
    });
    const { status, stderr } = onFull(args, folder);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      "vgic-trace: cannot write to standard output: there is no space left",
    );
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(2);
  });

  test.runIf(process.getuid?.() === 0)("a disk that fills up in the middle", () => {
    const folder = folderWith({ "good.vgic": goodTrace.repeat(1) + "cpu0 readl GICD_TYPER\n".repeat(3000) });
    const command = `ulimit -f 8; trap '' XFSZ; "${process.execPath}" "${entry}" run good.vgic > out.txt`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
    expect(stderr).toContain("vgic-trace: cannot write to standard output: ");
    expect(status).toBe(2);
  });
});

test("on Windows programs are looked up in PATH, never in the current folder", () => {
  const there = folderWith({ "qemu.exe": "" });
  expect(programInPath("qemu", "win32", [".", "", there])).toBe(path.join(there, "qemu.exe"));
  expect(programInPath("qemu", "win32", [".", "", path.relative("", there)])).toBeUndefined();
  expect(programInPath("qemu", "linux", [there])).toBe("qemu");
});
