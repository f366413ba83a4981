/** Standard output as the reporters see it. */
import picocolors from "picocolors";
import { exitStatus } from "../exit-status.ts";
import { printableText } from "./printable.ts";

type Colors = ReturnType<typeof picocolors.createColors>;

/** How text is to be shown. */
export interface Style {
  readonly colors: Colors;
  /** Columns of a line of output; source lines are clipped to it. */
  readonly width: number;
}

const widthWithoutTerminal = 160;
const leastWidth = 60;

/** The style for standard output: colours on a terminal, unless NO_COLOR is set and not empty. */
export function outputStyle(): Style {
  const { isTTY = false, columns } = process.stdout;
  const colored = isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return {
    colors: picocolors.createColors(colored),
    width: isTTY ? Math.max(columns, leastWidth) : widthWithoutTerminal,
  };
}

/** The style for files. */
export const plainStyle: Style = { colors: picocolors.createColors(false), width: widthWithoutTerminal };

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Tells the user on standard error what could not be done. */
export function complain(message: string): void {
  process.stderr.write(`vgic-trace: ${printableText(message)}\n`);
}

/** Tells the user on standard error what was done. */
export function tell(message: string): void {
  process.stderr.write(`${message.split("\n").map(printableText).join("\n")}\n`);
}

/** Ends the process on Ctrl-C with the status that shells give it. Files are written in one turn, so none is half-written. */
export function exitOnInterrupt(): void {
  process.once("SIGINT", () => process.exit(exitStatus.interrupted));
}

/** Lets a reader such as `head` close the pipe early: the work goes on, for its exit status. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
