/** Keeps the open traces as the client has them. What makes no sense is logged and changes nothing. */
import {
  type DidChangeTextDocumentParams,
  type DidCloseTextDocumentParams,
  type DidOpenTextDocumentParams,
  TextDocumentItem,
} from "vscode-languageserver";
import type { Publisher } from "./publisher.ts";
import type { Session } from "./session.ts";

export function open(session: Session, publisher: Publisher, params: DidOpenTextDocumentParams): void {
  if (!TextDocumentItem.is(params?.textDocument)) {
    session.connection.console.warn("A trace was opened without its address, version or text: it is ignored");
    return;
  }
  const { uri, version, text } = params.textDocument;
  session.documents.open(uri, version, text);
  session.waitFor(session.settings.readChecks(uri));
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
  const changes = Array.isArray(params.contentChanges) ? params.contentChanges : [];
  const content = trace.content.changed(changes, session.positions, ignored);
  session.documents.replace(trace.edited(version, content));
  publisher.changed(uri);
}

export function close(session: Session, publisher: Publisher, params: DidCloseTextDocumentParams): void {
  const uri = params?.textDocument?.uri;
  if (session.documents.get(uri) === undefined) return;
  session.documents.close(uri);
  session.views.set(uri, undefined);
  publisher.closed(uri);
}
