/** How tests are reported: a scenario under a revision or host, or migrated. */
import { Location, type TestItem, TestMessage, type TestRun } from "vscode";
import type { Compat, Failure, Scenario, Verdict } from "../../server/src/lsp/protocol.ts";
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
  { verdicts, isTested }: Scenario,
  { included, excluded }: Selected,
  isWanted: (verdict: Verdict) => boolean,
): void {
  let tested = false;
  for (const verdict of isTested ? verdicts : []) {
    const item = test.children.get(`${test.id}#${verdict.label}`);
    if (item === undefined || isAmong(item, excluded) || !isAmong(item, included)) continue;
    // One that was asked for by itself is always wanted.
    if (!isWanted(verdict) && !included.includes(item)) continue;
    tested = true;
    reportVerdict(run, item, `${test.label} (${verdict.name})`, verdict);
  }
  if (tested || !isAmong(test, included)) return;
  skip(run, test, isTested ? "it does not run under the revision that was asked for" : "it has no operation");
}

/** Reports how a scenario went on a host. */
export function reportHost(run: TestRun, test: TestItem, scenario: Scenario | undefined, host: string): void {
  const [verdict] = scenario?.isTested === true ? scenario.verdicts : [];
  if (verdict === undefined) skip(run, test, "it has no operation");
  else reportVerdict(run, test, `${test.label} (on ${host})`, verdict);
}

function reportVerdict(run: TestRun, item: TestItem, name: string, verdict: Verdict): void {
  run.started(item);
  run.appendOutput(`${name}: ${outcomeText(verdict)}\r\n`, undefined, item);
  for (const { range, message } of verdict.differences) {
    run.appendOutput(`  line ${range.start.line + 1} differs: ${message}\r\n`, undefined, item);
  }
  if (verdict.errors.length === 0) run.passed(item);
  else run.failed(item, messagesOf(item, verdict.errors));
}

/** Reports what the guest of a scenario can notice of a migration by a VMM. */
export function reportMigration(
  run: TestRun,
  test: TestItem,
  name: string,
  result: Compat["managers"][number],
): void {
  if (result.migrations === 0) {
    skip(run, test, result.verdict);
    return;
  }
  run.started(test);
  run.appendOutput(`${test.label} (${name}): ${result.verdict}\r\n`, undefined, test);
  if (result.noticed.length === 0) run.passed(test);
  else run.failed(test, messagesOf(test, result.noticed));
}

/** Reports where a kernel answered a scenario differently. */
export function reportReplay(
  run: TestRun,
  test: TestItem,
  { range, lastLine }: Scenario,
  found: readonly Failure[],
): void {
  const own = found.filter(
    ({ range: { start } }) => start.line >= range.start.line && start.line <= lastLine,
  );
  run.started(test);
  if (own.length === 0) run.passed(test);
  else run.failed(test, messagesOf(test, own));
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

/** What was not tested is neither passed nor failed. */
export function skip(run: TestRun, item: TestItem, why: string): void {
  run.skipped(item);
  run.appendOutput(`${item.label}: not tested, ${why}\r\n`, undefined, item);
}

/** Whether a test or something that holds it is in a list. */
export function isAmong(item: TestItem, items: readonly TestItem[]): boolean {
  return items.includes(item) || (item.parent !== undefined && isAmong(item.parent, items));
}
