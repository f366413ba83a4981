/**
 * What the VS Code extension asks of the server beyond the Language Server Protocol: methods, parameters and answers
 * as plain data. The one file of the server that the client imports. Lines and characters count as in the protocol.
 */

/** Longer traces would keep the editor waiting for minutes. UTF-16 units. */
export const LONGEST_TRACE = 10_000_000;

export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface TextRange {
  readonly start: Place;
  readonly end: Place;
}

/** A request about an open trace. */
export interface AboutDocument {
  readonly textDocument: { readonly uri: string };
}

/** A request about what stands or holds at a position of an open trace. */
export interface AboutPosition extends AboutDocument {
  readonly position: Place;
}

/** A line that is wrong under a variant, or differs there. */
export interface Failure {
  readonly range: TextRange;
  readonly message: string;
  /** What is expected and what was answered, where the line is about an answer. */
  readonly expected?: string;
  readonly actual?: string;
}

/** How a scenario goes under a variant: a revision or a host. It holds there when there are no errors, and all lines ran. */
export interface Verdict {
  /** "2", "linux-5.10": names the variant in other requests. */
  readonly label: string;
  /** "revision 2", "linux-5.10". */
  readonly name: string;
  /** "rev 2", "linux-5.10". */
  readonly shortName: string;
  /** Why the scenario runs under this variant, where it is not only compared with it: "declared", "host default". */
  readonly standing?: string;
  /** Whether the trace by itself runs under this variant first: whatever it is looked at under. */
  readonly isOwn: boolean;
  /** What would be errors if this variant were the declared one. */
  readonly errors: readonly Failure[];
  /** The lines that differ from the first variant, which no case accounts for. */
  readonly differences: readonly Failure[];
  /** What follows "not tested: ", where that is so although nothing that is told is wrong. */
  readonly incomplete?: string;
}

export interface Scenario {
  /** Empty for the scenario of a file without `scenario` lines. */
  readonly title: string;
  /** Its first line. */
  readonly range: TextRange;
  readonly lastLine: number;
  /** Why nothing was tested; absent where the verdicts say something. */
  readonly untested?: Untested;
  /** One a variant, the lowest revision first. */
  readonly verdicts: readonly Verdict[];
}

export interface Untested {
  /** What follows "not tested: ". */
  readonly why: string;
  /** Whether an error keeps it from being tested: else there is nothing to test. */
  readonly isError: boolean;
}

export interface Scenarios {
  readonly scenarios: readonly Scenario[];
  /** The revision that the trace is looked at under, instead of the declared one. */
  readonly evaluatedAs?: number;
  /** Every revision that there is. */
  readonly revisions: readonly number[];
}

/** The state of a scenario's vGICs once a line is done. */
export interface VgicState {
  /** What the variants are called: "rev 2", "linux-5.10"; the declared one first. */
  readonly variants: readonly string[];
  readonly sections: readonly StateSection[];
}

/** The distributor, a redistributor, a CPU interface or an interrupt. */
export interface StateSection {
  /** "Distributor", "INTID 40", "INTIDs 32–63": interrupts that are alike share a section. */
  readonly title: string;
  readonly rows: readonly StateRow[];
  /** Whether a row differs between the variants. */
  readonly differs: boolean;
  /** Whether the line changed a row. */
  readonly changed: boolean;
  /** An interrupt in one line, one a variant. */
  readonly summaries?: readonly string[];
}

export interface StateRow {
  readonly name: string;
  /** One a variant, in their order; empty where a variant does not have the row. */
  readonly values: readonly string[];
  readonly differs: boolean;
  readonly changed: boolean;
}

/** A scenario as a picture. */
export interface ScenarioTimeline {
  /** The scenario's first and last line. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** What the page draws; of no meaning to others. */
  readonly timeline: object;
}

/** A message of the Debug Adapter Protocol, and the session that it belongs to. Sent both ways, as `vgic/debug`. */
export interface DebugMessage {
  readonly session: string;
  readonly message: object;
}

export interface Edit {
  readonly range: TextRange;
  readonly newText: string;
}

export interface Hosts {
  readonly hosts: readonly {
    readonly name: string;
    readonly kernels: string;
    /** Whether the configuration gives it this name. */
    readonly isNamed: boolean;
  }[];
  readonly managers: readonly { readonly name: string; readonly about: string }[];
}

/** Something that a guest can notice of a migration. */
export interface Noticed {
  readonly cause: string;
  /** "GICD_IIDR 0x4b00143b → 0x4b00343b". */
  readonly changes: readonly string[];
  /** The line that the migration came after when it showed first; absent: before all operations. */
  readonly after?: { readonly line: number; readonly text: string };
  readonly onWayBack: boolean;
  /** In how many of the migrations. */
  readonly times: number;
  /** The statement that it shows at, and all of the above as a message. */
  readonly range: TextRange;
  readonly message: string;
}

