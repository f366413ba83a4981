/** The register that a mistyped name was probably meant to be. */
import { nearest } from "../syntax/nearest.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { registers } from "../vgic/registers/registers.ts";

/** Registers by their names without the number at the end: of an array of 256 one name is compared. */
const stems = new Map<Model, ReadonlyMap<string, readonly string[]>>();

function stemOf(name: string): string {
  return name.replace(/\d{1,4}$/, "");
}

function stemsOf(model: Model): ReadonlyMap<string, readonly string[]> {
  const known = stems.get(model);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  for (const name of registers(model).names()) {
    const stem = stemOf(name);
    const others = found.get(stem);
    if (others === undefined) found.set(stem, [name]);
    else others.push(name);
  }
  stems.set(model, found);
  return found;
}

/** The name of a register of a model that is near to a word; undefined when none is. */
export function nearestRegister(model: Model, word: string): string | undefined {
  const atEl1 = `${word}_EL1`;
  if (registers(model).find(atEl1) !== undefined) return atEl1;
  const near = nearest(stemOf(word), stemsOf(model).keys());
  // A block's own name is no slip of the pen: GITS_TYPER is not meant to be GICD_TYPER.
  const block = /^(?:GITS|GICV|GICH|GICM)_/.exec(word)?.[0] ?? "";
  if (near === undefined || !near.startsWith(block)) return undefined;
  const sameNumber = near + word.slice(stemOf(word).length);
  if (registers(model).find(sameNumber) !== undefined) return sameNumber;
  return nearest(word, stemsOf(model).get(near) ?? []);
}
