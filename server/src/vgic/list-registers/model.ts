/** What kernels do differently with list registers: a model is one choice of each. */
import type { Machine } from "../machine.ts";

/** Guest entry: fills the list registers from the vCPU's queue. */
export type Fill = (m: Machine, cpu: number) => void;

/** Guest exit: takes the list registers back into the interrupts' state, then cleans the queue. */
export type Fold = (m: Machine, cpu: number) => void;

export interface ListRegisterModel {
  readonly fill: Fill;
  readonly fold: Fold;
  /** Whether the guest's write of ICC_DIR_EL1 in the entry at hand traps to KVM, rather than reach the hardware. */
  readonly trapsDeactivation: (m: Machine) => boolean;
}
