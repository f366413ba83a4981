/** Where findings go: each format to standard output or to a file, several at once. */

import type { Failure } from "../files/failure.ts";
import { isStandardOutput } from "../files/sources.ts";
import { writeAtomically } from "../files/write-file.ts";
import type { CheckedFile } from "../lint/check.ts";
import { outputStyle, plainStyle, print } from "../terminal/terminal.ts";
import type { LintFormat } from "./formats.ts";
import type { Reporter, Summary } from "./report.ts";
import { reporterOf } from "./reporters.ts";

/** One `--format` or `--output`, as they follow one another. */
export type OutputFlag = { readonly format: LintFormat } | { readonly output: string };

/** A format with the file it goes to; without one, to standard output. */
export interface Output {
  readonly format: LintFormat;
  readonly file?: string;
}

/** Pairs flags: a format and an output beside each other belong together, whichever comes first. */
export function readOutputs(flags: readonly OutputFlag[]): readonly Output[] | Failure {
  const pairs: { format?: LintFormat; file?: string }[] = [];
  for (const flag of flags) {
    const last = pairs.at(-1);
    if ("format" in flag) {
      if (last !== undefined && last.format === undefined) last.format = flag.format;
      else pairs.push({ format: flag.format });
    } else if (last !== undefined && last.file === undefined) last.file = flag.output;
    else pairs.push({ file: flag.output });
  }
  const outputs = pairs.map(
    ({ format = "text" as const, file }): Output => ({
      format,
      file: isStandardOutput(file) ? undefined : file,
    }),
  );
  if (outputs.length === 0) return [{ format: "text" }];
  if (outputs.filter(({ file }) => file === undefined).length > 1) {
    return { failure: "only one --format can go to standard output: give the others an --output FILE" };
  }
  const files = outputs.flatMap(({ file }) => file ?? []);
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice !== undefined) return { failure: `--output ${twice} is given twice` };
  return outputs;
}

/** Reports to all outputs. Standard output is written as findings come, files at the end, whole. */
export class Outputs {
  readonly #sinks: readonly Sink[];

  constructor(outputs: readonly Output[]) {
    this.#sinks = outputs.map((output) => new Sink(output));
  }

  file(file: CheckedFile): void {
    for (const sink of this.#sinks) sink.file(file);
  }

  /** Ends all; what cannot be written is returned. */
  end(summary: Summary): Failure[] {
    return this.#sinks.map((sink) => sink.end(summary)).filter((failure) => failure !== undefined);
  }
}

class Sink {
  readonly #reporter: Reporter;
  readonly #file: string | undefined;
  readonly #pieces: string[] = [];
  #any = false;

  constructor({ format, file }: Output) {
    this.#file = file;
    this.#reporter = reporterOf(format, file === undefined ? outputStyle() : plainStyle);
    this.#write(this.#reporter.start ?? "");
  }

  file(file: CheckedFile): void {
    const piece = this.#reporter.file(file);
    if (piece === "") return;
    if (this.#any) this.#write(this.#reporter.separator ?? "");
    this.#any = true;
    this.#write(piece);
  }

  end(summary: Summary): Failure | undefined {
    this.#write(this.#reporter.end?.(summary) ?? "");
    return this.#file === undefined ? undefined : writeAtomically(this.#file, this.#pieces.join(""));
  }

  #write(text: string): void {
    if (this.#file === undefined) print(text);
    else this.#pieces.push(text);
  }
}
