/** Runs a search for differences: what was found goes to standard output as a trace, everything else to standard error. */
import { catalogueOf } from "../../explore/catalogue.ts";
import { Findings } from "../../explore/findings.ts";
import { parts, partsOf, partsUntilPairsAreDone } from "../../explore/parts.ts";
import type { SearchRequest } from "../../explore/request.ts";
import {
  areAlike,
  isSameSide,
  isSide,
  parseSide,
  type Side,
  type SideProblem,
  sideName,
} from "../../explore/side.ts";
import { scenarioLines, suiteText } from "../../explore/write.ts";
import type { NamedHosts } from "../../program/named-hosts.ts";
import { listed } from "../../rules/words.ts";
import { counted } from "../../syntax/counted.ts";
import { selectableRevisions } from "../../vgic/kernels/revisions.ts";
import type { Model } from "../../vgic/kvm-abi.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { hostsHere, refusedHost } from "../files/configured.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { printableText } from "../terminal/printable.ts";
import { complain, print, tell } from "../terminal/terminal.ts";
import { runParts } from "./pool.ts";
import { type Budget, SearchProgress } from "./progress.ts";
import { coverageWords, foundWords } from "./words.ts";

/** Flags as they were given. */
export interface ExploreOptions {
  readonly from?: string;
  readonly to?: string;
  /** Images to boot instead: one is compared with the emulator, two with each other. */
  readonly kernel: readonly string[];
  readonly host?: string;
  /** A trace whose scenarios are run in all orders instead. */
  readonly interleave?: string;
  readonly gic?: Model;
  readonly its?: true;
  readonly observer: "guest" | "vmm";
  /** Milliseconds. */
  readonly time: number;
  /** Scenarios. */
  readonly steps?: number;
  readonly seed: number;
}

export async function explore(options: ExploreOptions): Promise<ExitStatus> {
  if (options.from === undefined || options.to === undefined) {
    return refused(
      "explore needs two sides, as in --from linux-6.12 --to linux-7.1; or --interleave and a trace",
    );
  }
  const named = await hostsHere();
  if (isFailure(named)) return refused(named.failure);
  const [from, to] = [readSide("--from", options.from, named), readSide("--to", options.to, named)];
  if (isFailure(from)) return refused(from.failure);
  if (isFailure(to)) return refused(to.failure);
  if (isSameSide(from, to)) {
    return refused(`there is nothing to compare: --from and --to both mean ${sideName(from)}`);
  }
  if (areAlike(from, to)) {
    return refused(
      `there is nothing to compare: ${sideName(from)} and ${sideName(to)} answer alike in all that is modelled`,
    );
  }
  if (options.host !== undefined) return refused("--host says what a --kernel is to be: name one");
  if (options.steps === 0 || (options.steps === undefined && options.time === 0)) {
    return refused("nothing was tried: give the search time, as in --time 60s, or --steps 100000");
  }
  const { observer, seed, its = false } = options;
  if (its && options.gic === "v2") return refused("--its needs GICv3: a GICv2 has no ITS");
  const models: readonly Model[] = its ? ["v3"] : options.gic === undefined ? ["v3", "v2"] : [options.gic];
  const budget: Budget = {
    milliseconds: options.time / models.length,
    steps: options.steps === undefined ? undefined : Math.ceil(options.steps / models.length),
  };
  const interruption = new Interruption();
  const searches = [];
  for (const model of models) {
    if (interruption.isAsked) break;
    const request: SearchRequest = { sides: [from, to], model, its, observer, seed };
    searches.push({ request, findings: await search(request, budget, interruption) });
  }
  const found = searches.reduce((sum, { findings }) => sum + findings.count, 0);
  if (found > 0)
    print(suiteText(searches.map(({ request, findings }) => ({ request, findings: findings.all() }))));
  for (const { request, findings } of searches) tell(coverageWords(request, findings));
  tell(`${found === 0 ? "no difference" : counted(found, "difference")} found, with --seed ${options.seed}`);
  if (interruption.isAsked) return exitStatus.interrupted;
  return found === 0 ? exitStatus.clean : exitStatus.errors;
}

async function search(request: SearchRequest, budget: Budget, interruption: Interruption): Promise<Findings> {
  const findings = new Findings();
  const { actions } = catalogueOf(request.model, request.its);
  const { milliseconds, steps } = budget;
  const order = steps === undefined ? parts(actions.length) : partsOf(actions.length, steps);
  const progress = new SearchProgress(request, budget, partsUntilPairsAreDone(actions.length));
  const started = performance.now();
  await runParts(request, {
    next: () => {
      const isOver = steps === undefined && performance.now() - started >= milliseconds;
      return interruption.isAsked || isOver ? undefined : order.next().value;
    },
    take: (result) => {
      for (const difference of findings.add(result)) {
        progress.found(foundWords(difference), scenarioLines(request, difference, false));
      }
      progress.show(findings, performance.now() - started);
    },
  });
  progress.clear();
  return findings;
}

/** Ctrl-C ends the search early: what was found until then is printed. A second one ends the command. */
class Interruption {
  isAsked = false;

  constructor() {
    process.once("SIGINT", () => {
      this.isAsked = true;
      process.once("SIGINT", () => process.exit(exitStatus.interrupted));
    });
  }
}

function readSide(flag: string, text: string, named: NamedHosts): Side | Failure {
  const side = parseSide(text, named);
  return isSide(side) ? side : { failure: `${flag}: ${problemWords(printableText(text), side, named)}` };
}

function problemWords(text: string, problem: SideProblem, named: NamedHosts): string {
  switch (problem.kind) {
    case "not-a-side":
      return `"${text}" is neither a revision (rev1) nor a host (linux-6.12), nor both ("linux-7.1 revision 2")`;
    case "host":
      return refusedHost(problem.host, problem.problem, named);
    case "revision": {
      const shown = selectableRevisions(problem.side.profile);
      return `${problem.side.name} cannot show revision ${problem.revision}; it can show ${listed(shown.map(String))}`;
    }
  }
}

function refused(why: string): ExitStatus {
  complain(why);
  return exitStatus.failed;
}
