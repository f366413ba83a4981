/** The reporter of each format. */

import type { Style } from "../terminal/terminal.ts";
import type { LintFormat } from "./formats.ts";
import type { Reporter } from "./report.ts";
import { githubReporter } from "./report-github.ts";
import { gitlabReporter } from "./report-gitlab.ts";
import { jsonReporter } from "./report-json.ts";
import { junitReporter } from "./report-junit.ts";
import { rdjsonReporter } from "./report-rdjson.ts";
import { sarifReporter } from "./report-sarif.ts";
import { textReporter } from "./report-text.ts";

const reporters: Readonly<Record<Exclude<LintFormat, "text">, Reporter>> = {
  json: jsonReporter,
  sarif: sarifReporter,
  github: githubReporter,
  junit: junitReporter,
  rdjson: rdjsonReporter,
  gitlab: gitlabReporter,
};

export function reporterOf(format: LintFormat, style: Style): Reporter {
  return format === "text" ? textReporter(style) : reporters[format];
}
