/** `vgic-trace hosts`: the kernels that a trace can name, what they do, and how two of them differ. */
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import {
  differencesBetween,
  type HostDifference,
  type HostRow,
  hostRow,
  hostRows,
  type VersionRow,
  versionRows,
} from "../../analysis/kernels/hosts.ts";
import { type ManagerRow, managerRows } from "../../analysis/kernels/manager-rows.ts";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import type { Host } from "../../vgic/kernels/hosts.ts";
import { versionText } from "../../vgic/kernels/kernels.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { hostArgument, hostsHere } from "../files/configured.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { formatOption } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { type PlainFormat, plainFormats } from "../reporters/formats.ts";
import { printableJson } from "../terminal/printable.ts";
import { complain, outputStyle, print, type Style } from "../terminal/terminal.ts";
import { hanging } from "../terminal/wrap.ts";

export interface HostsOptions {
  readonly format: PlainFormat;
  readonly vmm?: true;
}

/** The flags of `hosts`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("print the host kernels and what they do")
    .description(
      "Prints the families of host kernels that a trace can name: which revision a fresh VM shows, what a VMM's write of GICD_IIDR does, and when groups can be written. And what changed with a version. With two hosts: how these differ.",
    )
    .option(
      "--vmm",
      "print the VMMs instead: what each saves and restores, in which order, since which version",
    )
    .addOption(formatOption(command, plainFormats))
    .argument(
      "[host...]",
      "two hosts: every difference between them, each with its commit and the shortest trace",
    )
    .addHelpText(
      "after",
      examples("hosts", "hosts linux-6.12 linux-7.1", "hosts --format json", "hosts --vmm"),
    )
    .action(async (names: string[], options: HostsOptions) => {
      finish(await hosts(names, options));
    });
}

/** @param names none: all kernels; two: how these differ */
export async function hosts(names: readonly string[], { format, vmm }: HostsOptions): Promise<ExitStatus> {
  if (vmm) {
    const managers = managerRows();
    print(
      format === "json"
        ? `${printableJson({ version: 1, managers })}\n`
        : `${managersText(managers, outputStyle())}\n`,
    );
    return exitStatus.clean;
  }
  if (names.length === 0) {
    const [profiles, versions] = [hostRows(), versionRows()];
    if (format === "json") print(`${printableJson({ version: 1, profiles, versions })}\n`);
    else print(`${profilesText(profiles, outputStyle())}\n\n${versionsText(versions, outputStyle())}\n`);
    return exitStatus.clean;
  }
  const [nameOfOne, nameOfOther] = names;
  if (nameOfOne === undefined || nameOfOther === undefined || names.length > 2) {
    complain("hosts takes two hosts to compare, as in `hosts linux-6.12 linux-7.1`, or none");
    return exitStatus.failed;
  }
  const named = await hostsHere();
  if (isFailure(named)) return failed(named);
  const [one, other] = [hostArgument("", nameOfOne, named), hostArgument("", nameOfOther, named)];
  if (isFailure(one)) return failed(one);
  if (isFailure(other)) return failed(other);
  const differences = differencesBetween(one, other);
  const rows = [hostRow(one), hostRow(other)];
  if (format === "json") {
    const profiles = rows.map(({ example, ...row }) => ({ host: example, ...row }));
    print(`${printableJson({ version: 1, from: one.name, to: other.name, profiles, differences })}\n`);
  } else print(`${differencesText([one, other], differences, outputStyle())}\n`);
  return exitStatus.clean;
}

function failed({ failure }: Failure): ExitStatus {
  complain(failure);
  return exitStatus.failed;
}

const managerHeadings = ["vmm", "since", "gic", "INTIDs", "GICD_IIDR", "lines", "ITS", "what changed"];

/** Who saves what, and below it each order. */
function managersText(rows: readonly ManagerRow[], style: Style): string {
  const yes = (is: boolean) => (is ? "yes" : "no");
  const cells = rows.map((row) => [
    row.vmm,
    row.since ?? "",
    row.model,
    row.interrupts,
    yes(row.writesIidr),
    yes(row.lines),
    yes(row.its),
    row.change ?? "",
  ]);
  const orders = rows.map(({ vmm, since, model, order }) => {
    const name = since === undefined ? vmm : `${vmm}-${since}`;
    return `${style.colors.bold(`by ${name}, GIC${model}`)}\n${order.map((step) => `  ${step}`).join("\n")}`;
  });
  return `${tableWithSentences([managerHeadings, ...cells], style)}\n\n${orders.join("\n\n")}`;
}

