/** What QEMU's scripts/analyze-migration.py prints: the sections of a stream as JSON. */

import { member, membersOf } from "./json.ts";
import { qemuV2, qemuV3 } from "./qemu.ts";
import { GICV2, GICV3, ITS, structureInJson } from "./qemu-fields.ts";
import type { Refusal, Snapshot } from "./snapshot.ts";

const SECTION = /^(arm_gic|arm_gicv3|arm_gicv3_its) \(0?x?[\da-f]+\)$/;
const ANY_SECTION = /^[\w:./-]+ \((?:0x)?[\da-f]+\)$/;

/** Whether a JSON value is such a print, or the description that `-d desc` prints. */
export function isQemuJson(state: unknown): boolean {
  const names = membersOf(state);
  return names.some((name) => SECTION.test(name)) || isDescription(state) || isOther(names);
}

function isDescription(state: unknown): boolean {
  return Array.isArray(member(state, "devices")) && member(state, "page_size") !== undefined;
}

function isOther(names: readonly string[]): boolean {
  return names.some((name) => name.startsWith("ram (")) && names.every((name) => ANY_SECTION.test(name));
}

/** The vGIC of such a print. */
export function readQemuJson(state: unknown): Snapshot | Refusal {
  if (isDescription(state)) {
    return {
      refusal:
        "it is the description of a migration stream, without values; print those with `analyze-migration.py -f FILE`, or import FILE itself",
    };
  }
  const named = (name: string) => membersOf(state).find((one) => SECTION.exec(one)?.[1] === name);
  const title = "a print of QEMU's analyze-migration.py";
  const [gicv3, gicv2, its] = [named("arm_gicv3"), named("arm_gic"), named("arm_gicv3_its")];
  if (gicv3 !== undefined) {
    return qemuV3(structureInJson(member(state, gicv3), GICV3, "arm_gicv3"), {
      title,
      its: its === undefined ? undefined : structureInJson(member(state, its), ITS, "arm_gicv3_its"),
    });
  }
  if (gicv2 !== undefined) {
    const cpus = membersOf(state).filter((name) => /^cpu \(/.test(name)).length;
    const fields = structureInJson(member(state, gicv2), GICV2, "arm_gic");
    return qemuV2(fields, { title }, cpus === 0 ? undefined : cpus);
  }
  return { refusal: `it is ${title} of a machine without an Arm GIC` };
}
