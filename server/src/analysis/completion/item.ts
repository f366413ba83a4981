/** What completion offers. */

export type CompletionKind =
  | "keyword"
  | "register"
  | "field"
  | "cpu"
  | "name"
  | "value"
  | "errno"
  | "snippet"
  | "code";

/** What the documentation of an item is about; plain data, so that it can travel to an editor and back. */
export interface CompletionTopic {
  readonly about: "register" | "form" | "word";
  /** The register, the keywords of the form, or the word. */
  readonly name: string;
}

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string;
  /** What is written instead of the word being typed; the label where absent. */
  readonly insert?: string;
  /** Whether `insert` is a snippet, with places such as `${1:40}`. */
  readonly isSnippet?: true;
  readonly topic?: CompletionTopic;
  /** Whether more must follow: a blank comes after it, and what may stand there is offered. */
  readonly goesOn?: true;
}

/** Items after which more must follow. */
export function goingOn(items: readonly CompletionItem[]): CompletionItem[] {
  return items.map((item) => (item.isSnippet ? item : { ...item, goesOn: true }));
}

/** Keywords with their documentation. */
export function keywords(words: readonly string[], about: "form" | "word"): CompletionItem[] {
  return words.map((word) => ({ label: word, kind: "keyword", topic: { about, name: word } }));
}
