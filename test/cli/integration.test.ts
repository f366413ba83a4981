import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const has = (command: string) => spawnSync(command, ["--version"]).status === 0;

describe("completion", () => {
  const script = (shell: string) => vgicTrace(["completion", shell]).stdout;

  /** What bash offers behind some words. */
  function offered(...words: string[]): string[] {
    const complete = [
      script("bash"),
      `COMP_WORDS=(vgic-trace ${words.map((word) => `'${word}'`).join(" ")})`,
      `COMP_CWORD=${words.length}`,
      "_vgic_trace",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join("\n");
    return execFileSync("bash", ["-c", complete], { encoding: "utf8" }).split("\n").filter(Boolean);
  }

  test.skipIf(process.platform === "win32")("bash completes commands, options and their values", () => {
    expect(offered("li")).toEqual(["lint"]);
    expect(offered("lint", "--sta")).toEqual(["--statistics"]);
    expect(offered("lint", "--format", "s")).toEqual(["sarif"]);
    expect(offered("format", "--")).toEqual(["--check", "--diff", "--help"]);
    expect(offered("lint", "fi")).toEqual([]); // then bash completes files
  });

  test.skipIf(!has("zsh"))("zsh reads its script", () => {
    execFileSync("zsh", ["-n", path.join(folderWith({ script: script("zsh") }), "script")]);
  });

  test.skipIf(!has("fish"))("fish reads its script", () => {
    execFileSync("fish", ["-n", path.join(folderWith({ script: script("fish") }), "script")]);
  });

  test("all have every command and option", () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      expect(script(shell)).toContain("lint");
      expect(script(shell)).toContain(shell === "fish" ? "-l baseline" : "--baseline");
    }
  });

  test("a shell that is not known is refused", () => {
    const { status, stderr } = vgicTrace(["completion", "tcsh"]);
    expect(stderr).toContain('shell takes one of bash, zsh, fish, not "tcsh"');
    expect(status).toBe(2);
  });
});

describe("the manual page", () => {
  const page = readFileSync(path.join(root, "dist/vgic-trace.1"), "utf8");
  const words = page.replaceAll("\\-", "-").replaceAll(/\s+/g, " ");

  test("has every command and option of the help", () => {
    const { stdout } = vgicTrace(["lint", "--help"]);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(options.length).toBeGreaterThan(15);
    for (const option of options) expect(words).toContain(option);
    expect(words).toContain("Exit status: 0 no errors");
  });

  test.skipIf(!has("man"))("is read by man without a warning", () => {
    const { stderr, stdout } = spawnSync("man", ["--warnings", "-l", path.join(root, "dist/vgic-trace.1")], {
      encoding: "utf8",
      env: { ...process.env, MANPAGER: "cat", MANWIDTH: "100" },
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("NAME");
  });
});
