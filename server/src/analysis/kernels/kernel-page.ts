/** The page that tells, release by release, what changed in KVM's vGIC: made from the table of kernels. */
import { hostName } from "../../vgic/kernels/hosts.ts";
import {
  CHANGES,
  NEWEST_KERNEL,
  OLDEST_KERNEL,
  releaseBefore,
  versionOf,
  versionText,
} from "../../vgic/kernels/kernels.ts";
import { type VersionRow, versionRows } from "./hosts.ts";
import { kernelExample } from "./kernel-examples.ts";
import { KERNEL_SEARCHES, searchCommand } from "./kernel-searches.ts";

const COMMIT = "https://git.kernel.org/torvalds/c/";

/** In Markdown. */
export function kernelPage(): string {
  const releases = [...new Set(CHANGES.map(({ since }) => since))];
  const rows = versionRows();
  const sections = releases.map((release) => {
    const entries = rows.filter(({ since }) => since === release).map(entry);
    return `## Linux ${release}\n\n${entries.join("\n\n")}`;
  });
  const [oldest, newest] = [versionText(OLDEST_KERNEL), versionText(NEWEST_KERNEL)];
  return `# What kernels changed

What a guest, or its VMM, sees differently of KVM/arm64's emulated GICv2 and GICv3 from a release of Linux on: from
${oldest} to ${newest}, as far as vgic-trace models it. Each entry has the shortest trace that shows it. The traces hold on
every kernel that does not fail, point releases included; the tests run each of them on the releases before and after,
where the answers differ, and hold that none of its operations can be left out.
Below each stands the search that finds the change by itself, or why none does; the tests run these as well. What a search
prints is a trace of two kernels, with the values that it tried; the traces here hold on all.

\`vgic-trace hosts A B\` prints the entries between two kernels. This page is made from the same table; \`npm run docs\`
writes it.

${sections.join("\n\n")}
`;
}

function entry({
  id,
  since,
  after,
  before,
  seenBy,
  commits,
  backports,
  flag,
  hostFails,
}: VersionRow): string {
  const who = seenBy.map((witness) => (witness === "vmm" ? "VMM" : "guest")).join(" and ");
  const links = commits.map((commit) => `[${commit}](${COMMIT}${commit})`);
  const facts = [
    `Seen by the ${who}.`,
    ...(links.length > 0 ? [`Commit${links.length > 1 ? "s" : ""} ${links.join(", ")}.`] : []),
    ...(backports.length > 0 ? [`Also in ${backports.join(", ")} and later of these series.`] : []),
    ...(flag === null ? [] : [`A kernel that has it otherwise: \`+${flag}\`.`]),
    ...(hostFails === undefined
      ? []
      : [
          `No trace can expect how it ends ${hostFails === "before" ? "before" : "from then on"}: \`host-failure\` tells.`,
        ]),
  ];
  const [release, earlier] = [versionOf(since), releaseBefore(versionOf(since))];
  const [from, to] = [hostName(earlier, []), hostName(release, [])];
  const trace = kernelExample(id, to, from);
  const search = KERNEL_SEARCHES[id];
  const found =
    search === undefined || typeof search === "string"
      ? `Not found by \`explore\`: ${search}.`
      : `Found by \`${searchCommand(from, to, search)}\`.`;
  const sentence = `${after.charAt(0).toUpperCase()}${after.slice(1)}. Before: ${before}.`;
  return `### ${id}\n\n${sentence}\n${facts.join(" ")}\n\n\`\`\`vgic\n${trace}\n\`\`\`\n\n${found}`;
}
