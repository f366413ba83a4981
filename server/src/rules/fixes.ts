/** The fixes of every finding: those of its rule, and silence. */
import { type Position, type TextChange, TraceDocument } from "../document/document.ts";
import { wholeText } from "../document/line-editor.ts";
import type { Lines } from "../document/lines.ts";
import { parseSuppression } from "../syntax/suppression.ts";
import type { Code, Finding } from "./finding.ts";
import { type Fix, lineInserted, replaced } from "./fix.ts";
import type { FindingOf } from "./rule.ts";
import { ruleOf } from "./rules.ts";

/** The ways to mend a finding, the most likely one first. */
export function fixesOf(finding: Finding, lines: Lines): readonly Fix[] {
  return fixes(finding.code, finding, lines);
}

/** Ties the finding to the rule of the same code, which the type of a finding alone does not. */
function fixes<C extends Code>(code: C, finding: FindingOf<C>, lines: Lines): readonly Fix[] {
  return ruleOf(code).fix?.(finding, lines) ?? [];
}

/** Silences a code on a line with a comment; its reason is for the author to write. */
export function silenced(code: Code, line: number, lines: Lines): Fix {
  return { title: `Silence \`${code}\` on this line`, edits: [silence(code, line, lines)], safe: false };
}

function silence(code: Code, line: number, lines: Lines): TextChange {
  const { text, parsed } = lines.at(line);
  const { comment } = parsed;
  if (comment === undefined) {
    const end = text.length;
    const start = text.trimEnd().length;
    return replaced(line, { start, end }, ` # vgic-ignore[${code}]: reason`);
  }
  const suppression = parseSuppression(text, comment);
  if (suppression === undefined || suppression.scope === "file") {
    return lineInserted(lines, line, `# vgic-ignore[${code}]: reason`);
  }
  const last = suppression.codes[suppression.codes.length - 1];
  if (last === undefined) {
    const start = text.indexOf("[", comment.start) + 1;
    return replaced(line, { start, end: start }, code);
  }
  return replaced(line, { start: last.end, end: last.end }, `, ${code}`);
}

/**
 * The edits of the safe fixes of some findings, without any that overlap one before it: once more, and those get
 * their turn.
 * @param findings in the order of their places
 */
export function safeEdits(findings: readonly Finding[], lines: Lines): TextChange[] {
  const edits: TextChange[] = [];
  let done: Position = { line: 0, character: 0 };
  for (const finding of findings) {
    const fix = fixesOf(finding, lines).find(({ safe }) => safe);
    if (fix === undefined || fix.edits.some(({ range }) => compare(range.start, done) < 0)) continue;
    edits.push(...fix.edits);
    for (const { range } of fix.edits) if (compare(range.end, done) > 0) done = range.end;
  }
  return edits;
}

/** The document after edits that all refer to the text as it is and do not overlap. */
export function edited({ lines }: TraceDocument, edits: readonly TextChange[]): TraceDocument {
  const pieces: string[] = [];
  let done: Position = { line: 0, character: 0 };
  for (const { range, text } of [...edits].sort((a, b) => compare(a.range.start, b.range.start))) {
    pieces.push(textBetween(lines, done, range.start), text);
    done = range.end;
  }
  const end = { line: lines.length - 1, character: Number.POSITIVE_INFINITY };
  return TraceDocument.of([...pieces, textBetween(lines, done, end)].join(""));
}

function textBetween(lines: Lines, start: Position, end: Position): string {
  if (start.line === end.line) return lines.at(start.line).text.slice(start.character, end.character);
  const first = wholeText(lines.at(start.line)).slice(start.character);
  const last = lines.at(end.line).text.slice(0, end.character);
  return [first, ...lines.part({ start: start.line + 1, end: end.line }).all.map(wholeText), last].join("");
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
