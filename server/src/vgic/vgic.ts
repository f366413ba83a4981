/**
 * The one door to the emulator of KVM's vGIC: a VM with its interrupt controller, the guest's and the VMM's
 * accesses, interrupt lines, a fresh VM, snapshot and restore. It depends on nothing outside this folder.
 */

import type { Ending } from "./answer.ts";
import { Attributes } from "./attributes.ts";
import { Creation } from "./creation.ts";
import { CurrentAccess, type Ineffective } from "./current-access.ts";
import {
  type Bases,
  baseOf,
  DEFAULT_BASES,
  type Frame,
  type FramePlace,
  type MemoryFrame,
  placeOf,
} from "./frame-table.ts";
import { Frames } from "./frames.ts";
import { GuestAccess } from "./guest-access.ts";
import { queuedOn, queueOf, setLine } from "./interrupts.ts";
import { COMMAND_BYTES } from "./its/command-fields.ts";
import { encode, type ItsCommand } from "./its/commands.ts";
import { queueAddress, queueSize } from "./its/queue.ts";
import { resetIts } from "./its/reset.ts";
import { restoreTables, saveTables } from "./its/tables.ts";
import { msiResult, signalMsi } from "./its/translations.ts";
import { ItsView } from "./its/view.ts";
import { DEFAULT_HARDWARE } from "./kernels/hardware.ts";
import type { Host } from "./kernels/hosts.ts";
import { iidr } from "./kernels/revisions.ts";
import { FIRST_PPI, FIRST_SPI, IRQS } from "./limits.ts";
import { savePendingTables } from "./lpis.ts";
import { type Decision, Machine } from "./machine.ts";
import type { Notice } from "./notice.ts";
import { OperationChanges } from "./operation-changes.ts";
import { DEFAULT_RAM, type NewVm, type VgicOptions } from "./options.ts";
import { GICD_IIDR } from "./registers/gicd-iidr.ts";
import { offsetOf } from "./registers/registers.ts";
import { reset } from "./reset.ts";
import { CREATED, initialise, type Setting, type SetUp, sameSetUp, setUpWith } from "./set-up.ts";
import { type Layout, type State, type StateSnapshot, VM } from "./state.ts";
import { trap } from "./vcpu.ts";

/** Everything that `Vgic.restore` needs to go back: the state, and the host that the VM was on. */
export interface Snapshot {
  readonly state: StateSnapshot;
  readonly host: Host;
  readonly setUp: SetUp;
}

const GITS_CWRITER = offsetOf("v3", "GITS_CWRITER");

export class Vgic {
  readonly options: VgicOptions;
  readonly #machine: Machine;
  readonly #access: CurrentAccess;
  readonly #frames: Frames;
  readonly #guest: GuestAccess;
  readonly #attributes: Attributes;
  readonly #creation: Creation;
  readonly #changes: OperationChanges;
  /** How far a fresh VM is set up. */
  readonly #fresh: SetUp;

  constructor(options: VgicOptions) {
    this.options = options;
    const { model, cpus, irqs, host, hardware = DEFAULT_HARDWARE, created = false, its: hasIts } = options;
    const ram = options.ram ?? (hasIts ? DEFAULT_RAM : undefined);
    // Where the VMM chooses the number of interrupts there is room for all that it can choose.
    const room = created ? IRQS.most : irqs;
    this.#machine = new Machine(model, cpus, room, host, hardware, { hasIts, ram });
    this.#access = new CurrentAccess(this.#machine);
    this.#frames = new Frames(this.#machine, this.#access, []);
    this.#guest = new GuestAccess(this.#machine, this.#access, this.#frames);
    this.#creation = new Creation(this.#machine, this.#access, this.#frames);
    this.#attributes = new Attributes(this.#machine, this.#access, this.#frames, this.#creation);
    this.#changes = new OperationChanges(this.#machine);
    this.#fresh = created ? CREATED : setUpWith(model, irqs, this.bases, options.regions);
    this.#creation.become(this.#fresh);
    this.newVm({ revision: options.revision });
  }

  /** Where the frames are. */
  get bases(): Bases {
    return this.options.bases ?? DEFAULT_BASES;
  }

  /** Bits [31:0] of the value of the last access that returned one. */
  get low(): number {
    return this.#access.low;
  }

  /** Bits [63:32] of it. */
  get high(): number {
    return this.#access.high;
  }

