/** Traces on disk, as far as the machine lets the server see any. */

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
}

/** Where there is no disk, as in a browser. */
export const noFiles: Files = {
  traces: async () => [],
  read: async () => undefined,
};
