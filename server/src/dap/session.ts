/** A session of the Debug Adapter Protocol: it goes through one scenario of one trace. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AnalysisOptions } from "../analysis/analysis.ts";
import { Given } from "../config/given.ts";
import { itemAt } from "../syntax/item-at.ts";
import { answersBetween, valueNow } from "./answers.ts";
import { Breakpoints, FILTERS, isSameFile } from "./breakpoints.ts";
import { DebuggedScenario } from "./debugged-scenario.ts";
import { Inspection } from "./inspection.ts";
import { Refusal } from "./refusal.ts";
import { backwards, forwards, type Stop, stopHere } from "./travel.ts";
import { answerWords, scopesOf } from "./variables.ts";
import { settingOperation } from "./what-if.ts";

/** What a session needs of where it runs. */
export interface DebugHost {
  readonly send: (message: DebugProtocol.Response | DebugProtocol.Event) => void;
  /** The text of a trace and what holds for it; undefined if it cannot be read. */
  readonly read: (
    program: string,
  ) => Promise<{ readonly text: string; readonly options: AnalysisOptions } | undefined>;
  /** The session is over. */
  readonly end: () => void;
}

const THREAD = 1;
const FRAME = 1;

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsStepBack: true,
  supportsFunctionBreakpoints: true,
  supportsDataBreakpoints: true,
  supportsSetVariable: true,
  supportsEvaluateForHovers: true,
  supportsGotoTargetsRequest: true,
  supportsBreakpointLocationsRequest: true,
  supportsExceptionInfoRequest: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  exceptionBreakpointFilters: [...FILTERS],
};

type Body = object | undefined;

export class DebugSession {
  readonly #host: DebugHost;
  #sequence = 1;
  #scenario: DebuggedScenario | undefined;
  #program = "";
  #stopOnEntry = false;
  /** What it was launched with. */
  #given = new Given({});
  #isConfigured = false;
  #isRunning = false;
  /** 1 where the client counts lines from 1. */
  #firstLine = 1;
  readonly #breakpoints = new Breakpoints();
  #lastStop: Stop | undefined;
  /** What is shown where the scenario is. */
  #inspection = new Inspection();
  /** Requests are done one after the other, as they came. */
  #queue: Promise<void> = Promise.resolve();

  constructor(host: DebugHost) {
    this.#host = host;
  }

  /** Takes a message of the client's; anything else is ignored. */
  receive(message: unknown): void {
    const request = new Given(message);
    const command = request.text("command");
    if (request.text("type") !== "request" || command === undefined) return;
    this.#queue = this.#queue.then(() => this.#answer(request, command));
  }

