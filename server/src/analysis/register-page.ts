/** The facts of a register from its table row, as Markdown. */
import { Environment } from "../trace/environment.ts";
import type { Setup } from "../trace/program.ts";
import { type RegisterMatch, type RegisterRow, registerCount } from "../vgic/register-table.ts";
import { bitsWords } from "./decode.ts";

/**
 * The page of a register as it is in a VM with this setup.
 * @param cpu the vCPU whose redistributor a GICR register is in
 */
export function registerPage(register: RegisterMatch, setup: Setup, cpu: number): string {
  const { row, name } = register;
  const facts = [
    ["where", placeWords(register, setup, cpu)],
    ["width", `${row.size * 8} bits${widthWords(row)}`],
    ["reset", row.reset],
    ["guest", `reads ${row.guest.read}; writes: ${row.guest.write}`],
    ["VMM", `reads ${row.user.read}; writes: ${row.user.write}`],
    ...(row.firstIndex === undefined ? [] : [["array", arrayWords(row, setup)]]),
  ];
  return [
    `**${name}**: ${row.title}`,
    "",
    row.doc,
    "",
    `**Revisions:** ${row.revisions ?? "the same under every revision."}`,
    "",
    "| | |\n|---|---|",
    ...facts.map(([what, text]) => `| ${what} | ${text} |`),
    ...fieldLines(row),
  ].join("\n");
}

/** The indexes of an array of registers, and the INTIDs of those that the VM has: "0–3: INTIDs 0–127". */
export function arrayWords(row: RegisterRow, { irqs }: Setup): string {
  const first = row.firstIndex ?? 0;
  const count = countInUse(row, irqs);
  const range = `${row.name}${first} to ${row.name}${first + count - 1}`;
  const { bitsPerInterrupt: bits } = row;
  if (bits === 0) return range;
  return `${range}, ${bits} bit${bits > 1 ? "s" : ""} an interrupt`;
}

/** How many registers of an array a VM with that many interrupts uses. */
export function countInUse(row: RegisterRow, irqs: number): number {
  const all = registerCount(row);
  if (row.bitsPerInterrupt === 0) return all;
  return Math.min(all, Math.ceil((irqs * row.bitsPerInterrupt) / (row.size * 8)));
}

function placeWords({ row, offset }: RegisterMatch, setup: Setup, cpu: number): string {
  const at = `0x${offset.toString(16)}`;
  switch (row.frame) {
    case "ICC":
      return `system register, attribute \`${at}\` of CPU_SYSREGS`;
    case "LEVEL":
      return `attribute of LEVEL_INFO, INTIDs ${offset} to ${offset + 31}`;
    default: {
      const address = Environment.of(setup).baseOf(row.frame, cpu) + offset;
      const owner = row.frame === "GICR" ? ` of cpu${cpu}` : "";
      return `${row.frame}+\`${at}\`${owner}, guest physical \`0x${address.toString(16).padStart(8, "0")}\``;
    }
  }
}

function widthWords({ widths, frame }: RegisterRow): string {
  if (frame === "ICC" || widths.length === 0) return "";
  return `; the guest may use ${widths.map((width) => width * 8).join(" and ")}-bit accesses`;
}

function fieldLines({ fields }: RegisterRow): string[] {
  if (fields.length === 0) return [];
  return [
    "",
    "| bits | field | |\n|---|---|---|",
    ...fields.map((field) => `| ${bitsWords(field)} | ${field.name} | ${field.doc} |`),
  ];
}
