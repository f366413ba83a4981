/** Commands of the ITS and MSIs as logs show them, and as statements of a trace. */
import type { ItsCommand } from "../vgic/its/commands.ts";
import type { ItsCommandEvent, LogEvent, MsiEvent } from "./event.ts";
import { hex, parseAddress } from "./numbers.ts";

/** The words of QEMU's `gicv3_its_cmd_*` events, by the command's name; INVALL and SYNC show nothing more. */
const operands =
  /^GICv3 ITS: command (?<name>[A-Z]+)(?: DeviceID (?<device>\w+))?(?: EventID (?<event>\w+))?(?: Size (?<size>\w+) ITT_addr (?<itt>\w+))?(?: ICID (?<collection>\w+))?(?: pINTID (?<lpi>\w+))?(?: RDbase1? (?<target>\w+))?(?: RDbase2 (?<newTarget>\w+))?(?: V (?<valid>\d))?$/;

/** A command as QEMU prints it; undefined for those that KVM does not have. */
export function readQemuCommand(text: string): LogEvent | undefined {
  const groups = operands.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const command = commandOf(groups);
  return command && { kind: "its-command", command };
}

type Groups = Readonly<Record<string, string | undefined>>;

function commandOf(groups: Groups): ItsCommandEvent["command"] | undefined {
  const number = (name: string): number => Number(parseAddress(groups[name]) ?? 0n);
  const [device, event] = [number("device"), number("event")];
  const [collection, lpi] = [number("collection"), number("lpi")];
  const isValid = groups.valid !== "0";
  switch (groups.name?.toLowerCase()) {
    case "mapd":
      return isValid
        ? { name: "mapd", device, itt: number("itt"), bits: number("size") + 1 }
        : { name: "mapd", device };
    case "mapc":
      return isValid ? { name: "mapc", collection, to: number("target") } : { name: "mapc", collection };
    case "mapti":
      return { name: "mapti", device, event, lpi, collection };
    case "mapi":
      return { name: "mapi", device, event, collection };
    case "movi":
      return { name: "movi", device, event, collection };
    case "movall":
      return { name: "movall", from: number("target"), to: number("newTarget") };
    case "int":
      return { name: "int", device, event };
    case "clear":
      return { name: "clear", device, event };
    case "inv":
      return { name: "inv", device, event };
    case "discard":
      return { name: "discard", device, event };
    case "invall":
      return { name: "invall-unknown" };
    case "sync":
      return { name: "sync", to: number("target") };
    default:
      return undefined;
  }
}

const translated =
  /^GICv3 ITS TRANSLATER write: offset \w+ data (?<data>\w+) size \d+ requester_id (?<device>\w+)$/;

/** An MSI as QEMU prints it; undefined if the text is none. */
export function readQemuMsi(text: string): MsiEvent | undefined {
  const groups = translated.exec(text)?.groups;
  const [event, device] = [parseAddress(groups?.data), parseAddress(groups?.device)];
  if (event === undefined || device === undefined) return undefined;
  return { kind: "msi", device: Number(device), event: Number(event) };
}

/** A command as a trace writes it, after `its`; why it cannot be written else. */
export function commandText(command: ItsCommand, cpus: number): string | { readonly why: string } {
  const named = [...("to" in command ? [command.to] : []), ...("from" in command ? [command.from] : [])];
  if (named.some((cpu) => cpu !== undefined && cpu >= cpus))
    return { why: "commands of the ITS with a vCPU that the VM does not have" };
  switch (command.name) {
    case "mapd": {
      const { itt, bits } = command;
      if (itt === undefined || bits === undefined) return `mapd device ${command.device} off`;
      return `mapd device ${command.device} itt ${hex(BigInt(itt))} bits ${bits}`;
    }
    case "mapc":
      return `mapc collection ${command.collection} ${command.to === undefined ? "off" : `to cpu${command.to}`}`;
    case "mapti":
      return `mapti device ${command.device} event ${command.event} lpi ${command.lpi} collection ${command.collection}`;
    case "mapi":
    case "movi":
      return `${command.name} device ${command.device} event ${command.event} collection ${command.collection}`;
    case "movall":
      return `movall cpu${command.from} to cpu${command.to}`;
    case "invall":
      return `invall collection ${command.collection}`;
    case "sync":
      return `sync cpu${command.to}`;
    default:
      return `${command.name} device ${command.device} event ${command.event}`;
  }
}
