/** The subcommands, in the order of the help. Each is one file of commands/, loaded when it is asked for. */
import type { Command } from "commander";
import type { ExitStatus } from "./exit-status.ts";

/** Gives a subcommand its words, flags and action; the action ends with `finish`. */
export type Define = (command: Command, finish: (status: ExitStatus) => void) => void;

export interface CommandRow {
  readonly name: string;
  readonly load: () => Promise<{ readonly define: Define }>;
  /** Whether it tells of all the others, so that these must be loaded. */
  readonly tellsOfAll?: true;
  readonly hidden?: true;
}

export const COMMANDS: readonly CommandRow[] = [
  { name: "lint", load: () => import("./commands/lint.ts") },
  { name: "diff", load: () => import("./commands/diff.ts") },
  { name: "format", load: () => import("./commands/format.ts") },
  { name: "run", load: () => import("./commands/run.ts") },
  { name: "replay", load: () => import("./commands/replay.ts") },
  { name: "explore", load: () => import("./commands/explore.ts") },
  { name: "export", load: () => import("./commands/export.ts") },
  { name: "explain", load: () => import("./commands/explain.ts") },
  { name: "server", load: () => import("./commands/server.ts") },
  { name: "debug", load: () => import("./commands/debug.ts") },
  { name: "import", load: () => import("./commands/import.ts") },
  { name: "reduce", load: () => import("./commands/reduce.ts") },
  { name: "hosts", load: () => import("./commands/hosts.ts") },
  { name: "compat", load: () => import("./commands/compat.ts") },
  { name: "init", load: () => import("./commands/init.ts") },
  { name: "doctor", load: () => import("./commands/doctor.ts") },
  { name: "completion", load: () => import("./commands/completion.ts"), tellsOfAll: true },
  { name: "manual", load: () => import("./commands/manual.ts"), tellsOfAll: true, hidden: true },
];
