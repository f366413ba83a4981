/** The list registers themselves. Knows nothing of the rest, so that all that acts on them can be given them. */

export const LR_PENDING = 1;
export const LR_ACTIVE = 2;
/** EOIcount has five bits. */
const MOST_EOIS = 0x1f;

/** What the list registers hold. Between operations it is nothing. */
export class ListRegisters {
  /** How many there are. */
  readonly count: number;
  used = 0;
  readonly slot: Uint32Array;
  readonly intid: Uint32Array;
  /** LR_PENDING and LR_ACTIVE. */
  readonly state: Uint8Array;
  readonly group: Uint8Array;
  readonly priority: Uint8Array;
  /** GICv2 SGIs: the sending vCPU. */
  readonly source: Uint8Array;
  /** EOIcount: ends of interrupts that no list register held as active, in the entry at hand. */
  eoiCount = 0;
  /** Whether more interrupts, active ones among them, can be delivered than there are registers, in the entry at hand. */
  overflown = false;
  /** The groups that were enabled when the vCPU entered: bits 0 and 1. */
  enabledGroups = 0;

  constructor(count: number) {
    this.count = count;
    // One more than there are: what an interrupt outside them would have.
    const length = count + 1;
    this.slot = new Uint32Array(length);
    this.intid = new Uint32Array(length);
    this.state = new Uint8Array(length);
    this.group = new Uint8Array(length);
    this.priority = new Uint8Array(length);
    this.source = new Uint8Array(length);
  }

  /** An end of interrupt found no active list register. */
  countEoi(): void {
    this.eoiCount = (this.eoiCount + 1) & MOST_EOIS;
  }

  /** Whether a register is pending, and not active as well. */
  get hasPending(): boolean {
    for (let lr = 0; lr < this.used; lr++) if (this.state[lr] === LR_PENDING) return true;
    return false;
  }

  /** Whether a register is active. */
  get hasActive(): boolean {
    for (let lr = 0; lr < this.used; lr++) if ((this.state[lr] & LR_ACTIVE) !== 0) return true;
    return false;
  }

  /** All are empty. */
  clear(): void {
    this.used = 0;
    this.eoiCount = 0;
    this.overflown = false;
  }
}
