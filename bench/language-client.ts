/** A language server as a process with one open document, and how long it takes to answer. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  createProtocolConnection,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

export interface OpenedDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
}

/** A character to be replaced by another. */
export interface Edit {
  readonly line: number;
  readonly character: number;
  readonly text: string;
}

/** What the client can take: the server pushes its diagnostics, and says which version they are for. */
const capabilities = {
  textDocument: {
    synchronization: {},
    publishDiagnostics: { versionSupport: true, relatedInformation: true },
    hover: { contentFormat: ["markdown"] },
    completion: {},
    codeLens: {},
    semanticTokens: {
      requests: { full: { delta: true } },
      tokenTypes: ["keyword", "number", "string", "comment", "operator", "variable", "property", "function"],
      tokenModifiers: [],
      formats: ["relative"],
    },
  },
};

export class LanguageClient {
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #uri: string;
  #version = 1;
  #published: (version: number | undefined) => void = () => {};

  private constructor({ command, args }: Program, uri: string) {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
    this.#process = child;
    this.#uri = uri;
    this.#connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.#connection.onNotification(PublishDiagnosticsNotification.type, ({ uri: of, version }) => {
      if (of === this.#uri) this.#published(version);
    });
    this.#connection.listen();
  }

  /** Starts a server, opens a document, and waits for its diagnostics. */
  static async open(program: Program, { uri, languageId, text }: OpenedDocument): Promise<LanguageClient> {
    const client = new LanguageClient(program, uri);
    await client.#connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities,
    });
    await client.#connection.sendNotification("initialized", {});
    const diagnosed = client.diagnosed();
    await client.#connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: client.#version, text },
    });
    await diagnosed;
    return client;
  }

  /** Resolves when diagnostics of the version at hand are published. */
  diagnosed(): Promise<void> {
    return new Promise((resolve) => {
      this.#published = (version) => {
        if (version === this.#version) resolve();
      };
    });
  }

  /** Sends an edit; resolves when its diagnostics are published. */
  edit({ line, character, text }: Edit): Promise<void> {
    this.#version++;
    const diagnosed = this.diagnosed();
    void this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [
        { range: { start: { line, character }, end: { line, character: character + 1 } }, text },
      ],
    });
    return diagnosed;
  }

  /** Sends a request about the document; resolves with its result. */
  request(method: string, params: object = {}): Promise<unknown> {
    return this.#connection.sendRequest(method, { textDocument: { uri: this.#uri }, ...params });
  }

  stop(): void {
    this.#connection.dispose();
    this.#process.kill();
  }
}

/** The milliseconds until a promise resolves. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
