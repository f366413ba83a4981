/** What a search is asked. */
import type { Model } from "../vgic/kvm-abi.ts";
import type { Side } from "./side.ts";

export interface SearchRequest {
  readonly sides: readonly [Side, Side];
  readonly model: Model;
  /** Whose eyes count: the guest's alone, or the VMM's as well. */
  readonly observer: "guest" | "vmm";
  readonly seed: number;
  /** Whether the VM has an ITS, which GICv3 alone can have. */
  readonly its: boolean;
}
