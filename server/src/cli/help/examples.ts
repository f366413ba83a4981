/** What the help of all commands shares. */

/**
 * Examples, as they stand at the end of a command's help.
 * @param lines the arguments; or a whole line, where another program comes before `vgic-trace`
 */
export function examples(...lines: readonly string[]): string {
  const whole = lines.map((line) => (line.includes("vgic-trace ") ? line : `vgic-trace ${line}`));
  return `\nExamples:\n${whole.map((line) => `  $ ${line}`).join("\n")}`;
}
