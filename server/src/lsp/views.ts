/** Traces that are looked at under another revision than they declare. Their text stays as it is. */
import type { AnalysisOptions } from "../analysis/analysis.ts";

interface View {
  readonly revision: number;
  /** The options that it was made from, and those that follow: the same objects as long as nothing changes. */
  readonly base?: AnalysisOptions;
  readonly options?: AnalysisOptions;
}

export class Views {
  readonly #views = new Map<string, View>();

  /** Looks at a trace under a revision; under its own again without one. */
  set(uri: string, revision: number | undefined): void {
    if (revision === undefined) this.#views.delete(uri);
    else this.#views.set(uri, { revision });
  }

  /** The revision that a trace is looked at under; undefined for its own. */
  revision(uri: string): number | undefined {
    return this.#views.get(uri)?.revision;
  }

  /** The options for a trace, given those that its settings ask for. */
  options(uri: string, base: AnalysisOptions): AnalysisOptions {
    const view = this.#views.get(uri);
    if (view === undefined) return base;
    if (view.base === base && view.options !== undefined) return view.options;
    const options = { ...base, revision: view.revision };
    this.#views.set(uri, { revision: view.revision, base, options });
    return options;
  }
}
