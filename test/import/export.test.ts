/** What was imported goes on: a log becomes a trace, the trace a C test that compiles. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "../cli/command.ts";
import { cannotCompile } from "../replay/machine.ts";

const logs = path.join(root, "test/logs");
const names = readdirSync(logs).filter((name) => name.endsWith(".txt") && !name.includes("raw"));
const strict = ["-O2", "-Wall", "-Wextra", "-Werror", "-Wmissing-prototypes", "-Wstrict-prototypes"];

describe.skipIf(cannotCompile !== undefined)("a test of what a log shows compiles without warnings", () => {
  test.each(names)("%s", (name) => {
    const { stdout: trace } = vgicTrace(["import", path.join(logs, name)]);
    const folder = folderWith({ "log.vgic": trace });
    const { status, stdout } = vgicTrace(["export", "--to", "kselftest", "log.vgic"], { folder });
    expect(status).toBe(0);
    execFileSync("aarch64-linux-gnu-gcc", [...strict, "-c", "-o", "test.o", "test.c"], {
      cwd: folderWith({ "test.c": stdout }),
      stdio: "pipe",
    });
  });
});
