/** Standard output as the reporters see it. */
import { fstatSync, writeSync } from "node:fs";
import { constants } from "node:os";
import picocolors from "picocolors";
import { exitStatus } from "../exit-status.ts";
import { reasonOf } from "../files/failure.ts";
import { printableText } from "./printable.ts";

type Colors = ReturnType<typeof picocolors.createColors>;

/** How text is to be shown. */
export interface Style {
  readonly colors: Colors;
  /** Columns of a line of output; source lines are clipped to it. */
  readonly width: number;
}

/** Wider than a page: what goes into a pipe or a file is searched, and a sentence in pieces is not found. */
const widthWithoutTerminal = 160;
const leastWidth = 60;

/**
 * The style for standard output: colours on a terminal, unless NO_COLOR is set and not empty; as wide as the terminal,
 * without one as COLUMNS says.
 */
export function outputStyle(): Style {
  const { isTTY = false, columns } = process.stdout;
  const wanted = Number(process.env.COLUMNS);
  const colored = isTTY && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return {
    colors: picocolors.createColors(colored),
    width: Math.max(isTTY ? columns : wanted > 0 ? wanted : widthWithoutTerminal, leastWidth),
  };
}

/** The style for files. */
export const plainStyle: Style = { colors: picocolors.createColors(false), width: widthWithoutTerminal };

/**
 * Writes to standard output.
 * @returns what resolves once the text is out, or the reader has closed its end: it has seen enough
 */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (!isFile(process.stdout.fd)) {
      process.stdout.write(text, () => resolve());
      return;
    }
    try {
      // Node takes it for success when only a part finds room on the disk.
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(process.stdout.fd, bytes, done);
      resolve();
    } catch (error) {
      endWithoutOutput(error);
    }
  });
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** Nobody gets what was asked for: a script must not take that for success. */
function endWithoutOutput(error: unknown): void {
  complain(`cannot write to standard output: ${reasonOf(error)}`);
  process.exit(exitStatus.failed);
}

/** Tells the user on standard error what could not be done. */
export function complain(message: string): void {
  process.stderr.write(`vgic-trace: ${printableText(message)}\n`);
}

/** Tells the user on standard error what was done. */
export function tell(message: string): void {
  process.stderr.write(`${message.split("\n").map(printableText).join("\n")}\n`);
}

/**
 * Ends the process on signals with the status that shells give it, between two turns of the event loop: files are
 * written in one, so none is half-written and no temporary one is left.
 */
export function exitOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(signalBase + constants.signals[signal]));
  }
}

/** Shells add the number of the signal to this. */
const signalBase = 128;

/**
 * Lets a reader such as `head` close the pipe early: the work goes on, for its exit status. Any other failure of
 * standard output ends the command; one of standard error has nowhere to be told.
 */
export function followOutputs(): void {
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") endWithoutOutput(error);
  });
  stderr.on("error", () => {});
}
