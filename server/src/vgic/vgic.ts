/**
 * The one door to the emulator of KVM's vGIC: a VM with its interrupt controller, the guest's and the VMM's
 * accesses, interrupt lines, a fresh VM, snapshot and restore. It depends on nothing outside this folder.
 */

import type { Ending } from "./answer.ts";
import type { Errno } from "./errno.ts";
import {
  type Bases,
  baseOf,
  DEFAULT_BASES,
  FRAMES,
  type Frame,
  type FramePlace,
  type MemoryFrame,
  mapFrames,
  placeOf,
} from "./frame-table.ts";
import { Frames, type Nowhere } from "./frames.ts";
import type { Ram } from "./guest-memory.ts";
import { queuedOn, queueOf, setLine } from "./interrupts.ts";
import { COMMAND_BYTES } from "./its/command-fields.ts";
import { encode, type ItsCommand } from "./its/commands.ts";
import { eventLpi, findDevice, isMapped } from "./its/mapping.ts";
import { queueAddress, queueSize } from "./its/queue.ts";
import { resetIts } from "./its/reset.ts";
import { restoreTables, saveTables } from "./its/tables.ts";
import { msiResult, signalMsi } from "./its/translations.ts";
import { DEFAULT_HARDWARE, type Hardware } from "./kernels/hardware.ts";
import type { Host } from "./kernels/hosts.ts";
import { iidr } from "./kernels/revisions.ts";
import type { Model } from "./kvm-abi.ts";
import { FIRST_PPI, FIRST_SPI, IRQS } from "./limits.ts";
import { savePendingTables } from "./lpis.ts";
import { type Decision, type IgnoredWrite, Machine } from "./machine.ts";
import type { Notice } from "./notice.ts";
import { GICD_IIDR } from "./registers/gicd-iidr.ts";
import { offsetIn, type Region } from "./registers/region.ts";
import type { Access, ReadHandler, WriteHandler } from "./registers/register-table.ts";
import { systemRegister } from "./registers/registers.ts";
import { ISR, MPIDR } from "./registers/system-registers.ts";
import { reset } from "./reset.ts";
import {
  CREATED,
  firstRun,
  getSetting,
  hasSetting,
  initialise,
  lastOfRegions,
  type RedistributorRegion,
  type Setting,
  type SettingVm,
  type SetUp,
  sameSetUp,
  setSetting,
  setUpWith,
} from "./set-up.ts";
import { type Layout, type State, type StateSnapshot, VM } from "./state.ts";
import { enter, leave, resume, trap } from "./vcpu.ts";

/** Why an access did nothing, or read as zero. */
export type Ineffective = Nowhere | "read-only" | IgnoredWrite;

export interface VgicOptions {
  readonly model: Model;
  /** vCPUs, from 1: see LIMITS. */
  readonly cpus: number;
  /** INTIDs 0 to irqs-1: see IRQS. */
  readonly irqs: number;
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR after creation; absent: nothing, the host's default shows. */
  readonly revision?: number;
  readonly bases?: Bases;
  /** Regions of redistributors, in order; absent: one for all vCPUs. */
  readonly regions?: readonly RedistributorRegion[];
  /** What the host's hardware has; absent: what the recorded machine has. */
  readonly hardware?: Hardware;
  /** Whether the VMM has only created the vGIC, and sets it up itself. */
  readonly created?: boolean;
  /** Whether the VM has an ITS. */
  readonly its?: boolean;
  /** Guest memory; absent: none, or with an ITS 1 GiB from 1 GiB on. */
  readonly ram?: Ram;
}

/** What a VM with an ITS has for memory unless it says otherwise. */
export const DEFAULT_RAM: Ram = { start: 0x40000000, size: 0x40000000 };

const GITS_CWRITER = 0x88;
/** From there on, the ITS's registers have 32 bits. */
const ITS_IDENTIFICATION = 0xffd0;

/** Everything that `Vgic.restore` needs to go back: the state, and the host that the VM was on. */
export interface Snapshot {
  readonly state: StateSnapshot;
  readonly host: Host;
  readonly setUp: SetUp;
}

