/** `vgic-trace debug`: steps through a scenario for any editor that speaks the Debug Adapter Protocol. */

import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { FrameReader, framed } from "../../dap/framing.ts";
import { DebugSession } from "../../dap/session.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { complain } from "../terminal/terminal.ts";

export interface DebugOptions {
  readonly stdio?: true;
}

/** The flags of `debug`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("step through a scenario in an editor")
    .description(
      "A debugger for any editor that speaks the Debug Adapter Protocol: it goes through the operations of a scenario, forwards and backwards.",
    )
    .option("--stdio", "speak over standard input and output")
    .action(async (options: DebugOptions) => {
      finish(await debug(options));
    });
}

/** Serves a debugger's client over standard input and output until it disconnects. */
export async function debug({ stdio }: DebugOptions): Promise<ExitStatus> {
  if (!stdio) {
    complain("editors start the debugger with `vgic-trace debug --stdio`");
    return exitStatus.failed;
  }
  const reader = new FrameReader();
  let isOver = false;
  const session = new DebugSession({
    send: (message) => void process.stdout.write(framed(message)),
    read: async (program) => {
      const source = await readConfigured(pathOf(program));
      return isFailure(source) ? undefined : { text: source.text, options: source.options };
    },
    end: () => {
      isOver = true;
      process.stdin.destroy();
    },
  });
  try {
    for await (const piece of process.stdin)
      for (const message of reader.take(piece)) session.receive(message);
  } catch (error) {
    // Standard input that was closed on purpose ends with an error as well.
    if (isOver) return exitStatus.clean;
    if (!(error instanceof RangeError)) throw error;
    complain(error.message);
    return exitStatus.failed;
  }
  return exitStatus.clean;
}

/** Some editors give an address where others give a path. */
function pathOf(program: string): string {
  return program.startsWith("file:") ? fileURLToPath(program) : path.resolve(program);
}
