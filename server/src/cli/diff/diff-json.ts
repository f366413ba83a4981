/** `diff --format json`. */
import type { FindingChange, TraceDiff } from "../../diff/change.ts";
import { printableJson } from "../terminal/printable.ts";

/** The change as it is documented: lines count from 0, as in `lint --format json`. */
export function diffJson({ scenarios, heads, renamed, unchanged }: TraceDiff): string {
  return `${printableJson({
    version: 1,
    scenarios: scenarios.map((change) => ({ ...change, findings: findingsOf(change.findings) })),
    heads: heads.map(({ path, findings }) => ({ path, findings: findingsOf(findings) })),
    renamed,
    unchanged,
  })}\n`;
}

function findingsOf({ appeared, gone }: FindingChange) {
  return {
    appeared: appeared.map(({ code, severity, message, range }) => ({ code, severity, message, range })),
    gone,
  };
}
