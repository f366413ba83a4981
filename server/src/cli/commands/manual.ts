/** The hidden `vgic-trace manual`, which the build asks for the manual page. */
import type { Command } from "commander";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { manualPage } from "../help/manual-page.ts";
import { commandsOf, wordsOf } from "../help/words.ts";
import { print } from "../terminal/terminal.ts";

/** The flags of `manual`: none. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command.action(() => {
    const program = command.parent ?? command;
    print(manualPage(wordsOf(program), commandsOf(program), program.version() ?? ""));
    finish(exitStatus.clean);
  });
}
