/**
 * Formats a trace: one blank between words, the columns of a block aligned, hexadecimal digits in lower case, one
 * blank line between blocks. Comments stay as they are, and so does what cannot be read. Formatting never changes
 * what a trace means, and formatting again changes nothing.
 */
import { type Parts, partsOf } from "./canonical.ts";
import { type TextChange, TraceDocument } from "./document.ts";
import type { TraceLine } from "./line.ts";
import { endLike } from "./line-ends.ts";
import type { LineRange, Lines } from "./lines.ts";
import { finishedPieces } from "./pieces.ts";

export interface FormatOptions {
  /** Whether the columns of a block are aligned. */
  readonly align: boolean;
}

/** Lines that spell longer than this stay as they are: a line may not outgrow what is read. */
const longestSpelling = 5_000;
/** Longer operations neither push a column nor are pushed. */
const widestAligned = 100;

/** The edits that format a document, the last one first, so that they can be done in this order or all at once. */
export function format(document: TraceDocument, options: FormatOptions): TextChange[] {
  return finishedPieces(formatInPieces(document, options));
}

/** A text as formatting leaves it, its columns aligned: for traces that a command writes. */
export function formattedText(text: string): string {
  const document = TraceDocument.of(text);
  return document.withChanges(format(document, { align: true })).text;
}

/** The edits of `format`, in steps of a millisecond or so, between which other things can be done. */
export function* formatInPieces(
  { lines }: TraceDocument,
  options: FormatOptions,
): Generator<void, TextChange[]> {
  const blanks = blankLineChanges(lines);
  yield;
  const removed = new Set(blanks.flatMap(linesRemoved));
  const spelled = yield* changesIn(lines, { start: 0, end: lines.length }, options);
  return blanks.concat(spelled.filter(({ range }) => !removed.has(range.start.line))).sort(lastFirst);
}

/** The lines of which a removal leaves nothing to spell. */
function linesRemoved({ range: { start, end } }: TextChange): number[] {
  const count = end.line - start.line + (end.line > start.line && end.character > 0 ? 1 : 0);
  return Array.from({ length: count }, (_, index) => start.line + index);
}

/** The edits that format some lines as formatting the whole document would. */
export function formatRange(
  { lines }: TraceDocument,
  { start, end }: LineRange,
  options: FormatOptions,
): TextChange[] {
  const isInside = ({ range }: TextChange): boolean => range.start.line >= start && range.start.line < end;
  return finishedPieces(changesIn(lines, blocksAround(lines, { start, end }), options))
    .filter(isInside)
    .sort(lastFirst);
}

/** Nobody who finishes a line expects the columns of thousands of others to move. */
const longestBlock = 1000;

/** The edits that format the block of a line that was just finished; none in a long block. */
export function formatBlock({ lines }: TraceDocument, line: number, options: FormatOptions): TextChange[] {
  const block = blocksAround(lines, { start: line, end: line + 1 });
  return block.end - block.start > longestBlock
    ? []
    : finishedPieces(changesIn(lines, block, options)).sort(lastFirst);
}

function lastFirst(one: TextChange, other: TextChange): number {
  const { start } = one.range;
  const { start: otherStart } = other.range;
  return otherStart.line - start.line || otherStart.character - start.character;
}

/** A line that is to be respelled. */
interface Row {
  readonly line: number;
  readonly parts: Parts;
}

/** Lines of a step. */
const STEP = 256;

function* changesIn(
  lines: Lines,
  { start, end }: LineRange,
  options: FormatOptions,
): Generator<void, TextChange[]> {
  const changes: TextChange[] = [];
  const replace = (line: number, text: string): void => {
    const before = lines.at(line).text;
    if (before === text) return;
    const range = { start: { line, character: 0 }, end: { line, character: before.length } };
    changes.push({ range, text });
  };
  let block: Row[] = [];
  const finish = (): void => {
    const columns = options.align ? columnsOf(block) : noColumns;
    for (const { line, parts } of block) replace(line, render(parts, columns));
    block = [];
  };
  for (let line = start; line < end; line++) {
    const { text, parsed } = lines.at(line);
    const row = rowOf(lines, line);
    if (row !== undefined) block.push(row);
    else if (parsed.comment !== undefined && parsed.problem === undefined && parsed.statement === undefined)
      replace(line, text.trim());
    else if (isBlank(lines.at(line))) replace(line, "");
    if (endsBlock(lines.at(line))) finish();
    if ((line - start) % STEP === STEP - 1) yield;
  }
  finish();
  return changes;
}