  async #answer(request: Given, command: string): Promise<void> {
    const base = { seq: 0, type: "response", request_seq: request.number("seq") ?? 0, command } as const;
    const after: (() => void)[] = [];
    try {
      const body = await this.#do(command, request.object("arguments"), (action) => after.push(action));
      this.#send({ ...base, success: true, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#send({
        ...base,
        success: false,
        message,
        body: {
          error: {
            id: 1,
            format: message.replaceAll("{", "(").replaceAll("}", ")"),
            showUser: command === "launch",
          },
        },
      });
    }
    for (const action of after) action();
  }

  /** Does a request. @param then what follows once it is answered */
  async #do(command: string, given: Given, then: (action: () => void) => void): Promise<Body> {
    switch (command) {
      case "initialize":
        this.#firstLine = given.flag("linesStartAt1") === false ? 0 : 1;
        then(() => this.#event("initialized"));
        return CAPABILITIES;
      case "launch":
        await this.#launch(given);
        then(() => this.#begin());
        return undefined;
      case "restart":
        // The file may be another by now.
        await this.#launch(
          given.object("arguments").text("program") === undefined ? this.#given : given.object("arguments"),
        );
        this.#isRunning = false;
        then(() => this.#begin());
        return undefined;
      case "configurationDone":
        this.#isConfigured = true;
        then(() => this.#begin());
        return undefined;
      case "setBreakpoints":
        return { breakpoints: this.#setLines(given) };
      case "setFunctionBreakpoints": {
        const names = given.list("breakpoints").map((one) => one.text("name") ?? "");
        return { breakpoints: this.#breakpoints.setFunctions(names, this.#scenario) };
      }
      case "setDataBreakpoints": {
        const names = given.list("breakpoints").map((one) => one.text("dataId") ?? "");
        return { breakpoints: this.#breakpoints.setData(names, this.#scenario) };
      }
      case "setExceptionBreakpoints":
        return { breakpoints: this.#breakpoints.setFilters(given.texts("filters")) };
      case "threads":
        return { threads: [{ id: THREAD, name: this.#scenario?.title || "scenario" }] };
      case "disconnect":
      case "terminate":
        then(() => this.#end());
        return undefined;
      default:
        return this.#inScenario(command, given, then, this.#started);
    }
  }

  /** Does a request that needs a scenario. */
  #inScenario(
    command: string,
    given: Given,
    then: (action: () => void) => void,
    scenario: DebuggedScenario,
  ): Body {
    switch (command) {
      case "stackTrace":
        return { stackFrames: [this.#frame(scenario)], totalFrames: 1 };
      case "scopes":
        return { scopes: this.#inspection.scopes(scenario) };
      case "variables":
        return { variables: this.#inspection.variables(given.number("variablesReference")) };
      case "setVariable":
        return this.#setVariable(scenario, given, then);
      case "evaluate":
        return this.#evaluate(scenario, given, then);
      case "answers": {
        const first = this.#lineIn(given, "first") ?? 0;
        const answers = answersBetween(scenario, first, this.#lineIn(given, "last") ?? first);
        return { answers: answers.map(({ line, answer }) => ({ line: line + this.#firstLine, answer })) };
      }
      case "dataBreakpointInfo": {
        const name = given.text("name") ?? "";
        return this.#inspection.dataBreakpoint(scenario, given.number("variablesReference"), name);
      }
      case "exceptionInfo":
        return this.#exceptionInfo();
      case "breakpointLocations": {
        const first = this.#lineIn(given, "line") ?? 0;
        const lines = scenario.linesWithOperations(first, this.#lineIn(given, "endLine") ?? first);
        return { breakpoints: lines.map((line) => ({ line: line + this.#firstLine })) };
      }
      case "next":
      case "stepIn":
        then(() => this.#step(scenario));
        return undefined;
      case "stepOut":
        then(() => this.#goTo(scenario, scenario.length, "step"));
        return undefined;
      case "stepBack":
        then(() => this.#goTo(scenario, Math.max(scenario.position - 1, 0), "step"));
        return undefined;
      case "continue":
        then(() => this.#continue(scenario));
        return { allThreadsContinued: true };
      case "reverseContinue":
        then(() =>
          this.#stopped(scenario, backwards(scenario, this.#breakpoints.waiting(scenario)), "entry"),
        );
        return undefined;
      case "pause":
        then(() => this.#stopped(scenario, undefined, "pause"));
        return undefined;
      case "gotoTargets":
        return { targets: this.#gotoTargets(scenario, given) };
      case "goto":
        then(() => this.#goTo(scenario, given.number("targetId") ?? 0, "goto"));
        return undefined;
      default:
        throw new Refusal(`there is no request \`${command}\``);
    }
  }

  async #launch(given: Given): Promise<void> {
    const program = given.text("program");
    if (program === undefined) throw new Refusal("`program` is missing: the path of the trace to go through");
    const read = await this.#host.read(program);
    if (read === undefined) throw new Refusal(`${program} cannot be read as a trace`);
    const scenario = DebuggedScenario.open(read.text, given.text("scenario"), read.options);
    if (typeof scenario === "string") throw new Refusal(`${program}: ${scenario}`);
    this.#given = given;
    this.#scenario = scenario;
    this.#program = program;
    this.#stopOnEntry = given.flag("stopOnEntry") ?? false;
    // Breakpoints that came before could not be placed yet.
    for (const placed of this.#breakpoints.place(scenario))
      this.#event("breakpoint", { reason: "changed", breakpoint: this.#toClient(placed) });
  }

  get #started(): DebuggedScenario {
    if (this.#scenario === undefined) throw new Refusal("nothing runs: `launch` comes first");
    return this.#scenario;
  }

  #begin(): void {
    const scenario = this.#scenario;
    if (scenario === undefined || !this.#isConfigured || this.#isRunning) return;
    this.#isRunning = true;
    if (this.#stopOnEntry) {
      this.#stopped(scenario, undefined, "entry");
      return;
    }
    const stop = stopHere(scenario, this.#breakpoints.waiting(scenario));
    if (stop === undefined) this.#continue(scenario);
    else this.#stopped(scenario, stop, "entry");
  }

  #continue(scenario: DebuggedScenario): void {
    const stop = forwards(scenario, this.#breakpoints.waiting(scenario));
    if (stop === undefined) this.#event("terminated");
    else this.#stopped(scenario, stop, "step");
  }

  /** After the last operation there is its state to look at, and one more step ends the session. */
  #step(scenario: DebuggedScenario): void {
    if (scenario.position === scenario.length) {
      this.#event("terminated");
      return;
    }
    this.#goTo(scenario, scenario.position + 1, "step");
    this.#tell(scenario, scenario.position - 1);
  }

  #goTo(scenario: DebuggedScenario, position: number, reason: string): void {
    scenario.moveTo(Math.min(Math.max(position, 0), scenario.length));
    this.#stopped(scenario, undefined, reason);
  }

  /** Says that it has stopped; without a stop that was waited for, for another reason. */
  #stopped(scenario: DebuggedScenario, stop: Stop | undefined, without: string): void {
    this.#lastStop = stop;
    this.#inspection = new Inspection();
    const isAtEnd = scenario.position === scenario.length;
    const text = stop?.text ?? (isAtEnd ? "the end of the scenario" : undefined);
    this.#event("stopped", {
      reason: stop?.reason ?? without,
      threadId: THREAD,
      allThreadsStopped: true,
      ...(text === undefined ? {} : { description: text, text }),
    });
  }

  /** Prints what an operation did. */
  #tell(scenario: DebuggedScenario, operation: number): void {
    const failure = scenario.failure(operation);
    const where = scenario.isTried(operation) ? "tried" : `line ${scenario.lineInFile(operation) + 1}`;
    const said = `${where}: ${scenario.textOf(operation)} → ${answerWords(scenario, operation)}\n`;
    this.#event("output", {
      category: failure === undefined ? "stdout" : "stderr",
      output: failure === undefined ? said : `${said}  ${failure}\n`,
      source: this.#source,
      line: scenario.lineInFile(operation) + this.#firstLine,
    });
  }

  #setLines(given: Given): DebugProtocol.Breakpoint[] {
    const lines = given.list("breakpoints").map((one) => one.number("line"));
    const path = given.object("source").text("path");
    // An editor sends the breakpoints in every file that it has some in.
    if (this.#scenario !== undefined && path !== undefined && !isSameFile(path, this.#program))
      return lines.map((line) => ({ verified: false, line, message: "another trace is gone through" }));
    const asked = lines.flatMap((line) => (line === undefined ? [] : [line - this.#firstLine]));
    return this.#breakpoints.setLines(asked, this.#scenario).map((one) => this.#toClient(one));
  }

  #toClient(breakpoint: DebugProtocol.Breakpoint): DebugProtocol.Breakpoint {
    const { verified, line } = breakpoint;
    return {
      ...breakpoint,
      ...(line === undefined ? {} : { line: line + this.#firstLine }),
      ...(verified ? { source: this.#source } : {}),
    };
  }

  get #source(): DebugProtocol.Source {
    return { name: this.#program.split(/[/\\]/).at(-1), path: this.#program };
  }

  #frame(scenario: DebuggedScenario): DebugProtocol.StackFrame {
    const { position, length, title } = scenario;
    const isAtEnd = position === length;
    return {
      id: FRAME,
      name: `${title || "scenario"}${isAtEnd ? " (at its end)" : ""}`,
      source: this.#source,
      line: scenario.lineInFile(position) + this.#firstLine,
      column: this.#firstLine,
    };
  }

  /** What would follow if it were so: the operation that makes it so is done here, in the copy of the trace. */
  #setVariable(scenario: DebuggedScenario, given: Given, then: (action: () => void) => void): Body {
    const name = given.text("name") ?? "";
    const value = given.text("value") ?? "";
    const shown = this.#inspection.shown(given.number("variablesReference"));
    const sets = shown.find((one) => one.name === name)?.sets;
    if (sets === undefined) throw new Refusal(`${name} cannot be set`);
    if (sets.what === "operation") {
      const problem = scenario.replaceNext(value);
      if (problem !== undefined) throw new Refusal(problem);
      then(() => this.#invalidated());
      return { value };
    }
    const operation = settingOperation(itemAt(scenario.vgics, 0), sets.section, sets.row, value);
    if (typeof operation !== "string") throw new Refusal(operation.reason);
    this.#tryOut(scenario, operation, then);
    const section = scopesOf(scenario)
      .find((scope) => scope.name.endsWith("(declared)"))
      ?.parts?.find((one) => one.name === sets.section);
    return { value: section?.parts?.find((one) => one.name === sets.row)?.value ?? value };
  }

  #tryOut(scenario: DebuggedScenario, operation: string, then: (action: () => void) => void): void {
    const problem = scenario.tryOut(operation);
    if (problem !== undefined) throw new Refusal(problem);
    then(() => {
      this.#tell(scenario, scenario.position - 1);
      this.#invalidated();
    });
  }

  /** Where the scenario is has changed under the client's feet: it asks again. */
  #invalidated(): void {
    if (this.#scenario !== undefined) this.#stopped(this.#scenario, undefined, "step");
  }

  /** A value, or in the console an operation to try. */
  #evaluate(scenario: DebuggedScenario, given: Given, then: (action: () => void) => void): Body {
    const expression = (given.text("expression") ?? "").trim();
    const value = valueNow(scenario, expression);
    if (value !== undefined) return { result: value, variablesReference: 0 };
    if (given.text("context") !== "repl")
      throw new Refusal(`\`${expression}\` is no register and no interrupt`);
    this.#tryOut(scenario, expression, then);
    return { result: answerWords(scenario, scenario.position - 1), variablesReference: 0 };
  }

  #exceptionInfo(): Body {
    const text = this.#lastStop?.reason === "exception" ? this.#lastStop.text : "nothing is wrong here";
    return { exceptionId: "vGIC trace", description: text, breakMode: "always" };
  }

  #gotoTargets(scenario: DebuggedScenario, given: Given): DebugProtocol.GotoTarget[] {
    const operation = scenario.operationFrom(this.#lineIn(given, "line") ?? 0);
    if (operation === undefined) return [];
    const line = scenario.lineInFile(operation);
    return [{ id: operation, label: `line ${line + 1}`, line: line + this.#firstLine }];
  }

  /** A line that the client names, counted from 0. */
  #lineIn(given: Given, name: string): number | undefined {
    const line = given.number(name);
    return line === undefined ? undefined : line - this.#firstLine;
  }

  #end(): void {
    this.#event("terminated");
    this.#host.end();
  }

  #event(event: string, body?: object): void {
    this.#send({ seq: 0, type: "event", event, ...(body === undefined ? {} : { body }) });
  }

  #send(message: DebugProtocol.Response | DebugProtocol.Event): void {
    this.#host.send({ ...message, seq: this.#sequence++ });
  }
}
