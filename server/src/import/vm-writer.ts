/** The events of one VM as operations of a trace. A method gives why an event is left out, if it is. */
import { FRAMES, type FramePlace } from "../vgic/frame-table.ts";
import { ATTRIBUTE_GROUPS } from "../vgic/kvm-abi.ts";
import { attributePlace } from "../vgic/kvm-attribute.ts";
import { registers } from "../vgic/registers/registers.ts";
import { DumpWriter } from "./dump-writer.ts";
import type {
  AddressAccess,
  AttributeEvent,
  DumpedInterrupt,
  DumpedRegister,
  FrameAccess,
  LineEvent,
  LogEntry,
  SystemAccess,
  Width,
} from "./event.ts";
import type { Asked } from "./expect.ts";
import { Levels } from "./levels.ts";
import { nameOf, rowAt } from "./names.ts";
import { hex } from "./numbers.ts";
import { leftOutOf, lineLeftOutOf } from "./piece.ts";
import { halves, TraceOutput, type VmOptions } from "./trace-output.ts";

const suffixes: Readonly<Record<Width, string>> = { 1: "b", 2: "w", 4: "l", 8: "q" };
const { addresses, irqs, control } = ATTRIBUTE_GROUPS;
const setUpGroups: readonly number[] = [addresses, irqs, control];

/** A read whose answer has not come. */
interface Unanswered {
  readonly entry: LogEntry;
  readonly access: AddressAccess;
  readonly cpu: number;
}

export class VmWriter {
  readonly output: TraceOutput;
  readonly #levels: Levels;
  readonly #dump: DumpWriter;
  /** Whose accesses had no effect by their register, width or place. */
  readonly ignored = { vmm: false, guest: false };
  readonly #unanswered = new Map<string, Unanswered>();

  constructor(options: VmOptions) {
    this.output = new TraceOutput(options);
    this.#levels = new Levels(this.output.vgic);
    this.#dump = new DumpWriter(this.output);
  }

  access(entry: LogEntry, access: AddressAccess | FrameAccess, cpu: number): string | undefined {
    const { task } = entry.origin;
    const waiting = this.#unanswered.get(task);
    if (access.kind === "access" && waiting !== undefined) {
      this.#unanswered.delete(task);
      const answered = !access.unanswered && !access.write && waiting.access.address === access.address;
      if (!answered) this.#guest(waiting.entry, waiting.access, waiting.cpu);
    }
    if (access.kind !== "access" || !access.unanswered) return this.#guest(entry, access, cpu);
    this.#unanswered.set(task, { entry, access, cpu });
    return "reads announced ahead of their answer (unsatisfied-read)";
  }