  /** The value of the last access that returned one, 64 bits. */
  get value(): bigint {
    return this.high === 0 ? BigInt(this.low) : (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** Why the last access could have no effect; undefined if it could. */
  get ineffective(): Ineffective | undefined {
    return this.#access.ineffective;
  }

  /** The host that the VM is on now. */
  get host(): Host {
    return this.#machine.host;
  }

  /** The revision that GICD_IIDR shows now. */
  get revision(): number {
    return this.#machine.state.vm(VM.revision);
  }

  /** What was decided in the last access because of the revision or the host. */
  get decision(): Decision | undefined {
    return this.#machine.decision;
  }

  /** What the last operation did that nobody is told. */
  get notices(): readonly Notice[] {
    return this.#machine.notices;
  }

  /** What the ITS has mapped, and its LPIs; undefined in a VM without an ITS. */
  get its(): ItsView | undefined {
    return this.#machine.hasIts ? new ItsView(this.#machine) : undefined;
  }

  /** Whether the host's kernel has crashed, or a vCPU does not come back: nothing more happens in this VM. */
  get hasFailed(): boolean {
    return this.#machine.state.vm(VM.hostFailed) !== 0;
  }

  /** What is asked of a VM whose host has failed comes to nothing. */
  stayFailed(): Ending {
    this.#begin(0, true);
    return "host-failure";
  }

  /** Whether the kernel refuses all calls, since the first run of a vCPU has failed. */
  get isDead(): boolean {
    return this.setUp.dead ?? false;
  }

  /** What is asked of a dead VM comes to nothing (kvm_vm_dead). */
  stayDead(): Ending {
    this.#begin(0, true);
    return "EIO";
  }

  /** How far the vGIC is set up. */
  get setUp(): SetUp {
    return this.#creation.setUp;
  }

  /** The state, to look at and to compare; `state.changes` lists the words that the last operation changed. */
  get state(): State {
    return this.#machine.state;
  }

  get layout(): Layout {
    return this.#machine.layout;
  }

  /** The vCPU whose queue an interrupt is on, given by its slot. */
  queuedOn(slot: number): number | undefined {
    const queued = queuedOn(this.#machine, slot);
    return queued === 0 ? undefined : queued - 1;
  }

  /** The INTIDs on a vCPU's queue, first in first. */
  queue(cpu: number): number[] {
    return queueOf(this.#machine, cpu).map((slot) => this.layout.intid(slot));
  }

  /** Where a guest's access of `width` bytes lands; undefined outside all frames. */
  locate(address: number, width: number): FramePlace | undefined {
    return placeOf(this.#frames.map, address, width);
  }

  /** The guest physical address of a byte in a frame; of a redistributor, vCPU `cpu`'s. */
  addressOf(frame: MemoryFrame, cpu: number, offset: number): number {
    return baseOf({ ...this.options, bases: this.bases }, frame, cpu) + offset;
  }

  /**
   * The VMM destroys the VM and creates another: everything is in reset state and lines are low. With a revision
   * it then writes GICD_IIDR, and the host may refuse.
   */
  newVm({ host, revision, setUp = this.#fresh, keepsMemory = false }: NewVm = {}): Ending {
    return this.asOne(() => {
      this.#begin(0, true);
      if (host) this.#machine.host = host;
      this.#creation.become(setUp);
      reset(this.#machine, keepsMemory);
      return revision === undefined ? "ok" : this.userSet("GICD", 0, GICD_IIDR.offset, iidr(revision), 0);
    });
  }

  /** KVM_GET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR or KVM_HAS_DEVICE_ATTR of what sets up the vGIC. */
  setting(verb: "get" | "set" | "has", setting: Setting, region: number, low: number, high: number): Ending {
    this.#begin(0, true);
    return this.#creation.call(verb, setting, region, low, high);
  }

  /** KVM_DEV_ARM_VGIC_CTRL_INIT. */
  init(): Ending {
    this.#begin(0, true);
    this.#creation.become(initialise(this.setUp));
    return "ok";
  }

  /** Does several accesses as one operation: `state.changes` lists what all of them together changed. */
  asOne(action: () => Ending): Ending {
    const answer = this.#changes.asOne(action);
    this.#access.ineffective = undefined;
    return answer;
  }

  /**
   * A load by the guest.
   * @param address guest physical address
   * @param width in bytes: 1, 2, 4 or 8
   */
  guestRead(cpu: number, address: number, width: number): Ending {
    const refusal = this.#beginInGuest(cpu);
    return refusal === "ok" ? this.#guest.load(cpu, address, width) : refusal;
  }

  /** A store by the guest; `high` holds bits [63:32] of an 8-byte one. */
  guestWrite(cpu: number, address: number, width: number, low: number, high = 0): Ending {
    const refusal = this.#beginInGuest(cpu);
    return refusal === "ok" ? this.#guest.store(cpu, address, width, low, high) : refusal;
  }

  /** The guest reads a system register, given by its attribute code; "abort" stands for an undefined instruction. */
  readSystemRegister(cpu: number, code: number): Ending {
    const refusal = this.#beginInGuest(cpu);
    return refusal === "ok" ? this.#guest.readSystemRegister(cpu, code) : refusal;
  }

  /** The guest writes a system register. */
  writeSystemRegister(cpu: number, code: number, low: number, high = 0): Ending {
    const refusal = this.#beginInGuest(cpu);
    return refusal === "ok" ? this.#guest.writeSystemRegister(cpu, code, low, high) : refusal;
  }

  /** A vCPU enters the guest and leaves. */
  run(cpu: number): Ending {
    const refusal = this.#beginInGuest(cpu);
    if (refusal === "ok") trap(this.#machine, cpu);
    return refusal;
  }

  /** Every vCPU enters and leaves in order, twice: what is in flight reaches its place. */
  settle(): Ending {
    const refusal = this.#beginInGuest(0);
    if (refusal !== "ok") return refusal;
    for (let round = 0; round < 2; round++) {
      for (let cpu = 0; cpu < this.#machine.cpus; cpu++) trap(this.#machine, cpu);
    }
    return "ok";
  }

  /**
   * KVM_GET_DEVICE_ATTR of a register.
   * @param cpu the vCPU that the attribute names
   * @param offset byte offset in the frame; the attribute code of a system register; the first INTID of LEVEL
   */
  userGet(frame: Frame, cpu: number, offset: number): Ending {
    this.#begin(cpu, true);
    return this.#attributes.get(frame, offset);
  }

  /** KVM_SET_DEVICE_ATTR of a register; `high` holds bits [63:32] of a system register's value. */
  userSet(frame: Frame, cpu: number, offset: number, low: number, high = 0): Ending {
    this.#begin(cpu, true);
    return this.#attributes.set(frame, offset, low, high);
  }

  /** KVM_HAS_DEVICE_ATTR: "ok" or "ENXIO". */
  userHas(frame: Frame, cpu: number, offset: number): Ending {
    this.#begin(cpu, true);
    return this.#attributes.has(frame, offset);
  }

  /**
   * Drives the input line of a PPI or SPI; "pulse" is high, then low.
   * @param cpu whose PPI; absent: an SPI. KVM_IRQ_LINE names the type beside the number, and refuses what has no line
   * @param byOwner the in-kernel device that owns the interrupt changes its output; else KVM_IRQ_LINE
   */
  setLine(intid: number, cpu: number | undefined, level: "high" | "low" | "pulse", byOwner: boolean): Ending {
    this.#begin(cpu ?? 0, true);
    const { layout, cpus } = this.#machine;
    const isPrivate = intid < FIRST_SPI;
    // KVM checks the number's type and vCPU before the vGIC's state, and whether there is such an SPI after it.
    if (cpu === undefined ? isPrivate : cpu >= cpus || intid < FIRST_PPI || !isPrivate) return "EINVAL";
    const refusal = this.#creation.prepareAccess();
    if (refusal !== "ok") return refusal;
    if (cpu === undefined && intid >= layout.irqs) return "EINVAL";
    const slot = layout.slot(cpu ?? 0, intid);
    if (level !== "low") setLine(this.#machine, slot, true, byOwner);
    if (level !== "high") setLine(this.#machine, slot, false, byOwner);
    return "ok";
  }

  /** The VMM, or a device, reads guest memory. @param address a multiple of the width, in memory */
  memoryRead(address: number, width: number): Ending {
    this.#begin(0, true);
    return this.#access.loadMemory(address, width) ? "ok" : "EFAULT";
  }

  /** The VMM, or a device, writes guest memory. */
  memoryWrite(address: number, width: number, low: number, high = 0): Ending {
    this.#begin(0, true);
    return this.#access.storeMemory(address, width, low, high) ? "ok" : "EFAULT";
  }

  /** Sets bytes of guest memory to one value. */
  memoryFill(address: number, length: number, byte: number): Ending {
    this.#begin(0, true);
    const { memory, state } = this.#machine;
    if (memory?.has(address, length) !== true) return "EFAULT";
    memory.fill(address, length, byte);
    state.changedWidely = true;
    return "ok";
  }

  /** A driver gives the ITS a command: it stores it after the last one in the queue, and writes GITS_CWRITER. */
  itsCommand(cpu: number, command: ItsCommand): Ending {
    this.#begin(cpu, false);
    const m = this.#machine;
    const words = encode(command);
    const at = m.state.vm(VM.cwriter);
    const address = queueAddress(m) + at;
    this.#changes.asParts(() => {
      for (let i = 0; i < words.length; i += 2)
        this.guestWrite(cpu, address + i * 4, 8, words[i], words[i + 1]);
      this.guestWrite(cpu, this.bases.its + GITS_CWRITER, 8, (at + COMMAND_BYTES) % queueSize(m));
    });
    this.#access.ineffective = undefined;
    return "ok";
  }

  /** KVM_SIGNAL_MSI by a device to GITS_TRANSLATER. Its value is 1 when an LPI was made pending, and 0 when it was blocked. */
  signalMsi(device: number, event: number): Ending {
    this.#begin(0, true);
    const blocked = signalMsi(this.#machine, device, event);
    if (blocked !== undefined) this.#machine.notices.push({ kind: "msi-blocked", why: blocked });
    const result = msiResult(blocked);
    if (typeof result === "string") return result;
    this.#access.low = result;
    return "ok";
  }

  /** KVM_DEV_ARM_ITS_SAVE_TABLES: what is mapped is written into guest memory. */
  saveTables(): Ending {
    this.#begin(0, true);
    return this.#ended(saveTables(this.#machine));
  }

  /** KVM_DEV_ARM_ITS_RESTORE_TABLES: what guest memory says is mapped. */
  restoreTables(): Ending {
    this.#begin(0, true);
    return this.#ended(restoreTables(this.#machine));
  }

  /** KVM_DEV_ARM_ITS_CTRL_RESET. */
  resetIts(): Ending {
    this.#begin(0, true);
    resetIts(this.#machine);
    return "ok";
  }

  /** KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES: what LPIs are pending is written into guest memory. */
  savePendingTables(): Ending {
    this.#begin(0, true);
    if (this.#machine.model === "v2" || !this.setUp.initialised) return "ENXIO";
    return savePendingTables(this.#machine);
  }

  /** Another VM in the same state, on the same host or as it would be on another, to try things on. */
  copy(host = this.host): Vgic {
    const copy = new Vgic(this.options);
    copy.restore({ ...this.snapshot(), host });
    return copy;
  }

  /**
   * Takes over what the last operation changed in another vGIC that was in the same state, instead of doing the
   * operation again. Precondition: nothing was decided in it (`decision`) that depends on revision or host.
   */
  follow(other: Vgic): void {
    this.#machine.decision = undefined;
    if (other.#creation.hasChanged) this.#creation.become(other.setUp);
    this.#machine.state.copyChanges(other.state);
  }

  /** A copy of the whole state. */
  snapshot(): Snapshot {
    return { state: this.#machine.state.snapshot(), host: this.#machine.host, setUp: this.setUp };
  }

  /** Whether this VM is in the state of a snapshot. */
  isAt({ state, host, setUp }: Snapshot): boolean {
    const m = this.#machine;
    return m.host.name === host.name && sameSetUp(this.setUp, setUp) && m.state.equals(state);
  }

  /** Puts back a snapshot of a VM with the same model, vCPUs and interrupts. */
  restore({ state, host, setUp }: Snapshot): void {
    this.#machine.host = host;
    if (setUp !== this.setUp) this.#creation.become(setUp);
    this.#machine.state.restore(state);
  }

  #begin(cpu: number, byUser: boolean): void {
    if (this.#changes.begin()) this.#creation.hasChanged = false;
    this.#access.begin(cpu, byUser);
  }

  /** A vCPU does something in the guest, which it must enter first. Returns what that fails with. */
  #beginInGuest(cpu: number): Ending {
    this.#begin(cpu, false);
    return this.#creation.prepareRun();
  }

  #ended(ending: Ending): Ending {
    if (ending === "host-failure") this.#machine.state.setVm(VM.hostFailed, 1);
    return ending;
  }
}
