/** The events of one VM as operations of a trace. A method gives why an event is left out, if it is. */

import { tablesCall } from "../evaluate/perform.ts";
import type { TablesAction } from "../syntax/statement.ts";
import type { Errno } from "../vgic/errno.ts";
import { FRAMES, type FramePlace } from "../vgic/frame-table.ts";
import type { ItsCommand } from "../vgic/its/commands.ts";
import { ATTRIBUTE_GROUPS } from "../vgic/kvm-abi.ts";
import { attributePlace } from "../vgic/kvm-attribute.ts";
import { registers } from "../vgic/registers/registers.ts";
import { VM } from "../vgic/state.ts";
import { DumpWriter } from "./dump-writer.ts";
import type {
  AddressAccess,
  AttributeEvent,
  DumpedInterrupt,
  DumpedRegister,
  FrameAccess,
  ItsCommandEvent,
  LineEvent,
  LogEntry,
  MsiEvent,
  SystemAccess,
} from "./event.ts";
import type { Asked } from "./expect.ts";
import { commandText } from "./its-events.ts";
import { Levels } from "./levels.ts";
import { nameOf, rowAt } from "./names.ts";
import { hex } from "./numbers.ts";
import { leftOutOf, lineLeftOutOf } from "./piece.ts";
import { Target, Targets } from "./targets.ts";
import { halves, TraceOutput, type VmOptions } from "./trace-output.ts";

const { addresses, irqs, control } = ATTRIBUTE_GROUPS;
const setUpGroups: readonly number[] = [addresses, irqs, control];

const BUSY = "calls that KVM refused with EBUSY: vCPUs ran, or the vGIC was not there yet";
const GITS_CWRITER = 0x88;

/** KVM_DEV_ARM_VGIC_GRP_CTRL, of the vGIC and of the ITS: no number means something for both but 0. */
const TABLES_CALLS: ReadonlyMap<number, TablesAction> = new Map([
  [1, "save its"],
  [2, "restore its"],
  [3, "save pending"],
  [4, "reset its"],
]);

/** A read whose answer has not come. */
interface Unanswered {
  readonly entry: LogEntry;
  readonly access: AddressAccess;
  readonly cpu: number;
}

export class VmWriter {
  readonly output: TraceOutput;
  readonly #targets: Targets;
  readonly #levels: Levels;
  readonly #dump: DumpWriter;
  /** Whose accesses had no effect by their register, width or place. */
  readonly ignored = { vmm: false, guest: false };
  /** What the emulator found that may be because guest memory is not in the log, by the code of its finding. */
  readonly unseen = new Set<string>();
  /** Commands of the ITS were written since GITS_CWRITER was. */
  #commandsGiven = false;
  /** By task; what was answered stays as undefined: it would be there again soon. */
  readonly #unanswered = new Map<string, Unanswered | undefined>();

  constructor(options: VmOptions) {
    this.output = new TraceOutput(options);
    this.#targets = new Targets(this.output.vgic);
    this.#levels = new Levels(this.output.vgic);
    this.#dump = new DumpWriter(this.output);
  }

  access(entry: LogEntry, access: AddressAccess | FrameAccess, cpu: number): string | undefined {
    const { task } = entry.origin;
    const waiting = this.#unanswered.get(task);
    if (access.kind === "access" && waiting !== undefined) {
      this.#unanswered.set(task, undefined);
      const answered = !access.unanswered && !access.write && waiting.access.address === access.address;
      if (!answered) this.#guest(waiting.entry, waiting.access, waiting.cpu);
    }
    if (access.kind !== "access" || !access.unanswered) return this.#guest(entry, access, cpu);
    this.#unanswered.set(task, { entry, access, cpu });
    return "reads announced ahead of their answer (unsatisfied-read)";
  }

  #guest(entry: LogEntry, access: AddressAccess | FrameAccess, cpu: number): string | undefined {
    const { vgic } = this.output;
    const target = this.#targetOf(access, cpu);
    if (typeof target === "string") return target;
    const { write, width, value } = access;
    const { address, place, row } = target;
    if (!this.output.has(cpu) || !this.output.has(place.cpu ?? 0)) {
      return "accesses of a vCPU that the VM does not have";
    }
    if (write && value === undefined) return "writes whose value the log does not show";
    if (write && this.#isPartOfCommands(place, value ?? 0n))
      return "writes of GITS_CWRITER: the commands stand in the trace, and each moves it";
    const cut = leftOutOf(this.output.piece, cpu, { row, offset: place.offset, width });
    if (cut !== undefined) return cut;
    const operation = target.operation(cpu, write);
    const kept = value && BigInt.asUintN(width * 8, value);
    const remark = cutRemark(value, kept);
    if (write) {
      const answer = vgic.guestWrite(cpu, address, width, ...halves(kept ?? 0n));
      this.#noteGuest();
      const asked = this.output.success(answer);
      this.output.put(entry, `${operation} ${hex(kept ?? 0n)}`, withRemark(asked, remark));
    } else {
      const answer = vgic.guestRead(cpu, address, width);
      this.#noteGuest();
      const asked = this.output.ask(kept, answer, { frame: place.frame, row });
      // Reads of the CPU interface acknowledge.
      this.output.put(entry, operation, withRemark(asked, remark), place.frame !== "GICC");
    }
    return undefined;
  }

