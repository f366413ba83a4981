/** Keeps the open traces as the client has them. What makes no sense is logged and changes nothing. */
import {
  type DidChangeTextDocumentParams,
  type DidCloseTextDocumentParams,
  type DidOpenTextDocumentParams,
  Range,
  type TextDocumentContentChangeEvent,
  TextDocumentItem,
} from "vscode-languageserver";
import type { TraceDocument } from "../document/document.ts";
import { documentOf, mostUnits, TOO_LONG } from "./documents.ts";
import type { Positions } from "./positions.ts";
import type { Publisher } from "./publisher.ts";
import type { Session } from "./session.ts";

export function open(session: Session, publisher: Publisher, params: DidOpenTextDocumentParams): void {
  if (!TextDocumentItem.is(params?.textDocument)) {
    session.connection.console.warn("A trace was opened without its address, version or text: it is ignored");
    return;
  }
  const { uri, version, text } = params.textDocument;
  session.documents.open(uri, version, text);
  session.ready = Promise.all([session.ready, session.settings.readChecks(uri)]);
  publisher.changed(uri);
}

export function change(session: Session, publisher: Publisher, params: DidChangeTextDocumentParams): void {
  const { console } = session.connection;
  const { uri, version } = params?.textDocument ?? {};
  const trace = session.documents.get(uri);
  if (trace === undefined) {
    console.warn(`${uri} was edited but is not open: the edit is ignored`);
    return;
  }
  if (!(version > trace.version)) {
    console.warn(`${uri}: an edit to version ${version} came after version ${trace.version}`);
  }
  const ignored = () => console.warn(`${uri}: an edit that makes no sense is ignored`);
  const document = withChanges(trace.document, params.contentChanges ?? [], session.positions, ignored);
  session.documents.replace(trace.edited(version, document));
  publisher.changed(uri);
}

export function close(session: Session, publisher: Publisher, params: DidCloseTextDocumentParams): void {
  const uri = params?.textDocument?.uri;
  if (session.documents.get(uri) === undefined) return;
  session.documents.close(uri);
  publisher.closed(uri);
}

/** The document after some edits, without those that are none. */
function withChanges(
  document: TraceDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  positions: Positions,
  ignored: () => void,
): TraceDocument {
  const whole = changes.findLastIndex((one) => typeof one?.text === "string" && !("range" in one));
  const start = whole === -1 ? document : documentOf(changes[whole].text, document);
  const edits = changes.slice(whole + 1);
  if (start === TOO_LONG || edits.some((one) => one?.text?.length > mostUnits)) return TOO_LONG;
  return start.edited((editor) => {
    for (const one of edits) {
      if (typeof one?.text !== "string" || !("range" in one) || !Range.is(one.range)) ignored();
      else editor.replace({ range: positions.rangeFromClient(editor, one.range), text: one.text });
    }
  });
}
