/** Which SGIs a value raises that is written to an SGI register. */
import type { Setup } from "../../program/setup.ts";
import { cpuOfAffinity } from "../../vgic/kvm-abi.ts";

/** An interrupt as a vCPU sees it; of an SPI the vCPU does not matter. */
export interface Interrupt {
  readonly cpu: number;
  readonly intid: number;
}

/** The SGIs that `sender` raises with a value; undefined when the register raises none. */
export function sgisSent(
  register: string,
  value: bigint,
  sender: number,
  { cpus }: Setup,
): Interrupt[] | undefined {
  if (register !== "GICD_SGIR" && !/^ICC_(?:SGI[01]R|ASGI1R)_EL1$/.test(register)) return undefined;
  const field = (low: number, bits: number) => Number((value >> BigInt(low)) & ((1n << BigInt(bits)) - 1n));
  const all = Array.from({ length: cpus }, (_, cpu) => cpu);
  if (register === "GICD_SGIR") {
    const intid = field(0, 4);
    const listed = all.filter((cpu) => (field(16, 8) >> cpu) & 1);
    // TargetListFilter; 3 is reserved.
    const reached = [listed, all.filter((cpu) => cpu !== sender), [sender]][field(24, 2)] ?? [];
    return reached.map((cpu) => ({ cpu, intid }));
  }
  const intid = field(24, 4);
  if (field(40, 1) === 1) return all.filter((cpu) => cpu !== sender).map((cpu) => ({ cpu, intid }));
  if (field(48, 8) !== 0) return [];
  const aff0 = Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => (field(0, 16) >> bit) & 1);
  return aff0.flatMap((bit) => {
    const cpu = cpuOfAffinity((field(32, 8) << 16) | (field(16, 8) << 8) | bit, cpus);
    return cpu === undefined ? [] : [{ cpu, intid }];
  });
}
