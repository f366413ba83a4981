/** How to mend a value that cannot be, where the message names a remedy that needs no more knowledge. */
import type { Lines } from "../document/lines.ts";
import { declared, type Fix, replaced, scenarioLine } from "./fix.ts";
import { nearestHost } from "./problem-words.ts";
import type { FindingOf } from "./rule.ts";

type InvalidValue = FindingOf<"invalid-value">;

export function valueFixes(finding: InvalidValue, lines: Lines): readonly Fix[] {
  const { line, start, end } = finding;
  const { text } = lines.at(line);
  switch (finding.reason) {
    case "no-such-cpu":
      return declareCpus(line, finding.cpu + 1, lines);
    case "ppi-without-cpu":
      return [fix("Name `cpu0`", [replaced(line, { start: end, end }, "@cpu0")])];
    case "spi-with-cpu":
      return [fix("Remove the vCPU", [replaced(line, withAt(text, { start, end }), "")])];
    case "cpu-without-meaning": {
      // The vCPU in front does the access all the same.
      const edits = [replaced(line, withAt(text, { start, end }), "")];
      return [{ ...fix("Remove the vCPU", edits), safe: true }];
    }
    case "not-memory-mapped":
      if (finding.register.startsWith("LEVEL_INFO")) return [];
      return otherAccess(line, text, /\b(?:read|write)[bwlq]\b/, (seen) =>
        seen.startsWith("read") ? "mrs" : "msr",
      );
    case "not-a-system-register":
      return otherAccess(line, text, /\b(?:mrs|msr)\b/, (seen) => (seen === "mrs" ? "readl" : "writel"));
    case "host": {
      const near = nearestHost(finding.host, finding.why, finding.nearest);
      return near === undefined ? [] : [fix(`Write \`${near}\``, [replaced(line, { start, end }, near)])];
    }
    default:
      return [];
  }
}

function fix(title: string, edits: Fix["edits"]): Fix {
  return { title, edits, safe: false };
}

/** The span of `cpuN` with the `@` before it. */
function withAt(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number } {
  return { start: text.lastIndexOf("@", start), end };
}

function otherAccess(line: number, text: string, access: RegExp, other: (seen: string) => string): Fix[] {
  const found = access.exec(text);
  if (found === null) return [];
  const keyword = other(found[0]);
  const span = { start: found.index, end: found.index + found[0].length };
  return [fix(`Write \`${keyword}\``, [replaced(line, span, keyword)])];
}

/** Declares more vCPUs: in the declaration that is in force, or in one of its own. */
function declareCpus(line: number, count: number, lines: Lines): Fix[] {
  const title = `Declare \`cpus ${count}\``;
  const own = lastCpus(lines, scenarioLine(lines, line), line);
  const inForce =
    own ??
    lastCpus(
      lines,
      0,
      lines.all.findIndex(({ opensScenario }) => opensScenario),
    );
  if (inForce === undefined) return [fix(title, [declared(lines, line, "cpus", `cpus ${count}`)])];
  const { statement } = lines.at(inForce).parsed;
  if (statement?.kind !== "cpus") return [];
  return [fix(title, [replaced(inForce, statement.count, String(count))])];
}

function lastCpus(lines: Lines, from: number, to: number): number | undefined {
  for (let line = to - 1; line >= Math.max(from, 0); line--) {
    if (lines.at(line).parsed.statement?.kind === "cpus") return line;
  }
  return undefined;
}
