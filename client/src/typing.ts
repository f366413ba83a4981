/**
 * What is being typed is not wrong yet: errors there wait until the cursor leaves the word, or a moment passes. A word
 * with a blank after it is not left either: the statement goes on.
 */
import {
  type Diagnostic,
  DiagnosticSeverity,
  Disposable,
  Position,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from "vscode";

const MOMENT_MILLISECONDS = 1000;

/** A word with at most one blank after it. */
const WORD = /\S*\s?$/;

/** The word that is being typed: where it begins, and the document that it is in. */
interface Typed {
  readonly document: TextDocument;
  readonly start: Position;
}

export class Typing extends Disposable {
  readonly #shown: () => void;
  #typed: Typed | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether something was withheld since it was typed. */
  #isOwing = false;

  /** @param shown is called when what was withheld may be shown */
  constructor(isTrace: (document: TextDocument) => boolean, shown: () => void) {
    const subscriptions = Disposable.from(
      workspace.onDidChangeTextDocument(({ document, contentChanges: [change, ...others] }) => {
        // Something on one line: by hand, or a suggestion that was taken.
        if (!isTrace(document) || change === undefined) return;
        const { range, text } = change;
        if (others.length > 0 || !range.isSingleLine || text.includes("\n")) return this.#end();
        const before = document.lineAt(range.start).text.slice(0, range.start.character + text.length);
        this.#typed = { document, start: new Position(range.start.line, before.search(WORD)) };
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#end(), MOMENT_MILLISECONDS);
      }),
      window.onDidChangeTextEditorSelection(() => {
        if (this.#typed !== undefined && !this.#isAtWord(this.#typed)) this.#end();
      }),
      window.onDidChangeActiveTextEditor(() => this.#end()),
    );
    super(() => {
      clearTimeout(this.#timer);
      subscriptions.dispose();
    });
    this.#shown = shown;
  }

  /** The diagnostics of a document without errors from the word on that is being typed; the same where none is. */
  withhold(uri: Uri, diagnostics: Diagnostic[]): Diagnostic[] {
    const typed = this.#typed;
    if (typed === undefined || typed.document.uri.toString() !== uri.toString()) return diagnostics;
    const { start } = typed;
    const kept = diagnostics.filter(
      ({ severity, range }) =>
        severity !== DiagnosticSeverity.Error || range.start.line !== start.line || range.end.isBefore(start),
    );
    if (kept.length === diagnostics.length) return diagnostics;
    this.#isOwing = true;
    return kept;
  }

  #isAtWord({ document, start }: Typed): boolean {
    const editor = window.activeTextEditor;
    if (editor?.document !== document) return false;
    const { active } = editor.selection;
    if (active.line !== start.line || active.isBefore(start)) return false;
    return document.lineAt(active).text.slice(0, active.character).search(WORD) === start.character;
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#typed = undefined;
    if (!this.#isOwing) return;
    this.#isOwing = false;
    this.#shown();
  }
}
