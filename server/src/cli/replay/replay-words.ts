/** What is said of a replay besides its findings. */
import { revisionId } from "../../evaluate/variant.ts";
import { allEvidence, type Claim } from "../../replay/evidence.ts";
import type { Impossible, LeftOut, Replay } from "../../replay/replay.ts";
import type { PlacedEvaluation } from "../../rules/operations.ts";
import { listed, variantWords } from "../../rules/words.ts";
import { counted } from "../../syntax/counted.ts";
import { printableText } from "../terminal/printable.ts";
import type { Printed } from "./kernel-console.ts";

const lastLines = 12;

/** "GICv3 on Linux 6.1.0 (linux-6.1+iidr-fix): revisions 2 and 3 can be selected; 12 runs, 140 answers compared". */
export function kernelWords({ kernel, model, selection, missing, runs, compared }: Replay): string {
  const { release, host } = kernel;
  const selectable = revisionWords(selection.selectable);
  const lacking =
    missing.length === 0 ? "" : `; ${host.name} shows ${revisionWords(missing)}, too: this kernel cannot`;
  return `GIC${model} on Linux ${release} (${host.name}): ${selectable} can be selected${lacking}; ${counted(runs, "run")}, ${counted(compared, "answer")} compared`;
}

function revisionWords(revisions: readonly number[]): string {
  return variantWords(revisions.map(revisionId));
}

/** What a kernel's answers say of the entries of the table of kernels, if a host was asked for. */
export function evidenceWords(replays: readonly Replay[]): string[] {
  const host = replays[0]?.kernel.host.name;
  const all = replays.flatMap(({ evidence }) => evidence ?? []);
  if (host === undefined || all.length === 0) return [];
  const { confirmed, contradicted, open } = allEvidence(all);
  const named = (claims: readonly Claim[], isThere: boolean): string =>
    claims.flatMap((claim) => (claim.isThere === isThere ? claimName(claim) : [])).join(", ");
  const line = (head: string, names: string): string[] => (names === "" ? [] : [`${head}: ${names}`]);
  return [
    ...line(`not as ${host}, it lacks`, named(contradicted, true)),
    ...line(`not as ${host}, it has`, named(contradicted, false)),
    ...line(`as ${host}, it has`, named(confirmed, true)),
    ...line(`as ${host}, it lacks`, named(confirmed, false)),
    ...line("of these nothing was asked", open.map(claimName).join(", ")),
  ];
}

/** "iidr-fix (a0e6ae45af17)". */
function claimName({ shown }: Claim): string {
  const ids = shown.map(({ id }) => id).join(" or ");
  const commits = [...new Set(shown.flatMap((one) => one.commits))];
  return commits.length === 0 ? ids : `${ids} (${commits.join(", ")})`;
}

/** What was not replayed and why; one line a reason. */
export function leftOutWords(
  { kernel, leftOut }: Replay,
  placeOf: (placed: PlacedEvaluation) => string,
): string[] {
  const byReason = new Map<string, string[]>();
  for (const one of leftOut) {
    const reason = reasonOf(one, kernel.release);
    const place = placeOf(one.placed) + (one.why === "host" ? ` for ${hostOf(one.placed)}` : "");
    const places = byReason.get(reason);
    if (places) places.push(place);
    else byReason.set(reason, [place]);
  }
  return [...byReason].map(([reason, places]) => {
    const shown = places.slice(0, 3);
    const more = places.length - shown.length;
    return `not replayed: ${reason} (${listed(more > 0 ? [...shown, `${more} more`] : shown)})`;
  });
}

function hostOf({ evaluation }: PlacedEvaluation): string {
  return evaluation.scenario.setup.host.name;
}

function reasonOf(one: LeftOut, release: string): string {
  switch (one.why) {
    case "revision":
      return `revision ${one.revision} cannot be selected on Linux ${release}`;
    case "host":
      return "the scenario is for a host that treats GICD_IIDR differently than this kernel";
    case "no-vm":
      return `the kernel cannot make the VM (${one.errno})`;
    case "migrate":
      return "the rest of the scenario, from `migrate` on, since it needs a second kernel";
    case "host-failure":
      return "the rest of the scenario, from where its host fails on, since the kernel might, too";
    case "by-kernel":
      return "the rest of the scenario, from `by kernel` on, since only the kernel's own timer can do that";
  }
}

/** Why a replay came to nothing. */
export function impossibleWords(
  impossible: Impossible,
  { text, problem }: Printed,
  placeOf: (placed: PlacedEvaluation) => string,
): string {
  const why = problem === undefined ? "" : `: ${problem}`;
  switch (impossible.kind) {
    case "no-kvm":
      return `/dev/kvm cannot be opened (${impossible.errno}): the kernel needs KVM built in, and you need the right to use it`;
    case "no-gic":
      return `Linux ${impossible.release} cannot make a VM with a GIC${impossible.model} here (${impossible.errno})`;
    case "unknown-release":
      return `the kernel calls itself "${impossible.release}": name its host with --host, such as --host linux-6.12`;
    case "stopped": {
      const { placed, answered, asked } = impossible;
      const where = placed === undefined ? "" : `, about in the scenario at ${placeOf(placed)}`;
      return `the kernel stopped after ${answered} of ${asked} answers${where}${why}\n${lastWords(text)}`;
    }
    case "not-started":
      return `the kernel did not start the replay program${why}\nIt needs KVM, an initramfs and a PL011 console.\n${lastWords(text)}`;
  }
}

function lastWords(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return "It printed nothing.";
  const shown = lines.slice(-lastLines).map((line) => `  ${printableText(line)}`);
  return `Its last words:\n${shown.join("\n")}`;
}