/** What a fresh VM gets. */
export interface NewVm {
  /** How far the VMM sets it up; absent: as the options say. */
  readonly setUp?: SetUp;
  /** The host that the VM is made on; absent: the one that it was on. */
  readonly host?: Host;
  /** What the VMM writes into GICD_IIDR after creation; absent: nothing, the host's default shows. */
  readonly revision?: number;
  /** Whether guest memory keeps its contents; else it reads as zero. */
  readonly keepsMemory?: boolean;
}

/** From this byte on a GICv2 CPU interface is not the hardware's but KVM's, on newer kernels. */
const EMULATED_INTERFACE = 0x1000;

const TYPER2_OFFSET = 0xc;
/** The attribute of LEVEL_INFO names an INTID below this. */
const LEVEL_INTIDS = 1024;

export class Vgic {
  /** The value of the last access that returned one: bits [31:0] and [63:32]. */
  low = 0;
  high = 0;
  /** Why the last access could have no effect; undefined if it could. */
  ineffective: Ineffective | undefined;

  readonly options: VgicOptions;
  readonly #machine: Machine;
  readonly #frames: Frames;
  /** How far a fresh VM is set up. */
  readonly #fresh: SetUp;
  #setUp: SetUp;
  /** Whether the last operation set something up. */
  #hasSetUp = false;
  /** The sparse words that changed so far in several accesses that make one operation. */
  #gathered: Set<number> | undefined;
  /** Whether the accesses at hand are parts of one operation whose changes add up. */
  #isPart = false;
  readonly #access: Access = { cpu: 0, byUser: false, banked: true };

