/** Scenarios that a search for differences tries on one core, against a plain register access. */
import { partsOf } from "../server/src/explore/parts.ts";
import type { SearchRequest } from "../server/src/explore/request.ts";
import { Search } from "../server/src/explore/search.ts";
import { isSide, parseSide, type Side } from "../server/src/explore/side.ts";
import { DEFAULT_BASES } from "../server/src/vgic/frame-table.ts";
import { DEFAULT_HOST } from "../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../server/src/vgic/vgic.ts";
import { type Results, type Row, row } from "./row.ts";
import { median } from "./statistics.ts";

/** As the command orders them: all accesses alone, twenty thousand random scenarios, and a part of all pairs. */
const STEPS = 40_000;
const TURNS = 3;
const ACCESSES = 2_000_000;
const ENABLES = DEFAULT_BASES.dist + 0x104;

export function explore(): Results {
  return {
    rows: [
      ...rowsOf("revisions 2 and 3", request("rev2", "rev3", false), 60),
      ...rowsOf("Linux 6.12 and 7.1", request("linux-6.12", "linux-7.1", false), 200),
      ...rowsOf("Linux 6.12 and 7.1 with an ITS", request("linux-6.12", "linux-7.1", true), 300),
    ],
  };
}

/** @param most plain accesses that an operation may take, its scenario's part in explaining differences included */
function rowsOf(name: string, request: SearchRequest, most: number): Row[] {
  const turns = Array.from({ length: TURNS }, () => {
    const search = new Search(request);
    const access = secondsOfAccess();
    const start = process.cpuUsage();
    let scenarios = 0;
    let operations = 0;
    for (const part of partsOf(search.catalogue.actions.length, STEPS)) {
      const result = search.run(part);
      scenarios += result.scenarios;
      operations += result.operations;
    }
    const seconds = secondsSince(start);
    return { aMinute: (scenarios / seconds) * 60, inAccesses: seconds / operations / access };
  });
  const aMinute = median(turns.map((turn) => turn.aMinute)) / 1e6;
  const inAccesses = median(turns.map((turn) => turn.inAccesses));
  return [
    row(`explore: ${name}, scenarios a minute of one core`, aMinute, "million", "at least", 1),
    row(`explore: ${name}, an operation on both sides`, inAccesses, "plain accesses", "at most", most),
  ];
}

function request(from: string, to: string, its: boolean): SearchRequest {
  return { sides: [side(from), side(to)], model: "v3", its, observer: "guest", seed: 1 };
}

function side(text: string): Side {
  const parsed = parseSide(text);
  if (!isSide(parsed)) throw new Error(`${text} is no side`);
  return parsed;
}

/** CPU seconds of a plain register access on one VM. */
function secondsOfAccess(): number {
  const vgic = new Vgic({ model: "v3", cpus: 2, irqs: 64, host: DEFAULT_HOST });
  const start = process.cpuUsage();
  for (let i = 0; i < ACCESSES; i++) vgic.guestRead(0, ENABLES, 4);
  return secondsSince(start) / ACCESSES;
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
