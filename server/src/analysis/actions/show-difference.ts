/** A line that shows a difference which nothing in the scenario observes yet. */

import type { TraceLine } from "../../document/line.ts";
import { needsCases, revisionsExpectation } from "../../rules/expectation-text.ts";
import { type Fix, lineInserted } from "../../rules/fix.ts";
import type { Analysis } from "../analysis.ts";
import { probeBelow } from "../probe.ts";

/** Reads back what a line wrote, with what each revision answers; undefined when that shows no difference. */
export function showDifference(analysis: Analysis, line: number): Fix | undefined {
  const { lines } = analysis.document;
  const read = readBack(lines.at(line));
  const tried = read === undefined ? undefined : probeBelow(analysis, line, read);
  if (tried === undefined || !needsCases(tried.outcomes, tried)) return undefined;
  const text = `${read} ${revisionsExpectation(tried.outcomes, tried)}`;
  return { title: `Show it below: \`${text}\``, edits: [lineInserted(lines, line + 1, text)], safe: false };
}

function readBack({ text, parsed: { statement } }: TraceLine): string | undefined {
  switch (statement?.kind) {
    case "mmio":
    case "user": {
      const target = text.slice(statement.target.start, statement.target.end);
      if (statement.kind === "user") return `user get ${target}`;
      const access = text.slice(statement.start, statement.target.start);
      return `${access.replace("write", "read")}${target}`;
    }
    case "sysreg":
      return `cpu${statement.cpu.index} mrs ${statement.register.text}`;
    default:
      return undefined;
  }
}