  #guest(entry: LogEntry, access: AddressAccess | FrameAccess, cpu: number): string | undefined {
    const { setup, vgic } = this.output;
    const place = this.#placeOf(access, cpu);
    if (place === undefined) return outside(access);
    const { write, width, value } = access;
    if (!this.output.has(cpu) || !this.output.has(place.cpu ?? 0)) {
      return "accesses of a vCPU that the VM does not have";
    }
    if (write && value === undefined) return "writes whose value the log does not show";
    const row = rowAt(setup.model.value, place);
    const cut = leftOutOf(this.output.piece, cpu, { row, offset: place.offset, width });
    if (cut !== undefined) return cut;
    const name = nameOf(setup.model.value, place, cpu);
    const head = `cpu${cpu} ${write ? "write" : "read"}${suffixes[width]}`.padEnd(11);
    const address = vgic.addressOf(place.frame, place.cpu ?? 0, place.offset);
    if (write) {
      const written = BigInt.asUintN(width * 8, value ?? 0n);
      const answer = vgic.guestWrite(cpu, address, width, ...halves(written));
      this.#noteGuest();
      const asked = this.output.success(answer);
      this.output.put(entry, `${head} ${name} ${hex(written)}`, withRemark(asked, cutRemark(value, written)));
    } else {
      const answer = vgic.guestRead(cpu, address, width);
      this.#noteGuest();
      const kept = value && BigInt.asUintN(width * 8, value);
      // Reads of the CPU interface acknowledge.
      this.output.put(
        entry,
        `${head} ${name}`,
        withRemark(this.output.ask(kept, answer, place), cutRemark(value, kept)),
        place.frame !== "GICC",
      );
    }
    return undefined;
  }

  system(entry: LogEntry, { register, write, value }: SystemAccess, cpu: number): string | undefined {
    const { setup, vgic } = this.output;
    const match = registers(setup.model.value).find(register);
    if (match === undefined || !this.output.has(cpu))
      return `${register}: a trace of this VM has no such register`;
    const cut = leftOutOf(this.output.piece, cpu, { offset: 0, width: 8 });
    if (cut !== undefined) return cut;
    if (write && value === undefined) {
      const when = entry.time === undefined ? "" : `; ${entry.time}`;
      this.output.comment(`cpu${cpu} msr ${register}: the log does not show the value${when}`);
      return `writes of ${register}: the log does not show the value`;
    }
    const answer = write
      ? vgic.writeSystemRegister(cpu, match.offset, ...halves(value ?? 0n))
      : vgic.readSystemRegister(cpu, match.offset);
    if (answer === "abort") return `${register}: KVM does not give it to the guest`;
    const head = `cpu${cpu} ${write ? "msr" : "mrs"}`.padEnd(11);
    if (write) this.output.put(entry, `${head} ${register} ${hex(value ?? 0n)}`, this.output.success(answer));
    else {
      const asked = this.output.ask(value, answer, { frame: "ICC", offset: match.offset });
      this.output.put(entry, `${head} ${register}`, asked);
    }
    return undefined;
  }

  line(entry: LogEntry, event: LineEvent): string | undefined {
    const { setup, vgic } = this.output;
    const { intid, cpu, high } = event;
    if (intid < 16 || intid >= setup.irqs.value || (intid < 32 && !this.output.has(cpu ?? -1))) {
      return "lines of interrupts that the VM does not have: KVM refuses them";
    }
    const repeated =
      this.#levels.repeats(event, entry.origin.task) ?? lineLeftOutOf(this.output.piece, event);
    if (repeated !== undefined) return repeated;
    const byKernel = this.#levels.isKernels(event);
    const level = high ? "high" : "low";
    vgic.setLine(intid, intid < 32 ? cpu : undefined, level, byKernel);
    const owner = cpu === undefined ? "" : `@cpu${cpu}`;
    this.output.put(entry, `line ${intid}${owner} ${level}${byKernel ? " by kernel" : ""}`, { outcome: "" });
    return undefined;
  }

  attribute(entry: LogEntry, event: AttributeEvent): string | undefined {
    const { setup, vgic } = this.output;
    const { verb, group, attribute, errno } = event;
    if (setUpGroups.includes(group)) return "calls that set up the VM";
    const place = attributePlace(setup.model.value, group, attribute);
    const name = place && nameOf(setup.model.value, place, 0);
    if (place === undefined || name === undefined || !this.output.has(place.cpu ?? 0)) {
      return `attributes that a trace cannot name (group ${group})`;
    }
    if (errno === "EBUSY")
      return "calls that KVM refused with EBUSY: vCPUs ran, or the vGIC was not there yet";
    const { frame, offset, cpu } = place;
    const row = rowAt(setup.model.value, place);
    const left = leftOutOf(this.output.piece, undefined, {
      row,
      offset,
      width: FRAMES[frame].attributeBytes,
    });
    if (left !== undefined) return left;
    const value = event.value && BigInt.asUintN(FRAMES[frame].attributeBytes * 8, event.value);
    // KVM takes no more than the attribute's width of what the VMM points to.
    const cut = cutRemark(event.value, value);
    const text = `${`user ${verb}`.padEnd(11)} ${name}`;
    if (verb === "set") {
      if (value === undefined) return "calls whose value the log does not show";
      const answer = vgic.userSet(frame, cpu, offset, ...halves(value));
      if (vgic.ineffective !== undefined) this.ignored.vmm = true;
      const asked = withRemark(this.output.success(answer, errno), cut);
      this.output.put(entry, `${text} ${hex(value)}`, asked);
      return undefined;
    }
    const answer = verb === "get" ? vgic.userGet(frame, cpu, offset) : vgic.userHas(frame, cpu, offset);
    if (vgic.ineffective !== undefined) this.ignored.vmm = true;
    const asked =
      errno !== undefined || verb === "has"
        ? this.output.success(answer, errno)
        : this.output.ask(value, answer, place);
    this.output.put(entry, text, withRemark(asked, cut));
    return undefined;
  }

  #noteGuest(): void {
    if (this.output.vgic.ineffective !== undefined) this.ignored.guest = true;
  }

  /** The place that an access is to; undefined if the VM has none there. */
  #placeOf(access: AddressAccess | FrameAccess, cpu: number): FramePlace | undefined {
    const { vgic } = this.output;
    if (access.kind === "access") return vgic.locate(access.address, access.width);
    const { frame, offset, owner = cpu, width } = access;
    if (!FRAMES[frame].models.includes(vgic.options.model)) return undefined;
    return vgic.locate(vgic.addressOf(frame, owner, offset), width);
  }

  dumpedInterrupt(event: DumpedInterrupt): string | undefined {
    return this.#dump.interrupt(event);
  }

  dumped(event: DumpedRegister): string | undefined {
    return this.#dump.restore(event);
  }

  /** The log is over. */
  end(): void {
    for (const { entry, access, cpu } of this.#unanswered.values()) this.#guest(entry, access, cpu);
    this.#dump.end();
    this.output.end();
  }
}

/** Accesses this near to each other are counted together. */
const neighbourhood = 0x100000;

function outside(access: AddressAccess | FrameAccess): string {
  if (access.kind === "frame-access")
    return `accesses to a frame that the VM does not have (${access.frame})`;
  const base = access.address - (access.address % neighbourhood);
  return `accesses outside of the GIC, at ${hex(base)} and above`;
}

/** What a value was before it was cut to the width of what it is written to; undefined if it fits. */
function cutRemark(shown: bigint | undefined, kept: bigint | undefined): string | undefined {
  return shown === undefined || shown === kept ? undefined : `the log shows ${hex(shown)}`;
}

function withRemark(asked: Asked, remark: string | undefined): Asked {
  if (remark === undefined) return asked;
  return { ...asked, remark: asked.remark === undefined ? remark : `${asked.remark}; ${remark}` };
}
