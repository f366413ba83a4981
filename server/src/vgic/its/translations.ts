/** From an MSI to an LPI (vgic_its_resolve_lpi, KVM behaviour). */
import type { Errno } from "../errno.ts";
import { pendLpi } from "../lpis.ts";
import type { Machine } from "../machine.ts";
import { CPU, VM } from "../state.ts";
import { collectionOf, collectionTarget, eventLpi, findDevice, isMapped } from "./mapping.ts";
import type { Blocked } from "./skipped.ts";
import { isRemembered, remember } from "./translation-cache.ts";

/** What KVM_SIGNAL_MSI returns, by what became of the MSI: 1 where an LPI was made pending, 0 where it was blocked. */
export function msiResult(blocked: Blocked | undefined): 0 | 1 | Errno {
  if (blocked === undefined) return 1;
  return blocked === "its-disabled" || blocked === "lpis-disabled" ? "EBUSY" : 0;
}

/** An MSI by a device. */
export function signalMsi(m: Machine, deviceId: number, event: number): Blocked | undefined {
  const place = findDevice(m, deviceId);
  if (place === undefined || !isRemembered(m, place, event)) return injectEvent(m, deviceId, event);
  pendLpi(m, eventLpi(m, place, event), { device: deviceId, event });
  return undefined;
}

/** An MSI that the ITS is asked about, or an INT command. */
export function injectEvent(m: Machine, deviceId: number, event: number): Blocked | undefined {
  if (m.state.vm(VM.itsEnabled) === 0) return "its-disabled";
  const place = findDevice(m, deviceId);
  if (place === undefined) return "device-unmapped";
  if (!isMapped(m, place, event)) return "event-unmapped";
  const target = collectionTarget(m, collectionOf(m, place, event));
  if (target === 0) return "collection-unmapped";
  if (m.state.cpu(CPU.lpisEnabled, target - 1) === 0) return "lpis-disabled";
  remember(m, place, event);
  pendLpi(m, eventLpi(m, place, event), { device: deviceId, event });
  return undefined;
}
