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
  const contents = releases.map((release) => {
    const names = rows.filter(({ since }) => since === release).map(({ id }) => `[${id}](#${id})`);
    return `| ${release} | ${names.join(", ")} |`;
  });
  return `# What kernels changed

What a guest or its VMM sees differently of the GICv2 and GICv3 that KVM emulates on arm64, release by release from Linux
${oldest} to ${newest}, as far as vgic-trace models it. \`vgic-trace hosts A B\` prints what differs between two kernels.

Each entry has the shortest trace that shows it. The traces hold on every kernel that does not fail, point releases
included; tests run each on the releases before and after, where the answers differ, and check that no operation can be
left out. Below the trace is the search that finds the change by itself, or why none does; tests run these as well. (What a
search prints is a trace of two kernels, with the values that it tried. The traces here hold on all kernels.)

This page is made from the table that the emulator reads; \`npm run docs\` writes it.

| Linux | what changed |
|---|---|
${contents.join("\n")}

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
    ...(backports.length > 0
      ? [
          `Also in ${backports.join(", ")} and later point releases of ${backports.length > 1 ? "these series" : "that series"}.`,
        ]
      : []),
    ...(flag === null ? [] : [`Flag of an earlier kernel that has it: \`+${flag}\`.`]),
    ...(hostFails === undefined
      ? []
      : [
          `The host fails ${hostFails === "before" ? "before" : "from then on"}, which no trace can expect: [host-failure](rules/host-failure.md).`,
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
