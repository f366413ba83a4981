/** Findings that are known: a SARIF log of an earlier run. They are left out, and what is no longer found is told. */
import { existsSync } from "node:fs";
import type { LintFailure } from "../../api/index.ts";
import { type Failure, reasonOf } from "../files/failure.ts";
import { readRegularFile, TRACE_BYTES } from "../files/read-file.ts";
import { pathToShow, standardInput } from "../files/sources.ts";
import { FINGERPRINT } from "../reporters/report-sarif.ts";
import { printableText } from "../terminal/printable.ts";
import type { CheckedFile } from "./check.ts";

/** A known finding. */
interface Known {
  readonly path: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export class Baseline {
  readonly #unseen: Map<string, Known>;
  readonly #checked = new Set<string>();
  #left = 0;

  private constructor(known: Map<string, Known>) {
    this.#unseen = known;
  }

  /** Reads what `--format sarif --output FILE` wrote. */
  static async read(file: string): Promise<Baseline | Failure> {
    try {
      const known = knownIn(parsed(readRegularFile(file, TRACE_BYTES).toString("utf8")));
      if (known !== undefined) {
        const paths = [...known.values()].map(({ path }) => path);
        if (
          paths.length === 0 ||
          paths.some((path) => path === pathToShow(standardInput) || existsSync(path))
        )
          return new Baseline(known);
        return {
          failure: `the baseline ${file} is of another folder: none of its files is here; run where it was written`,
        };
      }
      return { failure: `${file} is no baseline: --format sarif --output ${file} writes one` };
    } catch (error) {
      return { failure: `cannot read the baseline ${file}: ${reasonOf(error)}` };
    }
  }

  /** The file without what is known of it. */
  without(file: CheckedFile): CheckedFile {
    this.#checked.add(file.path);
    const known = new Set<string>();
    const diagnostics = file.diagnostics.filter((one) => {
      const isKnown = this.#unseen.delete(one.fingerprint);
      if (isKnown) known.add(placeOf(one));
      return !isKnown;
    });
    this.#left += file.diagnostics.length - diagnostics.length;
    const isNew = (one: LintFailure): boolean => !known.has(placeOf(one));
    const scenarios = file.scenarios.map((scenario) => ({
      ...scenario,
      verdicts: scenario.verdicts.map((verdict) => ({
        ...verdict,
        errors: verdict.errors.filter(isNew),
        differences: verdict.differences.filter(isNew),
      })),
    }));
    return { ...file, diagnostics, scenarios };
  }

  /** How many findings were left out. */
  get left(): number {
    return this.#left;
  }

  /** What was known and is no longer found in the files that were checked, in words. */
  get fixed(): string[] {
    return [...this.#unseen.values()]
      .filter(({ path }) => this.#checked.has(path))
      .map(
        ({ path, line, code, message }) =>
          `fixed since the baseline: ${printableText(`${path}:${line} ${code}: ${message}`)}`,
      );
  }
}

/** What a finding is about, whichever variant shows it. */
function placeOf({ code, range }: LintFailure): string {
  return `${code}:${range.start.line}`;
}

/** The findings of a SARIF log by fingerprint; undefined when it is none, or has no fingerprints. */
function knownIn(log: unknown): Map<string, Known> | undefined {
  const runs = listAt(log, "runs");
  if (runs === undefined) return undefined;
  const known = new Map<string, Known>();
  for (const result of runs.flatMap((run) => listAt(run, "results") ?? [])) {
    const fingerprint = at(at(result, "partialFingerprints"), FINGERPRINT);
    const place = at(listAt(result, "locations")?.[0], "physicalLocation");
    const uri = at(at(place, "artifactLocation"), "uri");
    if (typeof fingerprint !== "string" || typeof uri !== "string") return undefined;
    known.set(fingerprint, {
      path: uri.split("/").map(decodeURIComponent).join("/"),
      line: Number(at(at(place, "region"), "startLine")),
      code: String(at(result, "ruleId")),
      message: String(at(at(result, "message"), "text")),
    });
  }
  return known;
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(key);
}

function listAt(value: unknown, key: string): readonly unknown[] | undefined {
  const list = at(value, key);
  return Array.isArray(list) ? list : undefined;
}

/** What a JSON text holds; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
