/** Replay on a kernel: a command, and where the kernel answers otherwise as diagnostics. */
import { spawn } from "node:child_process";
import {
  type CancellationToken,
  commands,
  Diagnostic,
  Disposable,
  languages,
  ProgressLocation,
  type TextDocument,
  window,
  workspace,
} from "vscode";
import { toRange } from "./convert.ts";
import { about, activeTrace, isTrace, type TraceServer } from "./language-client.ts";
import { say } from "./notify.ts";
import { type Disagreement, disagreementsIn, notesIn, onlyScenario } from "./replay-output.ts";
import { lineOf, type ScenarioPlace } from "./scenario-actions.ts";

interface Printed {
  readonly isWhole: boolean;
  readonly output: string;
  readonly errors: string;
}

export class Replay extends Disposable {
  readonly #server: TraceServer;
  readonly #program: string;
  readonly #found = languages.createDiagnosticCollection("vgic-replay");
  readonly #details = window.createOutputChannel("vGIC Replay");

  /** @param program the path of the bundled replay command */
  constructor(server: TraceServer, program: string) {
    super(() => {
      registrations.dispose();
      this.#found.dispose();
      this.#details.dispose();
    });
    this.#server = server;
    this.#program = program;
    const registrations = Disposable.from(
      commands.registerCommand("vgic.replay", (place: ScenarioPlace) => this.#replay(lineOf(place))),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (isTrace(document) && contentChanges.length > 0) this.#found.delete(document.uri);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#found.delete(uri)),
    );
    // The command shows where there are processes, which a browser has not.
    void commands.executeCommand("setContext", "vgic.replays", true);
  }

  /** Where a kernel answers a trace differently, or why none could be asked. */
  async disagreements(
    document: TextDocument,
    token: CancellationToken,
  ): Promise<readonly Disagreement[] | string> {
    const printed = await run(this.#program, document.getText().replaceAll("\r\n", "\n"), token);
    if (printed === undefined) return "The replay was cancelled.";
    return printed.isWhole ? disagreementsIn(printed.output) : printed.errors.trim();
  }

  /** @param line of a scenario, to replay it alone */
  async #replay(line: number | undefined): Promise<void> {
    const document = activeTrace()?.document;
    if (document === undefined) {
      void say("information", "Open a vGIC trace to replay it.");
      return;
    }
    const { version } = document;
    const text = await this.#textOf(document, line);
    const printed = await window.withProgress(
      { location: ProgressLocation.Notification, title: "Replaying on a kernel", cancellable: true },
      (_progress, token) => run(this.#program, text, token),
    );
    if (printed === undefined) return;
    this.#details.replace(printed.errors);
    const disagreements = disagreementsIn(printed.output);
    if (document.version !== version) {
      void say("warning", "The trace has changed during the replay: replay it again.");
      return;
    }
    this.#found.set(document.uri, disagreements.map(diagnosticOf));
    await (printed.isWhole ? this.#saySummary(disagreements.length, printed) : this.#sayFailure(printed));
  }

  async #textOf(document: TextDocument, line: number | undefined): Promise<string> {
    const text = document.getText().replaceAll("\r\n", "\n");
    if (line === undefined) return text;
    const known = await this.#server.ask("vgic/scenarios", about(document));
    const only = known?.scenarios.find(({ range }) => range.start.line === line);
    return known === undefined || only === undefined ? text : onlyScenario(text, known.scenarios, only);
  }

  async #saySummary(count: number, { errors }: Printed): Promise<void> {
    const found =
      count === 0
        ? "No disagreement."
        : `${count} disagreement${count === 1 ? "" : "s"}, marked in the trace.`;
    const level = count === 0 ? "information" : "warning";
    await say(level, [found, ...notesIn(errors)].join(" "), { Details: () => this.#details.show(true) });
  }

  async #sayFailure({ errors }: Printed): Promise<void> {
    const reason = notesIn(errors).join(". ") || errors.trim();
    await say("error", `Cannot replay: ${reason}.`, {
      // What to do about it may take several lines: those are for the output.
      Details: () => this.#details.show(true),
      "Choose a Kernel": () => commands.executeCommand("workbench.action.openSettings", "vgic.replay.kernel"),
    });
  }
}

/** Runs the command on a trace; undefined if it is cancelled. */
function run(program: string, trace: string, token: CancellationToken): Promise<Printed | undefined> {
  const kernel = workspace.getConfiguration("vgic").get("replay.kernel", "");
  return new Promise((resolve) => {
    // VS Code's own program is Node when it is asked to be.
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
    const args = kernel === "" ? [program] : [program, kernel];
    const child = spawn(process.execPath, args, { env });
    const cancellation = token.onCancellationRequested(() => child.kill());
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk;
    });
    child.on("error", ({ message }) => {
      errors += message;
    });
    child.on("close", (status) => {
      cancellation.dispose();
      // 1: there are disagreements; 2: something could not be replayed.
      const isWhole = status === 0 || status === 1;
      resolve(token.isCancellationRequested ? undefined : { isWhole, output, errors });
    });
    // A program that ends before it has read all has said why.
    child.stdin.on("error", () => {});
    child.stdin.end(trace);
  });
}

function diagnosticOf({ code, message, range }: Disagreement): Diagnostic {
  const diagnostic = new Diagnostic(toRange(range), message);
  diagnostic.code = code;
  diagnostic.source = "vgic-trace replay";
  return diagnostic;
}
