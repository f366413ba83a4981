/** A client of the debugger: it starts the built one as a process and speaks the Debug Adapter Protocol to it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Given } from "../../server/src/config/given.ts";
import { FrameReader, framed } from "../../server/src/dap/framing.ts";
import { entry } from "../cli/command.ts";

const patience = 20_000;

export interface Answer {
  readonly success: boolean;
  readonly message?: string;
  readonly body: Given;
}

export class DapClient {
  readonly process: ChildProcessWithoutNullStreams;
  /** Every event so far. */
  readonly events: { readonly event: string; readonly body: Given }[] = [];
  readonly ended: Promise<number | null>;
  #sequence = 1;
  #taken = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #watching = new Set<() => void>();

  constructor() {
    this.process = spawn(process.execPath, [entry, "debug", "--stdio"]);
    const reader = new FrameReader();
    this.process.stdout.on("data", (piece: Buffer) => {
      for (const message of reader.take(piece)) this.#take(new Given(message));
    });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
  }

  /** The answer to a request, whether it succeeded or not. */
  ask(command: string, args: object = {}): Promise<Answer> {
    const seq = this.#sequence++;
    this.process.stdin.write(framed({ seq, type: "request", command, arguments: args }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${command}`)), patience);
      this.#waiting.set(seq, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** The body of the answer to a request that must succeed. */
  async request(command: string, args: object = {}): Promise<Given> {
    const { success, message, body } = await this.ask(command, args);
    if (!success) throw new Error(`${command}: ${message}`);
    return body;
  }

  /** The next event of a kind, after those that were taken before. */
  async next(event: string): Promise<Given> {
    for (;;) {
      for (; this.#taken < this.events.length; ) {
        const one = this.events[this.#taken++];
        if (one.event === event) return one.body;
      }
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no event ${event}`)), patience);
        const watch = () => {
          clearTimeout(timer);
          this.#watching.delete(watch);
          resolve();
        };
        this.#watching.add(watch);
      });
    }
  }

  /** Does something after which it stops. @returns why, and on which line */
  async stopsAfter(command: string, args: object = { threadId: 1 }): Promise<string> {
    await this.request(command, args);
    return this.where(await this.next("stopped"));
  }

  async where(stopped: Given): Promise<string> {
    const [frame] = (await this.request("stackTrace", { threadId: 1 })).list("stackFrames");
    return `${stopped.text("reason")} at line ${frame.number("line")}`;
  }

  /** The variables of a scope, or of what stands in it under some names. */
  async variables(scope: string, ...names: string[]): Promise<Readonly<Record<string, string>>> {
    const found = await this.reference(scope, ...names);
    const list = (await this.request("variables", { variablesReference: found })).list("variables");
    return Object.fromEntries(list.map((one) => [one.text("name"), one.text("value")]));
  }

  async reference(scope: string, ...names: string[]): Promise<number> {
    const scopes = (await this.request("scopes", { frameId: 1 })).list("scopes");
    let at = scopes.find((one) => one.text("name") === scope);
    for (const name of names) {
      const inside = await this.request("variables", {
        variablesReference: at?.number("variablesReference"),
      });
      at = inside.list("variables").find((one) => one.text("name") === name);
    }
    const reference = at?.number("variablesReference");
    if (reference === undefined) {
      throw new Error(
        `no ${[scope, ...names].join(" > ")} among ${scopes.map((one) => one.text("name")).join(", ")}`,
      );
    }
    return reference;
  }

  #take(message: Given): void {
    const body = message.object("body");
    if (message.text("type") === "event") {
      this.events.push({ event: message.text("event") ?? "", body });
      for (const watch of [...this.#watching]) watch();
      return;
    }
    const success = message.flag("success") === true;
    this.#waiting.get(message.number("request_seq") ?? 0)?.({
      success,
      message: message.text("message"),
      body,
    });
  }
}
