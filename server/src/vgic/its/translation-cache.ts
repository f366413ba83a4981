/**
 * The translations that KVM remembers (since Linux 5.4): an MSI that finds one does not ask the ITS. A command or a register
 * that may change a translation makes it forget all of them; what does not, shows here.
 */
import type { Machine } from "../machine.ts";
import { translationBit } from "../sparse-state.ts";
import { mappings } from "./its-state.ts";

/** Only events of 16 bits are remembered. */
const REMEMBERED_EVENTS = 1 << 16;

/** KVM forgets all translations. */
export function forgetTranslations(m: Machine): void {
  const { translations } = mappings(m);
  if (translations.isEmpty) return;
  const end = Number.MAX_SAFE_INTEGER;
  for (
    let word = translations.nextNonZero(0, end);
    word < end;
    word = translations.nextNonZero(word + 1, end)
  )
    translations.set(word, 0);
  translations.clear();
}

export function isRemembered(m: Machine, place: number, event: number): boolean {
  if (event >= REMEMBERED_EVENTS) return false;
  const { word, bit } = translationBit(place, event);
  return (mappings(m).translations.get(word) & bit) !== 0;
}

export function remember(m: Machine, place: number, event: number): void {
  if (event >= REMEMBERED_EVENTS || !m.traits.translationCache) return;
  const { translations } = mappings(m);
  const { word, bit } = translationBit(place, event);
  translations.set(word, translations.get(word) | bit);
}
