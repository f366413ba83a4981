/** Answers of the analysis in the protocol's words; positions are the client's on the way out. */
import * as lsp from "vscode-languageserver";
import type { Range } from "../analysis/analysis.ts";
import type { CodeLens } from "../analysis/code-lens.ts";
import type { Signature } from "../analysis/completion/signature.ts";
import type { Hover } from "../analysis/hover/hover.ts";
import type { InlayHint } from "../analysis/inlay-hints.ts";
import type { Fold } from "../analysis/navigation/folding.ts";
import type { Link } from "../analysis/navigation/links.ts";
import type { Reference } from "../analysis/navigation/navigation.ts";
import type { TraceSymbol } from "../analysis/navigation/symbols.ts";
import type { TextChange } from "../document/document.ts";
import type { FormatOptions } from "../document/format.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Asked } from "./asked.ts";

export function edit(asked: Asked, { range, text }: TextChange): lsp.TextEdit {
  return { range: asked.range(range), newText: text };
}

export function hover(asked: Asked, found: Hover | undefined): lsp.Hover | undefined {
  return found && { contents: markdown(found.contents), range: asked.range(found.range) };
}

function markdown(value: string): lsp.MarkupContent {
  return { kind: lsp.MarkupKind.Markdown, value };
}

export function signature(found: Signature | undefined): lsp.SignatureHelp | undefined {
  if (found === undefined) return undefined;
  const { label, documentation, parameters, activeParameter } = found;
  const shown = parameters.map(
    ({ start, end, documentation }): lsp.ParameterInformation => ({
      label: [start, end],
      documentation: markdown(documentation),
    }),
  );
  // Without an active one, clients would mark the first.
  const active = activeParameter ?? parameters.length;
  return {
    signatures: [{ label, documentation: markdown(documentation), parameters: shown }],
    activeSignature: 0,
    activeParameter: active,
  };
}

export function hint(asked: Asked, { position, label, kind, edits }: InlayHint): lsp.InlayHint {
  return {
    position: asked.position(position),
    label,
    kind: kind === "values" ? lsp.InlayHintKind.Type : lsp.InlayHintKind.Parameter,
    paddingLeft: true,
    textEdits: edits?.map((one) => edit(asked, one)),
  };
}

/** A lens that only shows: its command has no name. */
export function lens(asked: Asked, { range, title, verdicts }: CodeLens): lsp.CodeLens {
  return { range: asked.range(range), command: { title, command: "" }, data: verdicts };
}

export function locations(asked: Asked, ranges: readonly Range[]): lsp.Location[] {
  return ranges.map((range) => ({ uri: asked.uri, range: asked.range(range) }));
}

export function references(
  asked: Asked,
  found: readonly Reference[],
  { includeDeclaration }: lsp.ReferenceContext,
): lsp.Location[] {
  const wanted = found.filter(({ role }) => includeDeclaration || role !== "declaration");
  return locations(
    asked,
    wanted.map(({ range }) => range),
  );
}

const highlightKinds = {
  declaration: lsp.DocumentHighlightKind.Write,
  write: lsp.DocumentHighlightKind.Write,
  read: lsp.DocumentHighlightKind.Read,
} as const;

export function highlights(asked: Asked, found: readonly Reference[]): lsp.DocumentHighlight[] {
  return found.map(({ range, role }) => ({ range: asked.range(range), kind: highlightKinds[role] }));
}

export function renameable(
  asked: Asked,
  found: { readonly range: Range; readonly name: string } | undefined,
): lsp.PrepareRenameResult | undefined {
  return found && { range: asked.range(found.range), placeholder: found.name };
}

/** The edits of a renaming; what speaks against it is an error answer, which editors show. */
export function renaming(asked: Asked, edits: readonly TextChange[] | string): lsp.WorkspaceEdit {
  if (typeof edits === "string") throw new lsp.ResponseError(lsp.ErrorCodes.InvalidParams, edits);
  return { changes: { [asked.uri]: edits.map((one) => edit(asked, one)) } };
}

export const symbolKinds = {
  declaration: lsp.SymbolKind.Property,
  name: lsp.SymbolKind.Constant,
  scenario: lsp.SymbolKind.Class,
  actor: lsp.SymbolKind.Object,
  operation: lsp.SymbolKind.Event,
} as const;

export function symbol(asked: Asked, found: TraceSymbol): lsp.DocumentSymbol {
  const { kind, name, detail, range, selection, children } = found;
  return {
    name,
    detail,
    kind: symbolKinds[kind],
    range: asked.range(range),
    selectionRange: asked.range(selection),
    children: children.map((child) => symbol(asked, child)),
  };
}

export function fold({ start, end, kind }: Fold): lsp.FoldingRange {
  const isComment = kind === "comment";
  return {
    startLine: start,
    endLine: end,
    kind: isComment ? lsp.FoldingRangeKind.Comment : lsp.FoldingRangeKind.Region,
  };
}

/** Ranges that hold each other, the narrowest first, as a chain. */
export function selection(asked: Asked, ranges: readonly Range[]): lsp.SelectionRange {
  const range = asked.range(itemAt(ranges, 0));
  return ranges.length > 1 ? { range, parent: selection(asked, ranges.slice(1)) } : { range };
}

/** Paths are relative to the trace; where that cannot be (a trace on no disk), there is no link. */
export function link(asked: Asked, { range, target, tooltip }: Link): lsp.DocumentLink[] {
  const address = "url" in target ? target.url : resolved(target.path, asked.uri);
  return address === undefined ? [] : [{ range: asked.range(range), target: address, tooltip }];
}

function resolved(path: string, base: string): string | undefined {
  try {
    return new URL(path, base).href;
  } catch {
    return undefined;
  }
}

/** The edits of formatting, unless that is turned off. */
export async function formatting(
  asked: Asked,
  edits: (options: FormatOptions) => readonly TextChange[] | Promise<readonly TextChange[]>,
): Promise<lsp.TextEdit[]> {
  const { enable, align } = asked.settings.format;
  return enable ? (await edits({ align })).map((one) => edit(asked, one)) : [];
}
