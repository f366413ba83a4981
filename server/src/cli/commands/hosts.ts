/** `vgic-trace hosts`: the kernels that a trace can name, and what they do with GICD_IIDR and with groups. */
import { type HostRow, hostRows, type VersionRow, versionRows } from "../../analysis/hosts.ts";
import { type ManagerRow, managerRows } from "../../analysis/manager-rows.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import type { PlainFormat } from "../reporters/formats.ts";
import { printableJson } from "../terminal/printable.ts";
import { outputStyle, print, type Style } from "../terminal/terminal.ts";

export interface HostsOptions {
  readonly format: PlainFormat;
  readonly vmm?: true;
}

export function hosts({ format, vmm }: HostsOptions): ExitStatus {
  if (vmm) {
    const managers = managerRows();
    print(
      format === "json"
        ? `${printableJson({ version: 1, managers })}\n`
        : `${managersText(managers, outputStyle())}\n`,
    );
    return exitStatus.clean;
  }
  const [profiles, versions] = [hostRows(), versionRows()];
  if (format === "json") print(`${printableJson({ version: 1, profiles, versions })}\n`);
  else print(`${profilesText(profiles, outputStyle())}\n\n${versionsText(versions, outputStyle())}\n`);
  return exitStatus.clean;
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
  return `${tableText([managerHeadings, ...cells], style)}\n\n${orders.join("\n\n")}`;
}

const headings = [
  "host",
  "default",
  "write rev 0",
  "rev 1",
  "rev 2",
  "rev 3",
  "GICv2 groups by VMM",
  "groups",
  "CES, IR",
  "kernels",
];

function profilesText(rows: readonly HostRow[], style: Style): string {
  const cells = rows.map((row) => [
    row.example ?? `(${row.profile})`,
    `rev ${row.defaultRevision}`,
    ...row.iidrWrites.map(({ outcome }) => (outcome === "EINVAL" ? outcome : `rev ${outcome}`)),
    row.userGroupsV2,
    row.groups,
    row.invalidateShown,
    `${row.profile}: ${row.kernels}`,
  ]);
  return tableText([headings, ...cells], style);
}

function versionsText(rows: readonly VersionRow[], style: Style): string {
  const heading = ["since", "whatever the revision"];
  return tableText([heading, ...rows.map(({ since, change }) => [`linux-${since}`, change])], style);
}

/** A table with its first row as heading. */
export function tableText(rows: readonly (readonly string[])[], { colors }: Style): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row, index) => {
      const line = row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd();
      return index === 0 ? colors.bold(line) : line;
    })
    .join("\n");
}
