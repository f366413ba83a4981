/** Which interrupts of a vCPU's queue get list registers, and what becomes of the others: kernels differ in that. */
import type { Machine } from "../machine.ts";

export interface ListRegisterModel {
  /** Guest entry: fills the list registers from the vCPU's queue. */
  fill(m: Machine, cpu: number): void;
  /** Guest exit: takes the list registers back into the interrupts' state, then cleans the queue. */
  fold(m: Machine, cpu: number): void;
  /** Whether the guest's write of ICC_DIR_EL1 in the entry at hand traps to KVM, rather than reach the hardware. */
  trapsDeactivation(m: Machine): boolean;
}