  constructor(options: VgicOptions) {
    this.options = options;
    const { model, cpus, irqs, host, hardware = DEFAULT_HARDWARE, created = false } = options;
    const ram = options.ram ?? (options.its ? DEFAULT_RAM : undefined);
    // Where the VMM chooses the number of interrupts there is room for all that it can choose.
    this.#machine = new Machine(model, cpus, created ? IRQS.most : irqs, host, hardware, {
      hasIts: options.its,
      ram,
    });
    this.#frames = new Frames(this.#machine, this.#access, []);
    this.#fresh = created ? CREATED : setUpWith(model, irqs, this.bases, options.regions);
    this.#setUp = this.#fresh;
    this.newVm({ revision: options.revision });
  }

  /** Where the frames are. */
  get bases(): Bases {
    return this.options.bases ?? DEFAULT_BASES;
  }

  /** The value of the last access that returned one, 64 bits. */
  get value(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
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

  /**
   * The VMM destroys the VM and creates another: everything is in reset state and lines are low. With a revision
   * it then writes GICD_IIDR, and the host may refuse.
   */
  newVm({ host, revision, setUp = this.#fresh, keepsMemory = false }: NewVm = {}): Ending {
    return this.asOne(() => {
      this.#begin(0, true);
      if (host) this.#machine.host = host;
      this.#become(setUp);
      reset(this.#machine, keepsMemory);
      return revision === undefined ? "ok" : this.userSet("GICD", 0, GICD_IIDR.offset, iidr(revision), 0);
    });
  }

  /** How far the vGIC is set up. */
  get setUp(): SetUp {
    return this.#setUp;
  }

  /** KVM_GET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR or KVM_HAS_DEVICE_ATTR of what sets up the vGIC. */
  setting(verb: "get" | "set" | "has", setting: Setting, region: number, low: number, high: number): Ending {
    this.#begin(0, true);
    const vm = this.#settingVm;
    if (verb === "has") return hasSetting(setting, vm) ? "ok" : "ENXIO";
    const { ending, setUp, value } =
      verb === "get"
        ? getSetting(setting, BigInt(region), this.#setUp, vm)
        : setSetting(setting, (BigInt(high) << 32n) | BigInt(low), this.#setUp, vm);
    if (setUp !== undefined) this.#become(setUp);
    if (value !== undefined) {
      this.low = Number(value & 0xffff_ffffn);
      this.high = Number(value >> 32n);
    }
    return ending;
  }

  /** KVM_DEV_ARM_VGIC_CTRL_INIT. */
  init(): Ending {
    this.#begin(0, true);
    this.#become(initialise(this.#setUp));
    return "ok";
  }

  get #settingVm(): SettingVm {
    const { model, cpus, traits } = this.#machine;
    return { model, cpus, traits, its: this.options.its ?? false };
  }

  /** Takes over how far the vGIC is set up now. */
  #become(setUp: SetUp): void {
    const m = this.#machine;
    const { dist, cpu, its, regions } = setUp;
    this.#setUp = setUp;
    this.#hasSetUp = true;
    m.initialised = setUp.initialised;
    // A GICv2 has no regions, and a vCPU without a redistributor is no last one.
    m.lastOfRegion = lastOfRegions(setUp, this.#settingVm);
    m.layout.irqs = setUp.irqs ?? FIRST_SPI;
    const { model, cpus, hasIts } = m;
    // The ITS is where its address says as soon as it is set; all else once a vCPU has run.
    const placed = setUp.ready ? { bases: { dist, cpu, its }, regions } : { bases: { its }, regions: [] };
    this.#frames.map = mapFrames({ model, cpus, its: hasIts, ...placed });
  }

  /** Before a vCPU runs for the first time: what that fails with. */
  #prepareRun(): Ending {
    if (this.#setUp.ready) return "ok";
    const { ending, setUp } = firstRun(this.#setUp, this.#settingVm);
    if (setUp !== undefined) this.#become(setUp);
    return ending;
  }

  /** Before an access to registers or lines: a GICv2 is initialised by it, a GICv3 must be. */
  #prepareAccess(): Ending {
    if (this.#setUp.initialised) return "ok";
    if (this.#machine.model === "v3") return "EBUSY";
    this.#become(initialise(this.#setUp));
    return "ok";
  }

  /** Does several accesses as one operation: `state.changes` lists what all of them together changed. */
  asOne(action: () => Ending): Ending {
    // Inside another one it is a part of that.
    if (this.#gathered !== undefined) return action();
    const { state } = this.#machine;
    const before = state.words.slice();
    this.#gathered = new Set();
    const answer = action();
    this.#gather();
    const sparse = this.#gathered;
    this.#gathered = undefined;
    state.forgetChanges();
    state.words.forEach((word, index) => {
      if (word !== before[index]) state.changes.push(index);
    });
    for (const index of sparse) state.changes.push(index);
    state.changedWidely = state.sparse !== undefined;
    this.ineffective = undefined;
    return answer;
  }

  /** Notes the sparse words that the access at hand changed, while several make one operation. */
  #gather(): void {
    const { changes, words } = this.#machine.state;
    if (this.#gathered === undefined) return;
    for (const index of changes) if (index >= words.length) this.#gathered.add(index);
  }

  /** Another VM in the same state, on the same host or as it would be on another, to try things on. */
  copy(host = this.host): Vgic {
    const copy = new Vgic(this.options);
    copy.restore({ ...this.snapshot(), host });
    return copy;
  }

  /**
   * A load by the guest.
   * @param address guest physical address
   * @param width in bytes: 1, 2, 4 or 8
   */
  guestRead(cpu: number, address: number, width: number): Ending {
    this.#begin(cpu, false);
    const refusal = this.#prepareRun();
    if (refusal !== "ok") return refusal;
    const m = this.#machine;
    const frame = this.#frames.locate(cpu, address, width);
    if (frame === "GICC" && !this.#isEmulatedInterface()) {
      enter(m, cpu);
      const answer = this.#interfaceLoad(this.#frames.offset, width);
      leave(m, cpu);
      return answer;
    }
    trap(m, cpu);
    if (frame === undefined) {
      // Memory is not the vGIC's business: the vCPU does not trap.
      if (this.#loadMemory(address, width)) return "ok";
      resume(m, cpu);
      return "exit";
    }
    const answer = this.#load(frame, this.#frames.offset, width);
    resume(m, cpu);
    return answer;
  }

  /** A store by the guest; `high` holds bits [63:32] of an 8-byte one. */
  guestWrite(cpu: number, address: number, width: number, low: number, high = 0): Ending {
    this.#begin(cpu, false);
    const refusal = this.#prepareRun();
    if (refusal !== "ok") return refusal;
    const m = this.#machine;
    const frame = this.#frames.locate(cpu, address, width);
    if (frame === "GICC" && !this.#isEmulatedInterface()) {
      enter(m, cpu);
      const answer = this.#interfaceStore(this.#frames.offset, width, low, high);
      leave(m, cpu);
      return answer;
    }
    trap(m, cpu);
    if (frame === undefined) {
      if (this.#storeMemory(address, width, low, high)) return "ok";
      resume(m, cpu);
      return "exit";
    }
    const answer = this.#store(frame, this.#frames.offset, width, low, high);
    resume(m, cpu);
    return answer;
  }

  /** The guest reads a system register, given by its attribute code; "abort" stands for an undefined instruction. */
  readSystemRegister(cpu: number, code: number): Ending {
    this.#begin(cpu, false);
    const refusal = this.#prepareRun();
    if (refusal !== "ok") return refusal;
    const m = this.#machine;
    enter(m, cpu);
    const answer = this.#read(this.#systemRegister(code)?.read, 0, true);
    leave(m, cpu);
    return answer;
  }

  /** The guest writes a system register. */
  writeSystemRegister(cpu: number, code: number, low: number, high = 0): Ending {
    this.#begin(cpu, false);
    const refusal = this.#prepareRun();
    if (refusal !== "ok") return refusal;
    const m = this.#machine;
    const register = this.#systemRegister(code);
    enter(m, cpu);
    // KVM emulates the SGI registers, and some of it the deactivation; the others are the hardware's.
    const trapped = register?.row.trapped?.(m) ?? false;
    if (trapped) leave(m, cpu);
    const write = trapped ? (register?.trappedWrite ?? register?.write) : register?.write;
    const answer = write ? (write(m, this.#access, 0, low, 8, high) ?? "ok") : "abort";
    if (trapped) resume(m, cpu);
    else leave(m, cpu);
    return answer;
  }

  /**
   * KVM_GET_DEVICE_ATTR of a register.
   * @param cpu the vCPU that the attribute names
   * @param offset byte offset in the frame; the attribute code of a system register; the first INTID of LEVEL
   */
  userGet(frame: Frame, cpu: number, offset: number): Ending {
    this.#begin(cpu, true);
    if (!this.#hasFrame(frame)) return "ENXIO";
    if (!this.#isEarly(frame, offset)) {
      const refusal = this.#prepareAccess();
      if (refusal !== "ok") return refusal;
    }
    if (frame === "ICC") {
      const read = systemRegister(offset)?.userRead;
      return read ? this.#read(read, 0, true) : this.#unsaved;
    }
    if (frame === "GITS") {
      const found = this.#itsRegister(offset);
      return typeof found === "string" ? found : this.#loadFrom(found.userRead, 0, found.row.size);
    }
    if (frame === "LEVEL") {
      if (offset % 32 !== 0 || offset >= LEVEL_INTIDS) return "EINVAL";
      // VMMs ask for all words, whatever the VM has: nothing is meant to be there.
      if (offset >= this.#machine.layout.irqs) return "ok";
    }
    const found = this.#frames.find(frame, offset, 4);
    if (typeof found === "string") return this.#nothing(found);
    return this.#read(found.userRead, offsetIn(found, offset), false);
  }

  /** KVM_SET_DEVICE_ATTR of a register; `high` holds bits [63:32] of a system register's value. */
  userSet(frame: Frame, cpu: number, offset: number, low: number, high = 0): Ending {
    this.#begin(cpu, true);
    if (!this.#hasFrame(frame)) return "ENXIO";
    if (!this.#isEarly(frame, offset)) {
      const refusal = this.#prepareAccess();
      if (refusal !== "ok") return refusal;
    }
    const m = this.#machine;
    if (frame === "ICC") {
      const write = systemRegister(offset)?.userWrite;
      return write ? (write(m, this.#access, 0, low, 8, high) ?? "ok") : this.#unsaved;
    }
    if (frame === "GITS") {
      const found = this.#itsRegister(offset);
      if (typeof found === "string") return found;
      return this.#write(found.userWrite, 0, low, found.row.size, high);
    }
    if (frame === "LEVEL") {
      if (offset % 32 !== 0 || offset >= LEVEL_INTIDS) return "EINVAL";
      if (offset >= m.layout.irqs) return "ok";
    }
    const found = this.#frames.find(frame, offset, 4);
    if (typeof found === "string") return this.#nothing(found);
    return this.#write(found.userWrite, offsetIn(found, offset), low, 4);
  }

  /** Whether a register can be reached before the vGIC is initialised. */
  #isEarly(frame: Frame, offset: number): boolean {
    const { model, traits } = this.#machine;
    if (model === "v2" || frame !== "GICD" || !traits.earlyIdentification) return false;
    return offset === GICD_IIDR.offset || offset === TYPER2_OFFSET;
  }

  /** KVM_HAS_DEVICE_ATTR: "ok" or "ENXIO". */
  userHas(frame: Frame, cpu: number, offset: number): Ending {
    this.#begin(cpu, true);
    if (!this.#hasFrame(frame)) return "ENXIO";
    if (frame === "GITS") {
      const found = this.#itsRegister(offset);
      return typeof found === "string" ? found : "ok";
    }
    // The bits above the INTID say which information is meant, and there is only one.
    if (frame === "LEVEL") return offset < LEVEL_INTIDS ? "ok" : "ENXIO";
    if (frame === "ICC") {
      const register = systemRegister(offset);
      return register && !register.row.hidden ? "ok" : "ENXIO";
    }
    const found = this.#frames.find(frame, offset, 4);
    // What lies in the private part of a GICv3 distributor has an attribute, although it does nothing.
    if (found === "private-interrupts") return "ok";
    if (typeof found === "string") return "ENXIO";
    const { hidden } = found.row;
    return hidden === undefined || (hidden !== true && this.#machine.traits[hidden.unless]) ? "ok" : "ENXIO";
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
    // The number's type and vCPU are checked in front of the vGIC's state, and whether there is such an SPI behind it.
    if (cpu === undefined ? isPrivate : cpu >= cpus || intid < FIRST_PPI || !isPrivate) return "EINVAL";
    const refusal = this.#prepareAccess();
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
    return this.#loadMemory(address, width) ? "ok" : "EFAULT";
  }

  /** The VMM, or a device, writes guest memory. */
  memoryWrite(address: number, width: number, low: number, high = 0): Ending {
    this.#begin(0, true);
    return this.#storeMemory(address, width, low, high) ? "ok" : "EFAULT";
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

  /** A driver gives the ITS a command: it stores it behind the last one in the queue, and writes GITS_CWRITER. */
  itsCommand(cpu: number, command: ItsCommand): Ending {
    this.#begin(cpu, false);
    const m = this.#machine;
    const words = encode(command);
    const at = m.state.vm(VM.cwriter);
    const address = queueAddress(m) + at;
    this.#isPart = true;
    for (let i = 0; i < words.length; i += 2)
      this.guestWrite(cpu, address + i * 4, 8, words[i], words[i + 1]);
    this.guestWrite(cpu, this.bases.its + GITS_CWRITER, 8, (at + COMMAND_BYTES) % queueSize(m));
    this.#isPart = false;
    this.ineffective = undefined;
    return "ok";
  }

  /** KVM_SIGNAL_MSI by a device to GITS_TRANSLATER. Its value is 1 when an LPI was made pending, and 0 when it was blocked. */
  signalMsi(device: number, event: number): Ending {
    this.#begin(0, true);
    const blocked = signalMsi(this.#machine, device, event);
    if (blocked !== undefined) this.#machine.notices.push({ kind: "msi-blocked", why: blocked });
    const result = msiResult(blocked);
    if (typeof result === "string") return result;
    this.low = result;
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
    if (this.#machine.model === "v2" || !this.#setUp.initialised) return "ENXIO";
    return savePendingTables(this.#machine);
  }

  /** The LPI that an event of a device is mapped to. */
  translation(device: number, event: number): number | undefined {
    const m = this.#machine;
    if (!m.hasIts) return undefined;
    const place = findDevice(m, device);
    return place !== undefined && isMapped(m, place, event) ? eventLpi(m, place, event) : undefined;
  }

  /** Whether the host's kernel has crashed, or a vCPU does not come back: nothing more happens in this VM. */
  get hasFailed(): boolean {
    return this.#machine.state.vm(VM.hostFailed) !== 0;
  }

  /** What the last operation did that nobody is told. */
  get notices(): readonly Notice[] {
    return this.#machine.notices;
  }

  #ended(ending: Ending): Ending {
    if (ending === "host-failure") this.#machine.state.setVm(VM.hostFailed, 1);
    return ending;
  }

  #loadMemory(address: number, width: number): boolean {
    const { memory } = this.#machine;
    if (memory?.has(address, width) !== true) return false;
    this.low = memory.read(address, Math.min(width, 4));
    if (width === 8) this.high = memory.read(address + 4, 4);
    return true;
  }

  #storeMemory(address: number, width: number, low: number, high: number): boolean {
    const { memory } = this.#machine;
    if (memory?.has(address, width) !== true) return false;
    memory.write(address, Math.min(width, 4), low);
    if (width === 8) memory.write(address + 4, 4, high);
    return true;
  }

  /** A register of the ITS as KVM_DEV_ARM_VGIC_GRP_ITS_REGS names it, or why there is none. */
  #itsRegister(offset: number): Region | Errno {
    const alignment = offset < 8 || offset >= ITS_IDENTIFICATION ? 4 : 8;
    if (offset % alignment !== 0) return "EINVAL";
    if (this.#setUp.its === undefined) return "ENXIO";
    const found = this.#frames.find("GITS", offset, 4);
    return typeof found === "string" || found.row.hidden ? "ENXIO" : found;
  }

  /** A vCPU enters the guest and leaves. */
  run(cpu: number): Ending {
    this.#begin(cpu, false);
    const refusal = this.#prepareRun();
    if (refusal === "ok") trap(this.#machine, cpu);
    return refusal;
  }

  /** Every vCPU enters and leaves in order, twice: what is in flight reaches its place. */
  settle(): Ending {
    this.#begin(0, false);
    const refusal = this.#prepareRun();
    if (refusal !== "ok") return refusal;
    for (let round = 0; round < 2; round++) {
      for (let cpu = 0; cpu < this.#machine.cpus; cpu++) trap(this.#machine, cpu);
    }
    return "ok";
  }

  /**
   * Takes over what the last operation changed in another vGIC that was in the same state, instead of doing the
   * operation again. Precondition: nothing was decided in it (`decision`) that depends on revision or host.
   */
  follow(other: Vgic): void {
    this.#machine.decision = undefined;
    if (other.#hasSetUp) this.#become(other.#setUp);
    this.#machine.state.copyChanges(other.state);
  }

  /** A copy of the whole state. */
  snapshot(): Snapshot {
    return { state: this.#machine.state.snapshot(), host: this.#machine.host, setUp: this.#setUp };
  }

  /** Whether this VM is in the state of a snapshot. */
  isAt({ state, host, setUp }: Snapshot): boolean {
    const m = this.#machine;
    return m.host.name === host.name && sameSetUp(this.#setUp, setUp) && m.state.equals(state);
  }

  /** Puts back a snapshot of a VM with the same model, vCPUs and interrupts. */
  restore({ state, host, setUp }: Snapshot): void {
    this.#machine.host = host;
    if (setUp !== this.#setUp) this.#become(setUp);
    this.#machine.state.restore(state);
  }

  #begin(cpu: number, byUser: boolean): void {
    if (!this.#isPart) {
      this.#hasSetUp = false;
      this.#gather();
      this.#machine.state.forgetChanges();
      this.#machine.decision = undefined;
      if (this.#machine.notices.length > 0) this.#machine.notices.length = 0;
    }
    this.#machine.ignoredWrite = undefined;
    this.ineffective = undefined;
    this.low = 0;
    this.high = 0;
    this.#access.cpu = cpu;
    this.#access.byUser = byUser;
    this.#access.banked = true;
  }

  /** What a VMM's access to a system register that KVM does not save gives. */
  get #unsaved(): Errno {
    return this.#machine.traits.unsavedRegister;
  }

  #hasFrame(frame: Frame): boolean {
    if (frame === "GITS" && !this.#machine.hasIts) return false;
    return FRAMES[frame].models.includes(this.#machine.model);
  }

  #systemRegister(code: number): Region | undefined {
    const register = systemRegister(code);
    return this.#machine.model === "v3" || register?.row === ISR || register?.row === MPIDR
      ? register
      : undefined;
  }

  /** Where a guest's access of `width` bytes lands; undefined outside all frames. */
  locate(address: number, width: number): FramePlace | undefined {
    return placeOf(this.#frames.map, address, width);
  }

  /** The guest physical address of a byte in a frame; of a redistributor, vCPU `cpu`'s. */
  addressOf(frame: MemoryFrame, cpu: number, offset: number): number {
    return baseOf({ ...this.options, bases: this.bases }, frame, cpu) + offset;
  }

  /** Whether the access that was located lands in the part of a GICv2 CPU interface that newer kernels emulate. */
  #isEmulatedInterface(): boolean {
    return this.#machine.traits.giccDirEmulated && this.#frames.offset >= EMULATED_INTERFACE;
  }

  /** A load that KVM's MMIO dispatch emulates. */
  #load(frame: MemoryFrame, offset: number, width: number): Ending {
    const found = this.#frames.find(frame, offset, width);
    if (typeof found === "string") return this.#nothing(found);
    return this.#loadFrom(found.read, offset - found.offset, width);
  }

  /** Reads one, four or eight bytes of a region. */
  #loadFrom(read: ReadHandler | undefined, at: number, width: number): Ending {
    const answer = this.#read(read, at & ~3, false);
    if (width === 1) this.low = (this.low >>> ((at & 3) * 8)) & 0xff;
    if (width === 8 && answer === "ok") {
      const lower = this.low;
      this.#read(read, at + 4, false);
      this.high = this.low;
      this.low = lower;
    }
    return answer;
  }

  /** A store that KVM's MMIO dispatch emulates. */
  #store(frame: MemoryFrame, offset: number, width: number, low: number, high: number): Ending {
    const found = this.#frames.find(frame, offset, width);
    if (typeof found === "string") return this.#nothing(found);
    const at = offset - found.offset;
    const write = found.trappedWrite ?? found.write;
    if (width < 8) return this.#write(write, at, low, width);
    // KVM writes the ITS's registers in one go, and all others word by word.
    if (frame === "GITS") return this.#write(write, 0, low, 8, high);
    const answer = this.#write(write, at, low, 4);
    return answer === "ok" ? this.#write(write, at + 4, high, 4) : answer;
  }

  /**
   * A GICv2 guest's load from the CPU interface goes to the host's hardware. The recorded machine answers at the
   * register's own address with any width, and splits 64 bits in two.
   */
  #interfaceLoad(offset: number, width: number): Ending {
    if (width === 8) {
      const first = this.#interfaceLoad(offset, 4);
      const lower = this.low;
      const second = this.#interfaceLoad(offset + 4, 4);
      this.high = this.low;
      this.low = lower;
      return first === "ok" ? second : first;
    }
    const found = this.#frames.interfaceRegister(offset);
    if (typeof found === "string") return this.#nothing(found);
    const answer = this.#read(found.read, offset - found.offset, false);
    if (width < 4) this.low &= (1 << (8 * width)) - 1;
    return answer;
  }

  /** A GICv2 guest's store to the CPU interface; as its loads. */
  #interfaceStore(offset: number, width: number, low: number, high: number): Ending {
    if (width === 8) {
      const first = this.#interfaceStore(offset, 4, low, 0);
      const second = this.#interfaceStore(offset + 4, 4, high, 0);
      return first === "ok" ? second : first;
    }
    const found = this.#frames.interfaceRegister(offset);
    if (typeof found === "string") return this.#nothing(found);
    return this.#write(found.write, offset - found.offset, low, width);
  }

  #nothing(why: Ineffective): Ending {
    this.ineffective = why;
    this.low = 0;
    this.high = 0;
    return "ok";
  }

  #read(read: ReadHandler | undefined, offset: number, system: boolean): Ending {
    if (!read) return system ? "abort" : "ok";
    const result = read(this.#machine, this.#access, offset);
    if (typeof result === "string") return result;
    this.low = result >>> 0;
    return "ok";
  }

  #write(write: WriteHandler | undefined, offset: number, value: number, length: number, high = 0): Ending {
    if (!write) {
      this.ineffective = "read-only";
      return "ok";
    }
    const failure = write(this.#machine, this.#access, offset, value >>> 0, length, high >>> 0);
    this.ineffective = this.#machine.ignoredWrite;
    return failure ?? "ok";
  }
}
