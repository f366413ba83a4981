/** The facts of a register from its table row, as Markdown. */
import { Environment } from "../program/environment.ts";
import type { Setup } from "../program/setup.ts";
import { type RegisterMatch, type RegisterRow, registerCount } from "../vgic/registers/register-table.ts";
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
    `**Revisions:** ${row.revisions ?? "none changes this register; what it reads differs where the state does."}`,
    "",
    "| | |\n|---|---|",
    ...facts.map(([what, text]) => `| ${what} | ${text} |`),
    ...fieldLines(row),
  ].join("\n");
}

/** The registers of an array that the VM uses: "GICD_ISENABLER1 to GICD_ISENABLER7, 1 bit an interrupt". */
export function arrayWords(row: RegisterRow, setup: Setup): string {
  const { first, count } = indexesInUse(row, setup);
  const range = `${row.name}${first} to ${row.name}${first + count - 1}`;
  const { bitsPerInterrupt: bits } = row;
  if (bits === 0) return range;
  return `${range}, ${bits} bit${bits > 1 ? "s" : ""} an interrupt`;
}

/** The indexes of an array's registers that are about interrupts which the VM has in that frame. */
export function indexesInUse(
  row: RegisterRow,
  { irqs, model }: Setup,
): { readonly first: number; readonly count: number } {
  const first = row.firstIndex ?? 0;
  if (row.bitsPerInterrupt === 0) return { first, count: registerCount(row) };
  const reaching = (intids: number) => Math.ceil((intids * row.bitsPerInterrupt) / (row.size * 8));
  // A GICv3 distributor has nothing of SGIs and PPIs: those are in the redistributors.
  const skipped = model === "v3" && row.frame === "GICD" ? reaching(32) : 0;
  const count = Math.min(registerCount(row), reaching(irqs)) - skipped;
  return { first: first + skipped, count };
}

function placeWords({ row, offset }: RegisterMatch, setup: Setup, cpu: number): string {
  const at = `0x${offset.toString(16)}`;
  switch (row.frame) {
    case "ICC":
      return `system register, attribute \`${at}\` of CPU_SYSREGS`;
    case "LEVEL":
      return `attribute of LEVEL_INFO, INTIDs ${offset} to ${offset + 31}`;
    default: {
      const address = new Environment(setup).baseOf(row.frame, cpu) + offset;
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
