/** What the VS Code extension asks beyond the protocol: each an answer of the analysis. */

import {
  type CancellationToken,
  type Connection,
  DiagnosticSeverity,
  ParameterStructures,
  RequestType,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { redeclare } from "../analysis/actions/redeclare.ts";
import { type Analysis, AnalysisRun } from "../analysis/analysis.ts";
import { coverageSentences } from "../analysis/compat/coverage.ts";
import { compatView } from "../analysis/compat/view.ts";
import { hostRows } from "../analysis/kernels/hosts.ts";
import { diagnosticsBetween, scenarioAt } from "../analysis/place.ts";
import { reproduction, runText } from "../analysis/run-text.ts";
import { alikeTogether, stateView } from "../analysis/state/state-view.ts";
import { failureOf, type ScenarioVerdicts, UNTESTED_WORDS, verdicts } from "../analysis/verdicts.ts";
import { diffTraces } from "../diff/diff.ts";
import { diffMarkdown } from "../diff/markdown.ts";
import { hostId, labelOf, sameVariant, shortName } from "../evaluate/variant.ts";
import { exportKselftest } from "../export/kselftest.ts";
import {
  isManager,
  MANAGER_ABOUT,
  MANAGER_FORMS,
  MANAGER_NAMES,
  type Manager,
  managerVersion,
} from "../program/manager.ts";
import { reducing } from "../reduce/reduce.ts";
import type { Found } from "../rules/found.ts";
import { hostMessage } from "../rules/problem-words.ts";
import { variantWords } from "../rules/words.ts";
import { TimelineRun } from "../timeline/timeline-run.ts";
import { type Host, type HostProblem, parseHost } from "../vgic/kernels/hosts.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import { Asked } from "./asked.ts";
import { Content } from "./content.ts";
import { OpenTrace } from "./documents.ts";
import { refresh } from "./following.ts";
import { importInto, importLog } from "./import-log.ts";
import { checkParameters, type Needed, refusal, uriIn } from "./parameters.ts";
import type { Compat, Edit, Failure, Hosts, Log, Requests, Scenario, Scenarios } from "./protocol.ts";
import { about, aboutAll, cancelled, inPieces, stretch } from "./requests.ts";
import type { Session } from "./session.ts";
import type { WorkspaceDiagnostics } from "./workspace-diagnostics.ts";

type Method = keyof Requests;
/** What needs everything that can be known of a trace. */
type About = Exclude<
  Method,
  "vgic/checkWorkspace" | "vgic/evaluateAs" | "vgic/import" | "vgic/scenariosOnDisk"
>;

/** How many operations of a timeline are done until other requests come in between. */
const TIMELINE_BIT = 500;

/** Registers a handler for each. */
export function registerVgicRequests(
  connection: Connection,
  current: () => Session,
  workspace: () => WorkspaceDiagnostics,
): void {
  function on<M extends About>(
    method: M,
    needed: readonly Needed<Requests[M]["params"]>[],
    answer: (
      asked: Asked,
      params: Requests[M]["params"],
      goOn: () => Promise<void>,
    ) => Requests[M]["result"] | Promise<Requests[M]["result"]>,
  ): void {
    handle(method, aboutAll<Requests[M]["params"], Requests[M]["result"]>(current, needed, answer));
  }
  function handle<M extends Method>(
    method: M,
    handler: (
      params: Requests[M]["params"],
      token: CancellationToken,
    ) => Requests[M]["result"] | Promise<Requests[M]["result"]>,
  ): void {
    // By name alone: parameters by position would be handed over as as many arguments as there are.
    const type = new RequestType<Requests[M]["params"], unknown, void>(method, ParameterStructures.byName);
    connection.onRequest(type, handler);
  }

  on("vgic/scenarios", [], scenariosOf);
  on("vgic/scenariosOn", ["host"], scenariosOn);
  handle("vgic/scenariosOnDisk", (params, token) => scenariosOnDisk(current(), uriIn(params), token));
  on(
    "vgic/run",
    ["position", "variant"],
    (asked, { position, variant }) => runText(known(asked), position.line, variant) ?? null,
  );
  on(
    "vgic/reproduction",
    ["position"],
    (asked, { position }) => reproduction(known(asked), position.line) ?? null,
  );
  on("vgic/reduce", ["position", "code"], async (asked, { position, code }, goOn) => {
    const { document, program } = known(asked);
    const attempts = reducing(document.text, { code, line: position.line }, program.header.hosts);
    for (;;) {
      const { done, value } = attempts.next();
      if (done) return typeof value === "string" ? { refusal: value } : { trace: value.text };
      await goOn();
    }
  });
  on("vgic/kselftest", ["position"], (asked, { position }) => {
    const analysis = known(asked);
    const placed = scenarioAt(analysis, position.line);
    if (placed === undefined || placed.evaluation.scenario.operations.length === 0) {
      return { refusal: "There is no operation here to make a test of." };
    }
    const { firstLine, evaluation } = placed;
    const wrong = diagnosticsBetween(
      analysis,
      firstLine,
      firstLine + evaluation.scenario.lines.length - 1,
    ).filter(({ severity }) => severity === "error");
    const [first] = wrong;
    if (first !== undefined) {
      return { refusal: `The scenario has errors, the first on line ${first.range.start.line + 1}.` };
    }
    const name = asked.trace.uri.replace(/^.*[/:]/, "");
    const { text, leftOut } = exportKselftest({ name, scenarios: [placed] });
    return { test: text, leftOut: leftOut.length };
  });
  on("vgic/state", ["position"], (asked, { position }) => {
    const state = stateView(known(asked), position.line);
    if (state === undefined) return null;
    return { variants: state.ids.map(shortName), sections: alikeTogether(state.sections) };
  });
  on("vgic/timeline", ["position"], async (asked, { position }, goOn) => {
    const analysis = known(asked);
    const placed = scenarioAt(analysis, position.line);
    if (placed === undefined) return null;
    const { firstLine, evaluation } = placed;
    const lastLine = firstLine + evaluation.scenario.lines.length - 1;
    const run = new TimelineRun(analysis, placed);
    for (;;) {
      const timeline = run.advance(TIMELINE_BIT);
      if (timeline !== undefined) return { firstLine, lastLine, timeline };
      await goOn();
    }
  });
  on("vgic/redeclare", ["position"], (asked, { position, revision }) =>
    redeclare(known(asked), position.line, checked(revision)).map(
      ({ range, text }): Edit => ({
        range: asked.session.positions.rangeToClient(asked.trace.document, range),
        newText: text,
      }),
    ),
  );
  handle(
    "vgic/evaluateAs",
    about(current, [], ({ session, trace }, { revision }: Requests["vgic/evaluateAs"]["params"]) => {
      session.views.set(trace.uri, revision === undefined ? undefined : checked(revision));
      refresh(session);
      return null;
    }),
  );
  on("vgic/compat", ["position", "from", "to", "by", "back"], compatOf);
  on("vgic/diff", ["path", "before"], ({ session, trace }, { path, before }) => {
    const options = session.optionsOf(trace.uri);
    const after = { path, text: trace.document.text, options };
    return diffMarkdown(diffTraces([{ before: { path, text: before, options }, after }]));
  });
  on("vgic/importInto", ["position", "text"], (asked, { position, text }) =>
    importInto(known(asked), position.line, text),
  );
  handle("vgic/import", (log, token) => {
    const { machine } = current();
    checkParameters<Log>(log, ["name", "text", "head"]);
    return importLog(machine.files, log, token);
  });
  on("vgic/hosts", [], (asked): Hosts => {
    const named = Array.from(known(asked).program.header.hosts, ([name, host]) => ({
      name,
      kernels: host.name,
      isNamed: true,
    }));
    const kernels = hostRows().flatMap(({ example, kernels }) =>
      example ? [{ name: example, kernels, isNamed: false }] : [],
    );
    return {
      hosts: [...named, ...kernels],
      managers: MANAGER_NAMES.map((name) => ({ name, about: MANAGER_ABOUT[name] })),
    };
  });
  handle("vgic/checkWorkspace", async (_params, token) => {
    await current().ready;
    const checked = { files: 0, errors: 0, warnings: 0 };
    const take = (report: WorkspaceDocumentDiagnosticReport): void => {
      if (report.kind !== "full") return;
      checked.files++;
      for (const { severity } of report.items) {
        if (severity === DiagnosticSeverity.Error) checked.errors++;
        if (severity === DiagnosticSeverity.Warning) checked.warnings++;
      }
    };
    const progress = connection.window.attachWorkDoneProgress(undefined);
    await workspace().report({ previousResultIds: [] }, take, token, progress);
    return checked;
  });
}

function known({ session, trace }: Asked): Analysis {
  return session.known(trace).analysis;
}

/** A revision that there is. */
function checked(revision: number): number {
  if (REVISIONS.some((one) => one === revision)) return revision;
  throw refusal(`\`revision\` is none of ${REVISIONS.join(", ")}`);
}

/** A kernel, or a name that the trace's configuration gives one. */
function hostNamed(name: string, asked: Asked): Host | HostProblem {
  return known(asked).program.header.hosts.get(name) ?? parseHost(name);
}

function scenariosOf(asked: Asked): Scenarios {
  return {
    scenarios: verdicts(known(asked)).map((one) => scenarioOf(asked, one)),
    evaluatedAs: asked.session.views.revision(asked.uri),
    revisions: REVISIONS,
  };
}

async function scenariosOnDisk(
  session: Session,
  uri: string,
  token: CancellationToken,
): Promise<Scenarios | null> {
  await session.ready;
  const text = await session.machine.files.read(uri);
  if (text === undefined) return null;
  await session.settings.readChecks(uri);
  const trace = new OpenTrace(uri, 0, Content.of(text, session.documents.cache));
  await inPieces(() => {
    if (token.isCancellationRequested) throw cancelled();
    return session.advance(trace, stretch);
  });
  return scenariosOf(new Asked(session, trace));
}

/** The scenarios of a trace compared with a host alone, and how they go there. */
async function scenariosOn(
  asked: Asked,
  { host: name }: Requests["vgic/scenariosOn"]["params"],
  goOn: () => Promise<void>,
): Promise<Scenario[]> {
  const host = hostNamed(name, asked);
  if (typeof host === "string") throw refusal(hostMessage(name, host));
  const { document, options } = known(asked);
  const run = new AnalysisRun(document, { ...options, compare: { revisions: [], hosts: [host] } }, undefined);
  for (;;) {
    const analysis = run.advance();
    if (analysis === undefined) {
      await goOn();
      continue;
    }
    return verdicts(analysis).map((scenario) => {
      // Where the scenario declares this host, how it goes by itself is how it goes there.
      const there = scenario.verdicts.find(({ variant }) => sameVariant(variant, hostId(host)));
      const own = scenario.verdicts.filter(({ standing }) => standing !== undefined);
      return scenarioOf(asked, { ...scenario, verdicts: there === undefined ? own : [there] });
    });
  }
}

/** The scenario on a line, migrated by every VMM. Other requests come in between two of them. */
async function compatOf(
  asked: Asked,
  { position, from: source, to: destination, by, back }: Requests["vgic/compat"]["params"],
  goOn: () => Promise<void>,
): Promise<Requests["vgic/compat"]["result"]> {
  const [from, to, chosen] = [hostNamed(source, asked), hostNamed(destination, asked), managerVersion(by)];
  if (typeof from === "string") return { refusal: hostMessage(source, from) };
  if (typeof to === "string") return { refusal: hostMessage(destination, to) };
  if (chosen === undefined || !isManager(by)) {
    return { refusal: `\`${by}\` is no VMM that is known: write ${MANAGER_FORMS}` };
  }
  const { session, trace } = asked;
  const analysis = known(asked);
  const managers: Compat["managers"][number][] = [];
  let [setup, firstLine] = ["", 0];
  for (const manager of new Set<Manager>([...MANAGER_NAMES, by])) {
    const request = { from, to, by: manager, back, allowDefaultRevision: false };
    const view = compatView(analysis, position.line, request);
    if (view === undefined) return null;
    ({ setup, firstLine } = view);
    managers.push({
      by: manager,
      about: MANAGER_ABOUT[managerVersion(manager)?.name ?? chosen.name],
      migrations: view.migrations,
      verdict: view.verdict,
      noticed: view.noticed.map(({ shownAt: _shownAt, range, ...words }) => ({
        ...words,
        range: session.positions.rangeToClient(trace.document, range),
      })),
    });
    await goOn();
  }
  return { firstLine, setup, managers, coverage: coverageSentences([from, to]) };
}

function scenarioOf({ session, trace }: Asked, scenario: ScenarioVerdicts): Scenario {
  const { title, range, lastLine, untested, verdicts } = scenario;
  const toClient = (one: typeof range) => session.positions.rangeToClient(trace.document, one);
  return {
    title,
    range: toClient(range),
    lastLine,
    untested: untested && { why: UNTESTED_WORDS[untested], isError: untested === "undeclared" },
    verdicts: verdicts.map(({ variant, standing, errors, differences, incomplete }) => {
      const failures = (all: readonly Found[]): Failure[] =>
        all.map((one) => {
          const { code: _code, ...failure } = failureOf(one, variant);
          return { ...failure, range: toClient(failure.range) };
        });
      return {
        label: labelOf(variant),
        name: variantWords([variant]),
        shortName: shortName(variant),
        standing,
        isOwn: standing !== undefined && standing !== "viewed",
        errors: failures(errors),
        differences: failures(differences),
        incomplete: incomplete && UNTESTED_WORDS[incomplete],
      };
    }),
  };
}
