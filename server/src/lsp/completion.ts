/** Completion in the protocol's words; documentation comes when an item is looked at. */
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
  MarkupKind,
} from "vscode-languageserver";
import { type Completion, completionDocumentation } from "../analysis/completion/completion.ts";
import type { CompletionTopic, CompletionItem as Item } from "../analysis/completion/item.ts";
import { Given } from "../config/given.ts";
import { Asked } from "./asked.ts";
import type { Session } from "./session.ts";

const kinds = {
  keyword: CompletionItemKind.Keyword,
  register: CompletionItemKind.Class,
  field: CompletionItemKind.Property,
  cpu: CompletionItemKind.Module,
  name: CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
  errno: CompletionItemKind.EnumMember,
  snippet: CompletionItemKind.Snippet,
  code: CompletionItemKind.EnumMember,
} as const;

/** What finding an item's documentation takes. */
interface Data {
  readonly uri: string;
  readonly line: number;
  readonly topic: CompletionTopic;
}

/** Snippets are left out where the client could not expand them. */
export function completionList(asked: Asked, { range, items, isIncomplete }: Completion): CompletionList {
  const { snippets } = asked.session.client;
  const shown = items.filter(({ isSnippet }) => snippets || !isSnippet);
  const replaced = asked.range(range);
  return { isIncomplete, items: shown.map((item, index) => itemOf(asked, replaced, item, index)) };
}

function itemOf(
  { uri }: Asked,
  range: Completion["range"],
  { label, kind, detail, insert, isSnippet, topic, goesOn }: Item,
  index: number,
): CompletionItem {
  const data: Data | undefined = topic && { uri, line: range.start.line, topic };
  return {
    label,
    kind: kinds[kind],
    detail,
    // Editors sort by this text, and the order has a meaning.
    sortText: String(index).padStart(5, "0"),
    textEdit: { range, newText: `${insert ?? label}${goesOn ? " " : ""}` },
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : undefined,
    data,
  };
}

/** An item with its documentation, if there is any. */
export function resolvedItem(session: Session, item: CompletionItem): CompletionItem {
  const data = dataOf(item);
  const trace = data && session.documents.get(data.uri);
  if (data === undefined || trace === undefined || data.line >= trace.document.lines.length) return item;
  const value = completionDocumentation(new Asked(session, trace).analysis, data.line, data.topic);
  return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

/** What an item was sent with; a client may send anything back. */
function dataOf(item: unknown): Data | undefined {
  const data = new Given(item).object("data");
  const topic = data.object("topic");
  const [uri, line] = [data.text("uri"), data.number("line")];
  const [about, name] = [topic.text("about"), topic.text("name")];
  if (uri === undefined || line === undefined || !Number.isInteger(line) || line < 0) return undefined;
  if (name === undefined || !(about === "register" || about === "form" || about === "word")) return undefined;
  return { uri, line, topic: { about, name } };
}
