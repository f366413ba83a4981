/**
 * Whether a scenario holds under each of its variants. A variant holds when `lint` would find no error in the scenario
 * if that variant were the declared one. This is decided here and nowhere else.
 */
import { revisionId, sameVariant, type VariantId } from "../evaluate/variant.ts";
import { itemAt } from "../syntax/item-at.ts";
import { selectableRevisions } from "../vgic/kernels/revisions.ts";
import type { CheckedEvaluation } from "./checks.ts";
import type { Code, Finding } from "./finding.ts";
import { type Found, FoundInOperation, found, inOrder } from "./found.ts";
import type { Describe, PlacedEvaluation } from "./operations.ts";
import { describeDifference, differsFrom, isUnaccounted } from "./revision-difference.ts";
import { declaredRefused } from "./revision-not-selectable.ts";
import type { Severity } from "./rule.ts";
import { certainOperations, isUndeclared, unreadLines } from "./shared-cause.ts";

/** How a scenario goes under one variant. */
export interface Verdict {
  /** What would be errors if the variant were the declared one, by line. */
  readonly errors: readonly Found[];
  /** The lines that differ from the declared variant and whose difference no case accounts for. */
  readonly differences: readonly Found[];
  /** Why it is none, where nothing that is told is wrong: some lines did not run. */
  readonly incomplete?: Incomplete;
}

/**
 * Lines of a scenario did not run, although no error says so: they cannot be read or done (under any variant), or they
 * stand below one in which the variant's host failed.
 */
export type Incomplete = "unread" | "ended";

/** Whether a verdict depends on something that was found. */
export function bearsOnVerdicts(code: Code, severity: Severity): boolean {
  return severity === "error" || ABOUT_RESULTS.has(code);
}

const ABOUT_RESULTS: ReadonlySet<Code> = new Set(["expectation", "host-failure", "revision-difference"]);

/** What is found in a scenario, and what would be made of a finding there. */
export interface Judged {
  /** What is reported in the scenario's lines and bears on verdicts. */
  readonly found: readonly (Found & { readonly severity: Severity })[];
  severityOf(code: Code): Severity | "off";
  isSilenced(code: Code, line: number): boolean;
}

/** The verdicts of a scenario, by variant. */
export function verdictsOf(placed: CheckedEvaluation, judged: Judged): Verdict[] {
  const { evaluation } = placed;
  const alike: Found[] = [];
  const ofDeclared: Found[] = [];
  for (const one of judged.found) {
    if (one.severity !== "error") continue;
    if (standsUnderAll(placed, one)) alike.push(one);
    else ofDeclared.push(one);
  }
  const isError = ({ code, line }: Found): boolean =>
    judged.severityOf(code) === "error" && !judged.isSilenced(code, line);
  const refused = declaredRefused(placed);
  // What stands above the scenarios is not among what was found in this one.
  if (refused !== undefined && refused.line < placed.firstLine && isError(found(refused)))
    ofDeclared.push(found(refused));
  // What is not tested shows no difference either.
  const differing = isUndeclared(evaluation.scenario)
    ? []
    : judged.found.filter(({ code }) => code === "revision-difference");
  const errorsUnder = (variant: number): readonly Found[] =>
    variant === 0 ? ofDeclared : [...resultsUnder(placed, judged, variant)].filter(isError);
  const unread = unreadLines(evaluation.scenario).size > 0 ? "unread" : undefined;
  return evaluation.variants.map((_, variant) => {
    const errors = alike.concat(errorsUnder(variant)).sort(inOrder);
    return {
      errors,
      differences: differing.filter((one) => isUnaccounted(placed, operationOf(placed, one), variant, 0)),
      incomplete: errors.length === 0 ? (unread ?? endedUnder(placed, variant)) : undefined,
    };
  });
}

/** Whether the host of a variant failed above the last operation. */
function endedUnder(
  { evaluation: { outcomes, scenario } }: PlacedEvaluation,
  variant: number,
): Incomplete | undefined {
  const last = scenario.operations.length - 1;
  return last >= 0 && outcomes.hasEnded(last, variant) ? "ended" : undefined;
}

