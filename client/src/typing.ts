/** What is being typed is not wrong yet: errors there wait until the cursor leaves the word, or a moment passes. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  Disposable,
  type Position,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from "vscode";

const MOMENT_MILLISECONDS = 1000;

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
        // A character or two by hand, not a completion, a paste or an undo of many.
        if (!isTrace(document) || change === undefined) return;
        const isTyping = others.length === 0 && change.range.isSingleLine && /^\S{0,2}$/.test(change.text);
        if (!isTyping) return this.#end();
        const at = document.getWordRangeAtPosition(change.range.start, /\S+/);
        this.#typed = { document, start: at?.start ?? change.range.start };
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
    const word = document.getWordRangeAtPosition(start, /\S+/);
    return (word ?? document.validateRange(editor.selection.with(start, start))).contains(
      editor.selection.active,
    );
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#typed = undefined;
    if (!this.#isOwing) return;
    this.#isOwing = false;
    this.#shown();
  }
}
