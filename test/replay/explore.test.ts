/** Searches on a real kernel in QEMU: Debian's, as test/replay/setup.sh gets it. */
import { describe, expect, test } from "vitest";
import { folderWith, vgicTrace } from "../cli/command.ts";
import { cannotReplay, kernelImage } from "./machine.ts";

if (cannotReplay !== undefined) console.warn(`explore is not tested on a kernel: ${cannotReplay}`);

describe.skipIf(cannotReplay !== undefined)("a search on Debian's kernel", { timeout: 300_000 }, () => {
  test("finds nothing that the emulator answers differently as that kernel", () => {
    const flags = ["--gic", "v3", "--time", "1s", "--seed", "2"];
    const { status, stderr, stdout } = vgicTrace(["explore", "--kernel", kernelImage(), ...flags], {
      timeout: 280_000,
    });
    expect(stdout).toBe("");
    expect(stderr).toMatch(/GICv3, Linux \S+ and the emulator as linux-\S+: 1000 scenarios/);
    expect(status).toBe(0);
  });

  test("finds what a kernel answers differently that was taken for another, and reduces it", () => {
    const flags = ["--host", "linux-4.18", "--gic", "v2", "--time", "1s"];
    const { status, stdout } = vgicTrace(["explore", "--kernel", kernelImage(), ...flags], {
      timeout: 280_000,
    });
    expect(stdout).toMatch(/^# Linux \S+ answers \S+.* at the end, the emulator as linux-4.18 \S+.*\.$/m);
    expect(status).toBe(1);
  });
});

test("what is no kernel is refused, in words", () => {
  const folder = folderWith({ Image: "no kernel" });
  const { status, stderr, stdout } = vgicTrace(["explore", "--kernel", "Image"], { folder });
  expect(stderr).toContain("Image");
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
