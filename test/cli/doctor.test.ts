import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { vgicTrace } from "./command.ts";

test("doctor says what is there, and what to install for what is not", () => {
  const { status, stdout, stderr } = vgicTrace(["doctor"]);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^vgic-trace \d+\.\d+\.\d+, Node\.js \d+/);
  expect(stdout).toContain("✓ the replay program: ");
  expect(status).toBe(0);
});

// A link to a program needs rights on Windows, and would have to end in .exe.
test.skipIf(process.platform === "win32")(
  "what only some commands need is no fault where it is missing",
  () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "bin"));
    symlinkSync(process.execPath, path.join(folder, "bin", "node"));
    const environment = { PATH: path.join(folder, "bin"), XDG_CACHE_HOME: folder };
    const { status, stdout } = vgicTrace(["doctor"], { environment });
    expect(stdout).toContain(
      "- QEMU for arm64: not found (replay, explore --kernel)\n    on Debian: apt-get install",
    );
    expect(stdout).toContain("- git: not found (diff, lint --changed)\n");
    expect(status).toBe(0);
  },
);
