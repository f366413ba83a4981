/**
 * QEMU's qtest protocol: a transcript (bare, or with `> ` and `< `) or the log that -qtest-log writes. The machine is
 * QEMU's own model, and the accesses are made by no vCPU: they are given to vCPU 0.
 */
import { ANOTHER_RECORDING, type Emit, type LogEvent, nobody, type Reader, widthOf } from "./event.ts";

const logLine = /^\[(?<way>[RSI]) \+?(?<time>\d+\.\d+)\]\s*(?<text>.*)$/;
const verbs =
  /^(?:read|write)[bwlq]?\b|^(?:clock_(?:step|set)|irq_intercept_(?:in|out)|set_irq_in|endianness|memset|b64(?:read|write)|module_load|rtas|in[bwl]|out[bwl])\b/;
const reply = /^(?:OK|FAIL|ERR)\b/;
const interrupt = /^IRQ (?:raise|lower) \d+\s*$/;
const bytes: Readonly<Record<string, number>> = { b: 1, w: 2, l: 4, q: 8 };

export class QtestReader implements Reader {
  #anyCommand = false;
  /** A command whose reply has not come. */
  #asked: { readonly command: string; readonly time?: string } | undefined;

  read(line: string, emit: Emit): boolean {
    const logged = logLine.exec(line)?.groups;
    const text = (logged?.text ?? line.replace(/^[<>] ?/, "")).trim();
    if (logged?.way === "I") {
      const isAnother = text === "OPENED" && this.#anyCommand;
      emit({
        event: isAnother ? { kind: "lost", what: ANOTHER_RECORDING } : { kind: "heading" },
        origin: nobody,
      });
    } else if (reply.test(text)) {
      this.#answer(text, emit);
    } else if (interrupt.test(text)) {
      emit({ event: leftOut("IRQ lines: what the model signalled"), origin: nobody });
    } else if (verbs.test(text)) {
      this.#answer(undefined, emit);
      this.#anyCommand = true;
      this.#asked = { command: text, time: logged?.time };
      emit({ event: { kind: "heading" }, origin: nobody });
    } else {
      return false;
    }
    return true;
  }

  end(emit: Emit): void {
    this.#answer(undefined, emit);
  }

  #answer(text: string | undefined, emit: Emit): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) {
      emit({ event: eventOf(asked.command, text), origin: nobody, time: asked.time });
    } else if (text !== undefined) {
      emit({ event: leftOut("replies without a command"), origin: nobody });
    }
  }
}

function leftOut(why: string): LogEvent {
  return { kind: "left-out", why };
}

function eventOf(command: string, answer: string | undefined): LogEvent {
  const [verb = command, ...words] = command.split(/\s+/);
  if (answer !== undefined && !answer.startsWith("OK")) return leftOut("commands that QEMU refused");
  const size = bytes[/^(?:read|write)([bwlq])$/.exec(verb)?.[1] ?? ""];
  if (size !== undefined) return accessOf(verb.startsWith("write"), size, words, answer);
  if (verb === "set_irq_in") return lineOf(words);
  return leftOut(`${verb} commands`);
}

function accessOf(
  write: boolean,
  size: number,
  words: readonly string[],
  answer: string | undefined,
): LogEvent {
  const [address, width] = [numberOf(words[0]), widthOf(size)];
  const value = numberOf(write ? words[1] : answer?.split(/\s+/)[1]);
  if (address === undefined || width === undefined || (write && value === undefined))
    return { kind: "unreadable" };
  const kept = value === undefined ? undefined : BigInt.asUintN(width * 8, value);
  return { kind: "access", write, width, address: Number(address), value: kept };
}

/** `set_irq_in PATH NAME NUMBER LEVEL`: the inputs of QEMU's GIC are the SPIs from 0. */
function lineOf(words: readonly string[]): LogEvent {
  const [input, level] = [numberOf(words.at(-2)), numberOf(words.at(-1))];
  if (words.length < 4 || input === undefined || level === undefined) return { kind: "unreadable" };
  return { kind: "line", by: "device", intid: Number(input) + 32, high: level !== 0n };
}

/** Numbers as strtoull with base 0 reads them: 0x is hexadecimal, a leading 0 octal. */
function numberOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^(?:0[xX][\da-fA-F]+|\d+)$/.test(text)) return undefined;
  if (!/^0\d/.test(text)) return BigInt(text);
  return /^[0-7]+$/.test(text) ? BigInt(`0o${text}`) : undefined;
}