/** The row of a statement; undefined for other lines, and for those that stay as they are. */
function rowOf(lines: Lines, line: number): Row | undefined {
  const { statement } = lines.at(line).parsed;
  if (statement === undefined) return undefined;
  const parts = partsOf(lines.at(line), statement);
  return render(parts, noColumns).length > longestSpelling ? undefined : { line, parts };
}

function isBlank({ parsed: { statement, problem, comment } }: TraceLine): boolean {
  return statement === undefined && problem === undefined && comment === undefined;
}

/** Blocks end at blank lines, titles and lines that cannot be read. */
function endsBlock(line: TraceLine): boolean {
  return isBlank(line) || line.opensScenario || line.parsed.problem !== undefined;
}

/** The lines of the blocks that some lines belong to. */
function blocksAround(lines: Lines, range: LineRange): LineRange {
  let start = Math.min(range.start, lines.length);
  let end = Math.min(range.end, lines.length);
  while (start > 0 && !endsBlock(lines.at(start - 1))) start--;
  while (end < lines.length && !endsBlock(lines.at(end - 1))) end++;
  return { start, end };
}

// Columns

/** The width of each column; 0 where nothing is aligned. */
interface Columns {
  readonly actor: number;
  readonly verb: number;
  /** Of all before an outcome, and of all before a comment. */
  readonly operation: number;
  readonly code: number;
}

const noColumns: Columns = { actor: 0, verb: 0, operation: 0, code: 0 };

function columnsOf(rows: readonly Row[]): Columns {
  const short = rows.map(({ parts }) => parts).filter((parts) => isShort(parts));
  const actor = widest(short.map((parts) => parts.actor));
  const verb = widest(short.map((parts) => parts.verb));
  const heads = { ...noColumns, actor, verb };
  const expecting = short.filter(({ outcome }) => outcome !== "");
  const operation = widest(expecting.map((parts) => operationText(parts, heads)));
  const commented = short.filter(({ comment }) => comment !== "");
  const code = widest(commented.map((parts) => codeText(parts, { ...heads, operation })));
  return { actor, verb, operation, code };
}

function isShort(parts: Parts): boolean {
  return codeText(parts, noColumns).length <= widestAligned;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}

function operationText({ actor, verb, body }: Parts, columns: Columns): string {
  return actor === "" ? body : `${actor.padEnd(columns.actor)} ${verb.padEnd(columns.verb)} ${body}`;
}

function codeText(parts: Parts, columns: Columns): string {
  const operation = operationText(parts, columns);
  return parts.outcome === "" ? operation : `${operation.padEnd(columns.operation)} ${parts.outcome}`;
}

function render(parts: Parts, columns: Columns): string {
  const code = codeText(parts, isShort(parts) ? columns : noColumns);
  return parts.comment === "" ? code : `${code.padEnd(columns.code)}  ${parts.comment}`;
}

// Blank lines

/** Leaves one blank line where there are several, none at the ends, and ends the last line. */
function blankLineChanges(lines: Lines): TextChange[] {
  const changes: TextChange[] = [];
  const last = lines.length - 1;
  let content = last;
  while (content >= 0 && isBlank(lines.at(content))) content--;
  if (content < 0) return last > 0 ? [removal(0, last, lines.at(last).text.length)] : changes;
  if (content + 1 < last) changes.push(removal(content + 1, last, lines.at(last).text.length));
  if (content === last) {
    const end = { line: last, character: lines.at(last).text.length };
    const lineEnd = endLike(lines.at(0));
    changes.push({ range: { start: end, end }, text: lineEnd });
  }
  for (let line = 0; line < content; line++) {
    const follows = line === 0 || isBlank(lines.at(line - 1));
    if (isBlank(lines.at(line)) && follows) changes.push(removal(line, line + 1, 0));
  }
  return changes;
}

/** Removes from the start of a line to a place. */
function removal(from: number, line: number, character: number): TextChange {
  return { range: { start: { line: from, character: 0 }, end: { line, character } }, text: "" };
}
