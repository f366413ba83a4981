/** `vgic-trace server`: the language server. */
import type { Command } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import type { ServerOptions } from "../processes/editor.ts";

/** The flags of `server`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("serve an editor")
    .description("The language server, for any editor that speaks the Language Server Protocol.")
    .option("--stdio", "speak over standard input and output")
    .option("--node-ipc", "speak over the channel to the Node process that started this one")
    .addOption(command.createOption("--clientProcessId <id>", "exit when this process does").hideHelp())
    .action(async (options: ServerOptions) => {
      // The help, completions and the manual page need nothing of it.
      const { server } = await import("../processes/editor.ts");
      finish(server(options));
    });
}
