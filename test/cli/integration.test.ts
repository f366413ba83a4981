import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, root, vgicTrace } from "./command.ts";

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
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

  test.skipIf(process.platform === "win32")(
    "bash completes a value behind =, which it may take for a word",
    () => {
      expect(offered("lint", "--format", "=", "j")).toEqual(["json", "junit"]);
      expect(offered("lint", "--format", "=")).toContain("sarif");
      expect(offered("lint", "--format=j")).toEqual(["--format=json", "--format=junit"]);
      expect(offered("lint", "--output", "=", "s")).toEqual([]); // then bash completes files
    },
  );

  /** What is typed, and what there is after the key for completion. */
  const COMPLETED = [
    ["vgic-trace explai", "explain"],
    ["vgic-trace hel", "help"],
    ["vgic-trace help rep", "help replay"],
    ["vgic-trace lint --stat", "lint --statistics"],
    ["vgic-trace lint --format js", "lint --format json"],
    ["vgic-trace lint --format=js", "lint --format=json"],
    ["vgic-trace compat --by cl", "compat --by cloud-hypervisor"],
    ["vgic-trace explain lat", "explain latent-revision-difference"],
    ["vgic-trace completion z", "completion zsh"],
  ] as const;
  const last = (words: string) => words.split(" ").at(-1);

  test.skipIf(process.platform === "win32").each(COMPLETED)("bash completes %s", (typed, completed) => {
    expect(offered(...typed.split(" ").slice(1))).toEqual([last(completed)]);
  });

  /** zsh in a terminal, with the script sourced or found where zsh looks for functions; what is typed is followed by tab and return. */
  test.skipIf(!has("zsh")).each(["source script", "fpath=($PWD $fpath)"])(
    "zsh completes, set up by %s",
    (setUp) => {
      const folder = folderWith({ script: script("zsh"), "_vgic-trace": script("zsh") });
      const starting = setUp.startsWith("fpath") ? [setUp, "compinit -D -u"] : ["compinit -D -u", setUp];
      const driver = [
        "zmodload zsh/zpty",
        "zpty shell zsh -f -i",
        `zpty -w shell ${quoted(`autoload -Uz compinit; ${starting.join("; ")}; vgic-trace() { print -r -- "<$*>" }; print REA""DY`)}`,
        "zpty -r shell seen '*READY*'",
        ...COMPLETED.flatMap(([typed]) => [
          `zpty -w -n shell $'${typed}\\t\\r'`,
          "zpty -r shell seen $'*<*>\\r*'",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh's own
          "print -r -- ${${seen##*<}%%>*}",
        ]),
      ].join("\n");
      const completed = execFileSync("zsh", ["-f", "-c", driver], {
        cwd: folder,
        encoding: "utf8",
        timeout: 60_000,
      });
      expect(completed.trimEnd().split("\n")).toEqual(COMPLETED.map(([, words]) => words));
    },
  );

  test.skipIf(!has("fish"))("fish completes", () => {
    const folder = folderWith({ script: script("fish") });
    const asked = COMPLETED.map(([typed]) => `complete -C ${quoted(typed)}`).join("; echo; ");
    const answers = execFileSync("fish", ["--no-config", "-c", `source script; ${asked}`], {
      cwd: folder,
      encoding: "utf8",
    });
    const offers = answers.split("\n\n").map((offer) =>
      offer
        .trim()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    );
    expect(offers).toEqual(COMPLETED.map(([, words]) => [last(words)]));
  });

  test("all have every command and option", () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      expect(script(shell)).toContain("lint");
      expect(script(shell)).toContain(shell === "fish" ? "-l baseline" : "--baseline");
    }
  });

  test("a shell that is not known is refused", () => {
    const { status, stderr } = vgicTrace(["completion", "tcsh"]);
    expect(stderr).toBe(
      "vgic-trace: there are completions for bash, zsh and fish, not for tcsh\nRun with --help to see what there is.\n",
    );
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

  test.skipIf(!has("man")).each(["C", "C.UTF-8"])(
    "is read by man without a warning in the locale %s",
    (locale) => {
      const { stderr, stdout } = spawnSync(
        "man",
        ["--warnings", "-l", path.join(root, "dist/vgic-trace.1")],
        {
          encoding: "utf8",
          env: { ...process.env, MANPAGER: "cat", MANWIDTH: "100", LC_ALL: locale },
        },
      );
      expect(stderr).toBe("");
      expect(stdout).toContain("NAME");
    },
  );
});
