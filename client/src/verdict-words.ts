/** Verdicts in words. */
import type { Verdict } from "../../server/src/lsp/protocol.ts";

/** "holds", "2 errors", "holds, 1 line differs", "not tested". */
export function outcomeText({ errors, differences, incomplete }: Verdict): string {
  if (incomplete !== undefined) return "not tested";
  const { length: wrong } = errors;
  const { length: differing } = differences;
  const holds = wrong === 0 ? "holds" : `${wrong} ${wrong === 1 ? "error" : "errors"}`;
  if (differing === 0) return holds;
  return `${holds}, ${differing} ${differing === 1 ? "line differs" : "lines differ"}`;
}