  /** Whether a write of GITS_CWRITER is one that the commands before it make. */
  #isPartOfCommands({ frame, offset }: FramePlace, value: bigint): boolean {
    if (frame !== "GITS" || offset !== GITS_CWRITER || !this.#commandsGiven) return false;
    this.#commandsGiven = false;
    return Number(value) === this.output.vgic.state.vm(VM.cwriter);
  }

  itsCommand(entry: LogEntry, { command }: ItsCommandEvent, cpu: number): string | undefined {
    const { vgic, setup } = this.output;
    const cut = leftOutOf(this.output.piece, cpu, { offset: 0, width: 8 });
    if (cut !== undefined) return cut;
    const known = command.name === "invall-unknown" ? this.#onlyCollection() : command;
    if (known === undefined) {
      this.output.comment(`cpu${cpu} its invall: the log does not show which collection`);
      return "INVALL commands: the log does not show the collection";
    }
    const text = commandText(known, setup.cpus.value);
    if (typeof text !== "string") return text.why;
    vgic.itsCommand(cpu, known);
    this.#commandsGiven = true;
    this.#noteUnseen();
    this.output.put(entry, `${`cpu${cpu} its`.padEnd(11)} ${text}`, { outcome: "" });
    return undefined;
  }

  /** An INVALL of the only collection that there is. */
  #onlyCollection(): ItsCommand | undefined {
    const [only, ...others] = this.output.vgic.its?.collections() ?? [];
    return only !== undefined && others.length === 0
      ? { name: "invall", collection: only.collection }
      : undefined;
  }

  msi(entry: LogEntry, { device, event }: MsiEvent): string | undefined {
    const { vgic } = this.output;
    const cut = leftOutOf(this.output.piece, undefined, { offset: 0, width: 4 });
    if (cut !== undefined) return cut;
    const ending = vgic.signalMsi(device, event);
    this.#noteUnseen();
    // What it comes to depends on tables in guest memory.
    const asked = ending === "ok" ? { outcome: "" } : { outcome: ` fails ${ending}` };
    this.output.put(entry, `msi         device ${device} event ${event}`, asked);
    return undefined;
  }

  #noteUnseen(): void {
    for (const { kind } of this.output.vgic.notices) {
      if (kind === "command-skipped") this.unseen.add("ineffective-command");
      if (kind === "outside-memory") this.unseen.add("table-outside-memory");
      if (kind === "stale-configuration") this.unseen.add("stale-lpi-configuration");
      if (kind === "events-lost") this.unseen.add("event-without-collection");
    }
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
      const asked = this.output.ask(value, answer, { frame: "ICC", row: match.row });
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
    const tables = group === control && verb === "set" ? TABLES_CALLS.get(Number(attribute)) : undefined;
    if (tables !== undefined && setup.its !== undefined) return this.#tables(entry, tables, errno);
    if (setUpGroups.includes(group)) return "calls that set up the VM";
    const place = attributePlace(setup.model.value, group, attribute);
    const name = place && nameOf(setup.model.value, place, 0);
    if (place === undefined || name === undefined || !this.output.has(place.cpu ?? 0)) {
      return `attributes that a trace cannot name (group ${group})`;
    }
    if (errno === "EBUSY") return BUSY;
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
        : this.output.ask(value, answer, { frame, row });
    this.output.put(entry, text, withRemark(asked, cut));
    return undefined;
  }

  #tables(entry: LogEntry, action: TablesAction, errno: Errno | undefined): string | undefined {
    if (errno === "EBUSY") return BUSY;
    // Whether it succeeds depends on guest memory, too: what the log shows is taken.
    const ending = tablesCall(this.output.vgic, action);
    this.#noteUnseen();
    this.output.put(entry, `user ${action}`, this.output.success(ending, errno));
    return undefined;
  }

  #noteGuest(): void {
    this.#noteUnseen();
    if (this.output.vgic.ineffective !== undefined) this.ignored.guest = true;
  }

  /** What an access is to; why it is left out, if that is nothing of the VM's GIC. */
  #targetOf(access: AddressAccess | FrameAccess, cpu: number): Target | string {
    if (access.kind === "access") return this.#targets.at(access.address, access.width);
    const { vgic } = this.output;
    const { frame, offset, owner = cpu, width } = access;
    const target =
      FRAMES[frame].models.includes(vgic.options.model) &&
      this.#targets.at(vgic.addressOf(frame, owner, offset), width);
    return target instanceof Target ? target : `accesses to a frame that the VM does not have (${frame})`;
  }

  dumpedInterrupt(event: DumpedInterrupt): string | undefined {
    return this.#dump.interrupt(event);
  }

  dumped(event: DumpedRegister): string | undefined {
    return this.#dump.restore(event);
  }

  /** What a dump shows is complete: the VMM restores it here. */
  endOfDump(): void {
    this.#dump.end();
  }

  /** The log is over. */
  end(): void {
    for (const waiting of this.#unanswered.values())
      if (waiting !== undefined) this.#guest(waiting.entry, waiting.access, waiting.cpu);
    this.#dump.end();
    this.output.end();
  }
}

/** What a value was before it was cut to the width of what it is written to; undefined if it fits. */
function cutRemark(shown: bigint | undefined, kept: bigint | undefined): string | undefined {
  return shown === undefined || shown === kept ? undefined : `the log shows ${hex(shown)}`;
}

function withRemark(asked: Asked, remark: string | undefined): Asked {
  if (remark === undefined) return asked;
  return { ...asked, remark: asked.remark === undefined ? remark : `${asked.remark}; ${remark}` };
}
