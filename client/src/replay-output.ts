/** What the replay program is given and what it prints. */
import type { Scenario, TextRange } from "../../server/src/lsp/protocol.ts";

/** A line where the kernel answers differently. Lines count as in the protocol. */
export interface Disagreement {
  readonly code: string;
  readonly message: string;
  readonly range: TextRange;
}

/** A trace with one of its scenarios alone, every line where it was. */
export function onlyScenario(text: string, scenarios: readonly Scenario[], only: Scenario): string {
  const lines = text.split("\n");
  for (const { range, lastLine } of scenarios) {
    if (range.start.line !== only.range.start.line) lines.fill("", range.start.line, lastLine + 1);
  }
  return lines.join("\n");
}

/** The findings of `--format json`; none where nothing is printed, because the replay could not begin. */
export function disagreementsIn(output: string): readonly Disagreement[] {
  if (output === "") return [];
  const { files }: { files: { diagnostics: Disagreement[] }[] } = JSON.parse(output);
  return files.flatMap(({ diagnostics }) => diagnostics);
}

/** The lines of standard error for a message: complaints, and what each kernel was asked. */
export function notesIn(errors: string): string[] {
  return errors
    .split("\n")
    .filter((line) => /^(vgic-trace: |GICv)/.test(line))
    .map((line) => line.replace("vgic-trace: ", ""));
}
