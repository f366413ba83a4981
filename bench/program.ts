/** Processes: what a program costs, as the operating system counts it, and the benchmark's own programs. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";

/** Where traces and sources are put. Linters skip what Git ignores, so it is not in the project's folder. */
export const workFolder = path.join(tmpdir(), "vgic-trace-bench");
mkdirSync(workFolder, { recursive: true });

/** The built command. */
export const command = path.resolve("dist/vgic-trace.js");

/** Bundles one of the benchmark's own programs; gives the path of what Node runs. */
export function compile(source: string): string {
  const outfile = path.resolve("node_modules/.cache/vgic-trace", `${path.basename(source, ".ts")}.mjs`);
  buildSync({
    entryPoints: [path.resolve("bench", source)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "warning",
  });
  return outfile;
}

/** What a process took, in seconds. */
export interface Cost {
  readonly wall: number;
  /** In user and system mode, of all its threads and children. */
  readonly cpu: number;
}

/** Runs a program to its end and tells what it took. Its exit status is not looked at: linters find things. */
export function measure(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Cost {
  const times = path.join(workFolder, "times.txt");
  // Bash's `time` counts all of a program's processes.
  const script = `TIMEFORMAT='%R %U %S'; { time "$@" >/dev/null 2>&1; } 2>"${times}"`;
  const env = { ...process.env, ...environment };
  spawnSync("bash", ["-c", script, "bash", program, ...args], { stdio: "ignore", env });
  const [wall, user, system] = readFileSync(times, "utf8").trim().split(" ").map(Number);
  return { wall, cpu: user + system };
}

/**
 * The same for a program of Node's, and how many bytes of memory it held at most.
 * @param options Node's own
 */
export function measureNode(
  script: string,
  args: readonly string[],
  options: readonly string[] = [],
): Cost & { readonly memory: number } {
  const told = path.join(workFolder, "memory.txt");
  const hook = path.resolve("bench/tell-memory.cjs");
  const cost = measure(process.execPath, [...options, "--require", hook, script, ...args], {
    TELL_MEMORY_TO: told,
  });
  return { ...cost, memory: Number(readFileSync(told, "utf8")) * 1024 };
}

/** The numbers that a program of the benchmark's own prints, one a line. */
export function printed(script: string, args: readonly (string | number)[]): number[] {
  const text = execFileSync(process.execPath, [script, ...args.map(String)], { encoding: "utf8" });
  return text.trim().split("\n").map(Number);
}

/** Whether a command can be found. */
export function installed(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}
