/** How tests are reported: a scenario under a revision or host, or migrated. Each tells the failures that it shows. */
import { Location, type TestItem, TestMessage, type TestRun } from "vscode";
import type { Compat, Failure, Scenario, Untested, Verdict } from "../../server/src/lsp/protocol.ts";
import { toRange } from "./convert.ts";
import { outcomeText } from "./verdict-words.ts";

/** What was asked to be run. */
export interface Selected {
  readonly included: readonly TestItem[];
  readonly excluded: readonly TestItem[];
}

/** Reports how a scenario went under each revision that was asked for; that it was not tested, where nothing was. */
export function reportRevisions(
  run: TestRun,
  test: TestItem,
  scenario: Scenario,
  { included, excluded }: Selected,
  isWanted: (verdict: Verdict) => boolean,
): readonly Failure[] {
  const { untested } = scenario;
  if (untested !== undefined && isAmong(test, included)) return notTested(run, test, untested);
  let tested = false;
  const failures: Failure[] = [];
  for (const verdict of scenario.verdicts) {
    const item = test.children.get(`${test.id}#${verdict.label}`);
    if (item === undefined || isAmong(item, excluded) || !isAmong(item, included)) continue;
    // One that was asked for by itself is always wanted.
    if (!isWanted(verdict) && !included.includes(item)) continue;
    tested = true;
    if (untested !== undefined) {
      notTested(run, item, untested);
      continue;
    }
    failures.push(...reportVerdict(run, item, `${test.label} (${verdict.name})`, verdict));
  }
  if (tested || !isAmong(test, included)) return failures;
  return skip(run, test, "it does not run under the revision that was asked for");
}

/** Reports how a scenario went on a host. */
export function reportHost(
  run: TestRun,
  test: TestItem,
  scenario: Scenario | undefined,
  host: string,
): readonly Failure[] {
  if (scenario?.untested !== undefined) return notTested(run, test, scenario.untested);
  const [verdict] = scenario?.verdicts ?? [];
  if (verdict === undefined) return skip(run, test, "it has no operation");
  return reportVerdict(run, test, `${test.label} (on ${host})`, verdict);
}

function reportVerdict(run: TestRun, item: TestItem, name: string, verdict: Verdict): readonly Failure[] {
  if (verdict.incomplete !== undefined) return skip(run, item, verdict.incomplete);
  run.started(item);
  run.appendOutput(`${name}: ${outcomeText(verdict)}\r\n`, undefined, item);
  for (const { range, message } of verdict.differences) {
    run.appendOutput(`  line ${range.start.line + 1} differs: ${message}\r\n`, undefined, item);
  }
  return end(run, item, verdict.errors);
}

/** Reports what the guest of a scenario can notice of a migration by a VMM. */
export function reportMigration(
  run: TestRun,
  test: TestItem,
  name: string,
  result: Compat["managers"][number],
): readonly Failure[] {
  if (result.migrations === 0) return skip(run, test, result.verdict);
  run.started(test);
  run.appendOutput(`${test.label} (${name}): ${result.verdict}\r\n`, undefined, test);
  return end(run, test, result.noticed);
}

/** Reports where a kernel answered a scenario differently. */
export function reportReplay(
  run: TestRun,
  test: TestItem,
  { range, lastLine }: Scenario,
  disagreements: readonly Failure[],
): readonly Failure[] {
  const own = disagreements.filter(
    ({ range: { start } }) => start.line >= range.start.line && start.line <= lastLine,
  );
  run.started(test);
  const found = own.length === 0 ? "the kernel answers as expected" : `${own.length} answered differently`;
  run.appendOutput(`${test.label} (replayed): ${found}\r\n`, undefined, test);
  return end(run, test, own);
}

function end(run: TestRun, item: TestItem, failures: readonly Failure[]): readonly Failure[] {
  if (failures.length === 0) run.passed(item);
  else run.failed(item, messagesOf(item, failures));
  return failures;
}

function messagesOf({ uri }: TestItem, failures: readonly Failure[]): TestMessage[] {
  return failures.map(({ range, message, expected, actual }) => {
    const shown =
      expected === undefined || actual === undefined
        ? new TestMessage(message)
        : TestMessage.diff(message, expected, actual);
    if (uri !== undefined) shown.location = new Location(uri, toRange(range));
    return shown;
  });
}

/** Reports why a scenario was not tested. Where an error is the reason, the test is in error, too. */
export function notTested(run: TestRun, test: TestItem, { why, isError }: Untested): readonly Failure[] {
  if (!isError) return skip(run, test, why);
  run.errored(test, new TestMessage(`Not tested: ${why}.`));
  run.appendOutput(`${test.label}: not tested, ${why}\r\n`, undefined, test);
  return [];
}

/** What was not tested is neither passed nor failed. */
export function skip(run: TestRun, item: TestItem, why: string): readonly Failure[] {
  run.skipped(item);
  run.appendOutput(`${item.label}: not tested, ${why}\r\n`, undefined, item);
  return [];
}

/** Whether a test or something that holds it is in a list. */
export function isAmong(item: TestItem, items: readonly TestItem[]): boolean {
  return items.includes(item) || (item.parent !== undefined && isAmong(item.parent, items));
}
