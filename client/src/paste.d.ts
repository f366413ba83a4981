/** What VS Code 1.97 has and the oldest that this extension runs in (1.91) has not: undefined there. */
import type {
  CancellationToken,
  DataTransfer,
  Disposable,
  DocumentSelector,
  Range,
  TextDocument,
} from "vscode";

declare module "vscode" {
  interface DocumentDropOrPasteEditKind {
    append(...parts: string[]): DocumentDropOrPasteEditKind;
  }

  const DocumentDropOrPasteEditKind:
    | undefined
    | { readonly Empty: DocumentDropOrPasteEditKind; readonly Text: DocumentDropOrPasteEditKind };

  interface DocumentPasteEdit {
    yieldTo?: readonly DocumentDropOrPasteEditKind[];
  }

  const DocumentPasteEdit:
    | undefined
    | (new (
        insertText: string,
        title: string,
        kind: DocumentDropOrPasteEditKind,
      ) => DocumentPasteEdit);

  namespace languages {
    const registerDocumentPasteEditProvider:
      | undefined
      | ((
          selector: DocumentSelector,
          provider: {
            provideDocumentPasteEdits(
              document: TextDocument,
              ranges: readonly Range[],
              data: DataTransfer,
              context: unknown,
              token: CancellationToken,
            ): Promise<DocumentPasteEdit[]>;
          },
          metadata: {
            readonly providedPasteEditKinds: readonly DocumentDropOrPasteEditKind[];
            readonly pasteMimeTypes: readonly string[];
          },
        ) => Disposable);
  }
}
