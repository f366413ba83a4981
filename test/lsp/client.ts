/** A client of the language server: it starts the built one as a process and speaks to it over its pipes. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";

/** Tests and fuzzers run in the folder of the project; the latter are bundled to somewhere else. */
const command = path.resolve("dist/vgic-trace.js");

/** A message of the server's, as it came. */
export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  // What a message holds is for the test that asked for it to say.
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What the client offers, and how it answers what the server asks for. */
export interface ClientOptions {
  readonly capabilities?: object;
  readonly initializationOptions?: object;
  /** Addresses of the folders that are open. */
  readonly folders?: readonly string[];
  readonly answers?: Readonly<Record<string, (params: unknown) => unknown>>;
}

const patience = 20_000;

export class Client {
  readonly process: ChildProcessWithoutNullStreams;
  /** Every notification so far. */
  readonly notifications: Message[] = [];
  /** Every request of the server's so far. */
  readonly requests: Message[] = [];
  #buffer = Buffer.alloc(0);
  #nextId = 1;
  readonly #waiting = new Map<number | string, (message: Message) => void>();
  readonly #watching = new Set<() => void>();
  #errors = "";
  readonly #answers: Readonly<Record<string, (params: unknown) => unknown>>;

  private constructor(answers: ClientOptions["answers"] = {}) {
    this.#answers = answers;
    this.process = spawn(process.execPath, [command, "server", "--stdio"]);
    this.process.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    this.process.stderr.on("data", (chunk: Buffer) => {
      this.#errors += chunk;
    });
    this.process.on("exit", (code) => {
      const message = `the server ended with status ${code}: ${this.#errors.slice(-2000)}`;
      for (const answer of this.#waiting.values()) answer({ error: { code: 0, message } });
    });
  }

  /** Starts a server and introduces itself to it. */
  static async start(options: ClientOptions = {}): Promise<Client> {
    const client = new Client(options.answers);
    const workspaceFolders = options.folders?.map((uri) => ({ uri, name: uri })) ?? null;
    await client.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders,
      capabilities: options.capabilities ?? {},
      initializationOptions: options.initializationOptions,
    });
    client.notify("initialized", {});
    return client;
  }

  /** A server to which nothing was said yet. */
  static raw(): Client {
    return new Client();
  }

  /** The result of a request; an error answer is thrown. */
  async request(method: string, params: unknown): Promise<unknown> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message} (${error.code})`);
    return result;
  }

  /** The whole answer to a request, whatever it is. */
  ask(method: string, params: unknown): Promise<Message> {
    return this.post(method, params).answer;
  }

  /** Sends a request; `id` is for cancelling it. */
  post(method: string, params: unknown): { readonly id: number; readonly answer: Promise<Message> } {
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), patience);
      this.#waiting.set(id, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
    this.#send({ id, method, params });
    return { id, answer };
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** Sends bytes as they are. */
  write(text: string): void {
    this.process.stdin.write(text);
  }

  /** The first notification of a method, or request of the server's, that fits; already there or still to come. */
  async next(method: string, fits: (params: unknown) => boolean = () => true): Promise<unknown> {
    const found = (): Message | undefined =>
      [...this.notifications, ...this.requests].find((one) => one.method === method && fits(one.params));
    await this.until(() => found() !== undefined, method);
    return found()?.params;
  }

  /** Waits until something holds; it is looked at whenever the server says anything. */
  until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`still no ${what}`)), patience);
      const look = (): void => {
        if (!holds()) return;
        this.#watching.delete(look);
        clearTimeout(timer);
        resolve();
      };
      this.#watching.add(look);
      look();
    });
  }

  /** Ends the server as the protocol has it; gives its exit status. */
  async stop(): Promise<number | null> {
    await this.request("shutdown", undefined);
    const exit = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
    this.notify("exit", undefined);
    return exit;
  }

  // Opening and editing

  open(uri: string, text: string, version = 1): void {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "vgic", version, text } });
  }

  edit(uri: string, version: number, ...contentChanges: object[]): void {
    this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): void {
    this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) break;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString("latin1", 0, head))?.[1]);
      const end = head + 4 + length;
      if (this.#buffer.length < end) break;
      const message: Message = JSON.parse(this.#buffer.toString("utf8", head + 4, end));
      this.#buffer = this.#buffer.subarray(end);
      this.#receive(message);
    }
    for (const look of [...this.#watching]) look();
  }

  async #answer(id: number | string, method: string, params: unknown): Promise<void> {
    try {
      const result = (await this.#answers[method]?.(params)) ?? null;
      this.#send({ id, result });
    } catch (error) {
      this.#send({ id, error: { code: -32603, message: String(error) } });
    }
  }

  #receive(message: Message): void {
    const { id, method } = message;
    if (method === undefined) {
      if (id !== undefined) this.#waiting.get(id)?.(message);
      return;
    }
    if (id === undefined) {
      this.notifications.push(message);
      return;
    }
    this.requests.push(message);
    void this.#answer(id, method, message.params);
  }
}
