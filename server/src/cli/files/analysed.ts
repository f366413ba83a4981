/** The analysis of one trace, with its progress. */
import { type Analysis, type AnalysisOptions, AnalysisRun } from "../../analysis/analysis.ts";
import { TraceDocument } from "../../document/document.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";

/** How many bits of the work go on between two looks at how much is done. */
const BITS = 16;

/** Analyses a trace; what takes longer than a second shows how far it is. */
export function analysed(text: string, options: AnalysisOptions, title: string): Analysis {
  const run = new AnalysisRun(TraceDocument.of(text), options, undefined);
  const progress = new ProgressBar(title, 1);
  for (let bits = 1; ; bits++) {
    const analysis = run.advance();
    if (analysis !== undefined) {
      progress.clear();
      return analysis;
    }
    if (bits % BITS === 0) progress.reach(run.share);
  }
}