/** A scenario migrated after each of its operations, by each VMM. */
export interface Compat {
  /** The scenario's first line. */
  readonly firstLine: number;
  /** "GICv3, revision 2". */
  readonly setup: string;
  readonly managers: readonly {
    readonly by: string;
    readonly about: string;
    /** 0: not tested. */
    readonly migrations: number;
    readonly verdict: string;
    readonly noticed: readonly Noticed[];
  }[];
  /** What was compared, and what no verdict covers. */
  readonly coverage: readonly string[];
}

export interface CheckedWorkspace {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
}

/** A log, or the snapshot of a VM, to make a trace of. */
export interface Log {
  /** What it is called in the trace. */
  readonly name: string;
  readonly text: string;
  /** All bytes of a binary file, in base64. */
  readonly bytes?: string;
  /** Where a file is that is too large to be sent: a snapshot can be read there. */
  readonly uri?: string;
  /** The first bytes of the file, by which binary and compressed logs are told. */
  readonly head: readonly number[];
}

/** A trace with what the import has to say of it, in lines; or why there is none. */
export type Imported =
  | { readonly trace: string; readonly notes: readonly string[] }
  | { readonly refusal: string };

/** Each method with its parameters and its answer. */
export interface Requests {
  /** The scenarios of a trace with their verdicts. */
  readonly "vgic/scenarios": { readonly params: AboutDocument; readonly result: Scenarios };
  /** The same of a trace that is not open, as it is on disk; none where the server cannot read it there. */
  readonly "vgic/scenariosOnDisk": { readonly params: AboutDocument; readonly result: Scenarios | null };
  /** The scenarios of a trace as they go on a host, with that verdict alone. The host may be one of the configuration's. */
  readonly "vgic/scenariosOn": {
    readonly params: AboutDocument & { readonly host: string };
    readonly result: readonly Scenario[];
  };
  /** The scenario of a line as it runs under a variant: a trace of its own that expects every answer. */
  readonly "vgic/run": {
    readonly params: AboutPosition & { readonly variant: string };
    readonly result: string | null;
  };
  /** The scenario of a line as a trace of its own. */
  readonly "vgic/reproduction": { readonly params: AboutPosition; readonly result: string | null };
  /** The smallest trace that still shows a finding of a line, or why there is none. */
  readonly "vgic/reduce": {
    readonly params: AboutPosition & { readonly code: string };
    readonly result: { readonly trace: string } | { readonly refusal: string };
  };
  /** The scenario of a line as a test in C, in the shape of the kernel's selftests; or why it cannot be one. */
  readonly "vgic/kselftest": {
    readonly params: AboutPosition;
    readonly result: { readonly test: string; readonly leftOut: number } | { readonly refusal: string };
  };
  /** The state once a line is done; none above the scenarios. */
  readonly "vgic/state": { readonly params: AboutPosition; readonly result: VgicState | null };
  /** What becomes of the interrupts of the scenario on a line; none above the scenarios. */
  readonly "vgic/timeline": { readonly params: AboutPosition; readonly result: ScenarioTimeline | null };
  /** Looks at a trace under a revision; without one, under the declared one again. The text stays as it is. */
  readonly "vgic/evaluateAs": {
    readonly params: AboutDocument & { readonly revision?: number };
    readonly result: null;
  };
  /** The edits that declare another revision where the one in force on a line is declared. */
  readonly "vgic/redeclare": {
    readonly params: AboutPosition & { readonly revision: number };
    readonly result: readonly Edit[];
  };
  /**
   * The hosts that a trace's configuration names, those that stand for each family of kernels, and the VMMs whose orders
   * are known.
   */
  readonly "vgic/hosts": { readonly params: AboutDocument; readonly result: Hosts };
  /** What the guest of the scenario on a line can notice of a migration, none above the scenarios. */
  readonly "vgic/compat": {
    readonly params: AboutPosition & {
      readonly from: string;
      readonly to: string;
      /** A VMM beside those that are always tried: "qemu-7.2". */
      readonly by: string;
      /** Migrate back at once, as a rollback does. */
      readonly back: boolean;
    };
    /** A refusal says which host or VMM there is not, and which there are. */
    readonly result: Compat | { readonly refusal: string } | null;
  };
  /** How a trace means something else than another text of it, as Markdown. `path`: what it is called in the answer. */
  readonly "vgic/diff": {
    readonly params: AboutDocument & { readonly path: string; readonly before: string };
    readonly result: string;
  };
  /** Makes a trace of a log. */
  readonly "vgic/import": { readonly params: Log; readonly result: Imported };
  /**
   * A copied piece of a log as operations for the scenario of a line; as a whole trace where the trace says nothing
   * yet. None where the text is no log of one VM with operations on its vGIC.
   */
  readonly "vgic/importInto": {
    readonly params: AboutPosition & { readonly text: string };
    readonly result: string | null;
  };
  /** Checks every trace of the workspace, and counts. */
  readonly "vgic/checkWorkspace": {
    readonly params: Readonly<Record<string, never>>;
    readonly result: CheckedWorkspace;
  };
}
