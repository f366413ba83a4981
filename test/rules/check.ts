/** Runs a trace through the whole analysis and compares what is said of it with what is marked in it. */
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { expectMarked, type Found } from "../program/marked.ts";

/** Every diagnostic of a trace, as marks name them. */
export function diagnose(trace: string): Found[] {
  return analyse(TraceDocument.of(trace)).diagnostics.map(({ code, message, range: { start, end } }) => ({
    line: start.line,
    start: start.character,
    end: end.character,
    code,
    text: message,
  }));
}

/** Expects exactly the diagnostics that are marked. */
export function check(trace: string): void {
  expectMarked(trace, diagnose);
}
