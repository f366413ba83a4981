/** A trace ready to run: names resolved, values computed, everything checked that can be before running. */

import type { TraceDocument } from "../document/document.ts";
import type { Edit } from "../document/edit.ts";
import type { Lines } from "../document/lines.ts";
import type { Span } from "../syntax/statement.ts";
import type { NamedHosts } from "./named-hosts.ts";
import type { Operations } from "./operations.ts";
import type { Problem } from "./problem.ts";
import type { RevisionsNamed } from "./revisions-named.ts";
import type { Declarations, Setup } from "./setup.ts";

/** A `let` name. */
export interface Name extends Span {
  readonly line: number;
  /** Absent if it could not be computed; the reason was reported. */
  readonly value?: bigint;
  /** A later `let` of the same name gives it another value: nobody knows which of the two is meant. */
  readonly isContradicted?: true;
}

/** What stands above the first scenario. Lines count from the file's first. */
export interface Header {
  readonly lines: Lines;
  readonly declarations: Declarations;
  readonly names: ReadonlyMap<string, Name>;
  /** The names that the header's own values use. */
  readonly namesUsed: ReadonlySet<string>;
  /** The names whose `let` could not be read. */
  readonly brokenNames: ReadonlySet<string>;
  /** The hosts that the configuration names. */
  readonly hosts: NamedHosts;
  readonly problems: readonly Problem[];
}

/** A scenario ready to run. All its lines are counted from its own first, so it can move in the file as it is. */
export interface Scenario {
  readonly lines: Lines;
  /** Empty for the unnamed scenario of a file without `scenario` lines. */
  readonly title: string;
  readonly setup: Setup;
  /** Where the facts in force are declared. */
  readonly places: Declarations["places"];
  readonly operations: Operations;
  readonly revisionsNamed: RevisionsNamed;
  readonly problems: readonly Problem[];
  /**
   * Whether a declaration that its operations depend on is wrong, misplaced, contradicted or cannot be read. What they
   * answer then says nothing. Of those that are missing, the problems tell.
   */
  readonly declaresWrongly: boolean;
  /** The `let` names that the scenario itself declares. */
  readonly names: ReadonlyMap<string, Name>;
  /** Those of them that it uses. */
  readonly namesUsed: ReadonlySet<string>;
  /** The names of the header that the scenario uses. */
  readonly headerNamesUsed: ReadonlySet<string>;
}

/** How a scenario came about by an edit of another. */
export interface ScenarioEdit {
  readonly from: Scenario;
  readonly lines: Edit;
  readonly operations: Edit;
}

/** A scenario at its place in the file. */
export interface PlacedScenario {
  readonly firstLine: number;
  readonly scenario: Scenario;
  /** Absent where the whole scenario was resolved. */
  readonly edit?: ScenarioEdit;
}

export interface Program {
  readonly document: TraceDocument;
  readonly header: Header;
  readonly scenarios: readonly PlacedScenario[];
}