/** The operation on the line of something that was found there. */
function operationOf({ evaluation, firstLine }: PlacedEvaluation, { line }: Found): number {
  return evaluation.scenario.operations.above(line - firstLine);
}

/** Whether an error of the declared variant is one whichever variant is declared. */
function standsUnderAll(placed: PlacedEvaluation, one: Found): boolean {
  const { evaluation, firstLine } = placed;
  const { setup, places, operations } = evaluation.scenario;
  switch (one.code) {
    case "expectation": {
      if (!isByRevision(placed, one)) return false;
      // Its case is asked wherever the revision runs; the declared one runs even where the host cannot show it.
      const { id } = itemAt(evaluation.variants, 0);
      if (selectableRevisions(setup.host.profile).some((one) => sameVariant(revisionId(one), id)))
        return true;
      const { finding } = one;
      return (
        finding.code === "expectation" && finding.actual.some((other) => !sameVariant(other.variant, id))
      );
    }
    case "revision-difference":
    case "host-failure":
      return false;
    case "revision-not-selectable": {
      const operation = operationOf(placed, one);
      return operation < operations.length && operations.lineNumber(operation) === one.line - firstLine;
    }
    case "missing-declaration": {
      const { finding } = one;
      const isOfRevision = finding.code === "missing-declaration" && finding.declaration === "revision";
      return !isOfRevision || places.revision !== undefined;
    }
    default:
      return true;
  }
}

/** Whether the expectation of a line says what revisions answer. */
function isByRevision(placed: PlacedEvaluation, one: Found): boolean {
  const expectation = placed.evaluation.scenario.operations.expectation(operationOf(placed, one));
  return expectation !== undefined && !expectation.declaredOnly;
}

/** What is found in results if another variant is the declared one, and does not stand under all. */
function* resultsUnder(
  placed: CheckedEvaluation,
  { found: all, severityOf }: Judged,
  variant: number,
): Generator<Found> {
  const { outcomes, variants, differences } = placed.evaluation;
  const { id, host } = itemAt(variants, variant);
  const certain = certainOperations(placed.evaluation.scenario);
  const known = new Map<number, Found[]>();
  for (const one of all) {
    const { code } = one;
    if (code !== "expectation" && code !== "host-failure") continue;
    const operation = operationOf(placed, one);
    if (code === "expectation") known.set(one.line, [...(known.get(one.line) ?? []), one]);
    if (!outcomes.isAsDeclared(operation, variant)) continue;
    if (code === "expectation" && isByRevision(placed, one)) continue;
    const describe = () => asUnder(one.finding, id, host.name);
    yield new FoundInOperation(placed, operation, { code, describe });
  }
  for (const [operation, sightings] of placed.seenUnder) {
    if (operation >= certain) continue;
    for (const sighting of sightings) {
      if (sighting.variant !== variant) continue;
      const one = new FoundInOperation(placed, operation, sighting);
      const isKnown =
        sighting.code === "expectation" &&
        isByRevision(placed, one) &&
        known.get(one.line)?.some(({ finding }) => finding.start === one.finding.start);
      if (!isKnown) yield one;
    }
  }
  if (severityOf("revision-difference") !== "error") return;
  for (const operation of differences.keys()) {
    if (operation >= certain || !differsFrom(placed, operation, variant)) continue;
    const describe: Describe = (...at) => describeDifference(...at, variant);
    yield new FoundInOperation(placed, operation, { code: "revision-difference", describe });
  }
}

/** What is said of the declared variant, of another one that went alike. */
function asUnder(finding: Finding, id: VariantId, host: string): Finding {
  if (finding.code === "host-failure") return { ...finding, host };
  if (finding.code !== "expectation") return finding;
  return { ...finding, actual: [{ variant: id, outcome: itemAt(finding.actual, 0).outcome }] };
}
