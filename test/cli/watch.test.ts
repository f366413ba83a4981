import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { differingTrace, entry, folderWith, goodTrace, vgicTrace, wrongTrace } from "./command.ts";

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** Starts the command; what it prints can be waited for. */
function start(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [entry, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let printed = "";
  child.stdout.on("data", (data) => (printed += data));
  child.stderr.on("data", (data) => (printed += data));
  const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  return {
    child,
    ended,
    /** All that is printed from now on, up to some words. */
    async until(words: string): Promise<string> {
      while (!printed.includes(words)) await new Promise((resolve) => setTimeout(resolve, 20));
      const end = printed.indexOf(words) + words.length;
      const seen = printed.slice(0, end);
      printed = printed.slice(end);
      return seen;
    },
  };
}

describe.runIf(process.platform !== "win32")("--watch", () => {
  test("checks again what changed, and reports on all; Ctrl-C ends it with 130", async () => {
    const folder = folderWith({ "a.vgic": goodTrace, "sub/b.vgic": differingTrace });
    const { child, ended, until } = start(folder, "lint", "--watch");
    expect(await until("Ctrl-C ends\n")).toContain("2 files, 2 scenarios, 2 operations: 1 warning\n");
    writeFileSync(path.join(folder, "a.vgic"), wrongTrace);
    const second = await until("watching 2 files, 1 of them checked now; Ctrl-C ends\n");
    expect(second).toContain("error[expectation]");
    expect(second).toContain("2 files, 2 scenarios, 2 operations: 1 error, 1 warning\n");
    writeFileSync(path.join(folder, "sub/c.vgic"), goodTrace);
    expect(await until("watching 3 files, ")).toContain("3 files, ");
    writeFileSync(path.join(folder, "vgic-trace.json"), '{ "severities": { "expectation": "off" } }');
    expect(await until("watching 3 files, 3 of them checked now")).toContain("operations: 1 warning\n");
    child.kill("SIGINT");
    expect(await ended).toBe(130);
  });

  test.each([{ given: "traces" }, { given: "traces/sub" }, { given: "." }])(
    "goes on when $given is removed and made again",
    async ({ given }) => {
      const folder = folderWith({ "traces/sub/a.vgic": goodTrace });
      const at = given === "." ? path.join(folder, "traces") : folder;
      const { child, ended, until } = start(at, "lint", "--watch", given === "traces/sub" ? "traces" : given);
      await until("Ctrl-C ends\n");
      rmSync(path.join(folder, given === "traces/sub" ? given : "traces"), { recursive: true });
      await new Promise((resolve) => setTimeout(resolve, 700));
      mkdirSync(path.join(folder, "traces/sub"), { recursive: true });
      writeFileSync(path.join(folder, "traces/sub/a.vgic"), wrongTrace);
      expect(await until("operation: 1 error\n")).toContain("error[expectation]");
      await until("Ctrl-C ends\n");
      writeFileSync(path.join(folder, "traces/sub/b.vgic"), wrongTrace);
      expect(await until("operations: 2 errors\n")).toContain("error[expectation]");
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    },
  );

  test.each([
    { args: ["--fix"], said: "--watch only checks" },
    { args: ["-"], said: "--watch cannot follow standard input" },
  ])("with $args is refused with a reason", ({ args, said }) => {
    const { status, stderr } = vgicTrace(["lint", "--watch", ...args], { input: goodTrace });
    expect(stderr).toContain(said);
    expect(status).toBe(2);
  });
});

// Windows knows no signals: what is sent one is ended.
describe.runIf(process.platform !== "win32")("Ctrl-C", () => {
  test("in the middle of a run ends it with 130 and leaves no half-written file", async () => {
    const lines = "let x = 1\ncpu0 writel GICD_IGROUPR1 0x55\ncpu0 readl GICD_IGROUPR1\n".repeat(50);
    const scenarios = Array.from({ length: 20 }, (_, index) => `scenario "${index}"\n${lines}`);
    const text = `gic v3\nrevision 1\n${scenarios.join("")}`;
    const names = Array.from({ length: 600 }, (_, index) => `${String(index).padStart(3, "0")}.vgic`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, text])));
    const { child, ended, until } = start(
      folder,
      ...["lint", "--format", "github", "--format", "json", "--output", "report.json"],
    );
    await until("file=001.vgic");
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(readdirSync(folder).sort()).toEqual(names);
  });
});