/** Two tables, as one would be too wide: what the VMM can select, and who can write groups. */
function profilesText(rows: readonly HostRow[], style: Style): string {
  const nameOf = ({ example, profile }: HostRow) => example ?? `(${profile})`;
  const writes = rows.map((row) => [
    nameOf(row),
    `rev ${row.defaultRevision}`,
    ...row.iidrWrites.map(({ outcome }) => (outcome === "EINVAL" ? outcome : `rev ${outcome}`)),
  ]);
  const groups = rows.map((row) => [nameOf(row), row.userGroupsV2, row.groups, row.invalidateShown]);
  return [
    tableText([["host", "default", "write rev 0", "rev 1", "rev 2", "rev 3"], ...writes], style),
    "",
    tableText([["host", "GICv2 groups by VMM", "groups", "CES, IR"], ...groups], style),
    "",
    ...rows.map((row) => hanging(nameOf(row), `${row.profile}: ${row.kernels}`, 25, style.width)),
  ].join("\n");
}

function versionsText(rows: readonly VersionRow[], { colors, width }: Style): string {
  const heading = colors.bold(hanging("since", "what changed", 12, width));
  const lines = rows.map(({ since, after, before }) =>
    hanging(`linux-${since}`, `${after}; before, ${before}`, 12, width),
  );
  return [heading, ...lines].join("\n");
}

function differencesText(
  [one, other]: readonly [Host, Host],
  differences: readonly HostDifference[],
  style: Style,
): string {
  const { colors } = style;
  const approximations = [one, other].flatMap(({ name, modelledAs }) =>
    modelledAs === undefined
      ? []
      : [`${name} is not known, and is taken as Linux ${versionText(modelledAs)}.`],
  );
  const blocks = differences.map((difference) => {
    const { since, seenBy, commits, trace, after, before, newer, older } = difference;
    const witness = seenBy.map((who) => (who === "vmm" ? "VMM" : "guest")).join(" and ");
    const by = commits.length === 0 ? "" : ` (${commits.join(", ")})`;
    return [
      `${colors.bold(`Linux ${since}`)}, seen by the ${witness}${by}`,
      hanging("", `${after} (${newer}); before, ${before} (${older})`, 2, style.width),
      ...trace.split("\n").map((line) => colors.cyan(`    ${line}`)),
    ].join("\n");
  });
  const profiles = one.profile === other.profile ? [] : [profilesText([hostRow(one), hostRow(other)], style)];
  const count =
    differences.length === 0 ? "no modelled difference" : counted(differences.length, "difference");
  return [
    `${one.name} and ${other.name}: ${count} by version`,
    ...approximations,
    ...profiles,
    ...blocks,
  ].join("\n\n");
}

/** A table with its first row as heading. */
export function tableText(rows: readonly (readonly string[])[], { colors }: Style): string {
  const widths = itemAt(rows, 0).map((_, column) =>
    Math.max(...rows.map((row) => itemAt(row, column).length)),
  );
  return rows
    .map((row, index) => {
      const line = row
        .map((cell, column) => cell.padEnd(itemAt(widths, column)))
        .join("  ")
        .trimEnd();
      return index === 0 ? colors.bold(line) : line;
    })
    .join("\n");
}

/** A table in which the sentences of the last column stand below their rows, if they do not fit beside them. */
function tableWithSentences(rows: readonly (readonly string[])[], style: Style): string {
  const wide = tableText(rows, style);
  if (wide.split("\n").every((line) => stripVTControlCharacters(line).length <= style.width)) return wide;
  const narrow = tableText(
    rows.map((row) => row.slice(0, -1)),
    style,
  );
  return narrow
    .split("\n")
    .flatMap((line, index) => {
      const sentence = index === 0 ? "" : (rows[index]?.at(-1) ?? "");
      return sentence === "" ? [line] : [line, hanging("", sentence, 4, style.width)];
    })
    .join("\n");
}
