/** What the help of all commands shares. */

/** Examples, as they stand at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ vgic-trace ${line}`).join("\n")}`;
}
