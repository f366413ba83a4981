/** The analysis of one trace, with its progress. */
import { type Analysis, type AnalysisOptions, AnalysisRun } from "../../analysis/analysis.ts";
import { TraceDocument } from "../../document/document.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";

/** Milliseconds between two looks at how much is done: with very many scenarios a look takes a while. */
const PAUSE = 100;

/** Analyses a trace; what takes longer than a second shows how far it is. */
export function analysed(text: string, options: AnalysisOptions, title: string): Analysis {
  const progress = new ProgressBar(title, 1);
  const run = new AnalysisRun(TraceDocument.of(text), options, undefined);
  const analysis = finishedAnalysis(run, (share) => progress.reach(share));
  progress.clear();
  return analysis;
}

/**
 * Does all of an analysis.
 * @param reach is told how much of it is done, from 0 to 1
 */
export function finishedAnalysis(run: AnalysisRun, reach: (share: number) => void): Analysis {
  let looked = performance.now();
  for (;;) {
    const analysis = run.advance();
    if (analysis !== undefined) return analysis;
    const now = performance.now();
    if (now - looked < PAUSE) continue;
    looked = now;
    reach(run.share);
  }
}
