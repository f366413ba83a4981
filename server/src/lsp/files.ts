/** Traces on disk, as far as the machine lets the server see any. */
import type { Checks } from "../config/configuration.ts";
import type { ByteSource } from "../import/byte-source.ts";

/** A trace in a folder of the workspace. */
export interface TraceFile {
  readonly uri: string;
  /** Changes whenever the content does. */
  readonly stamp: string;
}

export interface Files {
  /** The traces in a folder and those in it; none where it cannot be read. */
  traces(folder: string): Promise<readonly TraceFile[]>;
  /** The text of a trace; undefined if it cannot be read as one. */
  read(uri: string): Promise<string | undefined>;
  /** Hands the bytes of a file to a reader that takes them from anywhere; undefined if it cannot be read. */
  bytes<T>(uri: string, read: (source: ByteSource) => T): Promise<T | undefined>;
  /** What `vgic-trace.json` says of a trace, and what is wrong with it that was not said before. */
  checks(uri: string): Promise<{ readonly checks: Checks; readonly problems: readonly string[] }>;
  /** Some `vgic-trace.json` has changed: each is read again when it is next asked for. */
  configurationChanged(): void;
}

/** Where there is no disk, as in a browser. */
export const noFiles: Files = {
  traces: async () => [],
  read: async () => undefined,
  bytes: async () => undefined,
  checks: async () => ({ checks: { defaults: {}, severities: {} }, problems: [] }),
  configurationChanged: () => {},
};
