/** What a kernel's answers say of the table of kernels: here the emulator, as one host or another, is the kernel. */
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { kernelExamplesTrace } from "../../server/src/analysis/kernels/kernel-examples.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { evaluate } from "../../server/src/evaluate/lockstep.ts";
import type { StepAnswer } from "../../server/src/replay/answers.ts";
import { allEvidence, type Claim, evidenceOf } from "../../server/src/replay/evidence.ts";
import { plan, type Run } from "../../server/src/replay/plan.ts";
import { type Host, parseHost } from "../../server/src/vgic/kernels/hosts.ts";
import { selectableRevisions } from "../../server/src/vgic/kernels/revisions.ts";

function hostNamed(name: string): Host {
  const host = parseHost(name);
  if (typeof host === "string") throw new Error(`${name}: ${host}`);
  return host;
}

/** The answers of a kernel that is like a host to the steps of some runs. */
function answersOf(kernel: Host, runs: readonly Run[]): Map<number, StepAnswer> {
  const answers = new Map<number, StepAnswer>();
  for (const { placed, variant, starts } of runs) {
    const { scenario, variants } = placed.evaluation;
    const setup = { ...scenario.setup, host: kernel, revision: variants[variant].revision };
    const evaluation = evaluate({ ...scenario, setup, revisionsNamed: new Map() });
    for (const [operation, start] of starts.slice(0, -1).entries()) {
      for (let step = start; step < starts[operation + 1]; step++) answers.set(step, { ending: "ok" });
      answers.set(start, evaluation.outcome(operation, 0));
    }
  }
  return answers;
}

/** The entries by what a kernel's answers say of its being a host. */
function evidence(kernelName: string, hostName: string, trace = kernelExamplesTrace(hostName)) {
  const [kernel, host] = [hostNamed(kernelName), hostNamed(hostName)];
  const { scenarios } = analyse(TraceDocument.of(trace));
  const selection = {
    defaultRevision: kernel.profile.defaultRevision,
    selectable: selectableRevisions(kernel.profile),
  };
  const all = (["v2", "v3"] as const).map((model) => {
    const { runs } = plan(model, scenarios);
    return evidenceOf(host, selection, runs, answersOf(kernel, runs));
  });
  const { confirmed, contradicted, open } = allEvidence(all);
  const ids = (claims: readonly Claim[]) => claims.map(({ shown }) => shown.map(({ id }) => id).join(" or "));
  return { confirmed: ids(confirmed), contradicted: ids(contradicted), open: ids(open) };
}

const NEW_LIST_REGISTERS = [
  "pending-first",
  "enabled-group-first",
  "eoi-replayed",
  "dir-without-list-register",
  "dir-by-another-vcpu",
  "sgi-hides-nothing",
];

test("a kernel that is what it is said to be confirms every entry that it can be asked about", () => {
  const { confirmed, contradicted, open } = evidence("linux-7.2", "linux-7.2");
  expect(contradicted).toEqual([]);
  expect(confirmed).toEqual(
    expect.arrayContaining([...NEW_LIST_REGISTERS, "eoi-replayed-outside", "iidr-fix"]),
  );
  expect(confirmed).toContain("movall-fix");
  expect(confirmed).toEqual(
    expect.arrayContaining([
      "early-iidr",
      "region-after-address",
      "address-range",
      "maintenance-interrupt-read",
    ]),
  );
  expect(open).not.toContain("typer2");
});

test("an older kernel contradicts what came since", () => {
  const { confirmed, contradicted } = evidence("linux-6.12.117", "linux-7.2");
  expect(contradicted).toEqual(
    expect.arrayContaining([...NEW_LIST_REGISTERS, "typer2-busy", "gicc-dir-attribute"]),
  );
  expect(contradicted).not.toContain("iidr-fix");
  expect(confirmed).toEqual(expect.arrayContaining(["iidr-fix", "timer-pending"]));
});

test("a kernel that is newer than it is said to be has what it should not have", () => {
  expect(evidence("linux-6.19.9", "linux-6.19").contradicted).toEqual(["eoi-replayed-outside"]);
  expect(evidence("linux-6.12+iidr-fix", "linux-6.12").contradicted).toEqual(["iidr-fix"]);
});

test("a scenario of another name speaks of entries that came together together", () => {
  const trace = `gic v3
host linux-7.2
compare none
scenario "mine"
cpus 2
cpu0 writel GICD_ISACTIVER1 1
cpu1 msr ICC_CTLR_EL1 2
cpu1 msr ICC_DIR_EL1 32
cpu0 readl GICD_ISACTIVER1`;
  const found = evidence("linux-6.18", "linux-7.2", trace).contradicted;
  expect(found).toEqual(["iidr-fix", "dir-without-list-register or dir-by-another-vcpu"]);
});
