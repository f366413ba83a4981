/** Fuzzers of what rewrites traces. */
import fc from "fast-check";
import { TraceDocument } from "../../server/src/document/document.ts";
import { format } from "../../server/src/document/format.ts";
import { edited } from "../../server/src/rules/fixes.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { anyTrace } from "./traces.ts";

function formatted(text: string): string {
  const document = TraceDocument.of(text);
  return edited(document, format(document, { align: true })).text;
}

/** What each line says, without blanks between words. */
function words(text: string): string[] {
  return TraceDocument.of(text)
    .lines.all.map((line) => line.text.replace(/\s+/g, "").toLowerCase())
    .filter((line) => line !== "");
}

export const rewritingFuzzers: readonly Fuzzer[] = [
  {
    name: "format",
    promise: "formatting changes blanks and the case of digits alone, and formatting again changes nothing",
    property: () =>
      fc.property(anyTrace, (text) => {
        const once = formatted(text);
        const says = (one: string) => words(one).join("\n");
        if (says(once) !== says(text)) throw new Error(`formatted, it says something else:\n${once}`);
        const twice = formatted(once);
        if (twice !== once) throw new Error(`formatted again, it is:\n${twice}\nand before:\n${once}`);
      }),
  },
];
