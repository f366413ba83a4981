/** Which tasks of a log run the vCPUs of which VM. */
import type { TaskFacts } from "./survey.ts";

/** What a task is to the VMs. */
export interface TaskRole {
  /** The number of its VM; undefined if it could be any's. */
  readonly vm?: number;
  /** The vCPU that it runs; undefined if its lines say so from time to time. */
  readonly cpu?: number;
}

/** A VM: the tasks that run its vCPUs, and others that are surely its own. */
export interface Machine {
  readonly tasks: readonly TaskFacts[];
  /** The tasks that run vCPUs. */
  readonly runners: readonly TaskFacts[];
}

export interface Division {
  readonly machines: readonly Machine[];
  readonly roles: ReadonlyMap<string, TaskRole>;
}

/** A VM while its tasks are gathered. */
interface Group {
  readonly process?: string;
  /** The tasks of the vCPUs that are known. */
  readonly cpus: Map<number, TaskFacts>;
  readonly runners: TaskFacts[];
}

/** kvmtool, QEMU with debug-threads, Firecracker, cloud-hypervisor, crosvm name their threads so. */
const vcpuName = /(?:vcpu|^CPU)[-_ ]?(\d+)/i;
/** Threads of the host that work for every VM. */
const shared = /^(?:kworker|vhost|swapper|ksoftirqd|migration|rcu|irq\/|<idle>)/;
/** Where interrupts do not show, some lines of a vCPU's task are about others. */
const dominant = 0.9;

/** The vCPU that a task runs by its name or by its lines. */
function cpuOf({ name, vcpus, tellsInterrupts }: TaskFacts): number | undefined {
  const named = vcpuName.exec(name ?? "")?.[1];
  if (named !== undefined) return Number(named);
  const total = [...vcpus.values()].reduce((sum, count) => sum + count, 0);
  return [...vcpus].find(([, count]) => count >= total * (tellsInterrupts ? 1 : dominant))?.[0];
}

/**
 * Divides tasks into VMs: by process where the log tells it, else by thread: threads are numbered as they are made,
 * so a VM ends where a vCPU's number comes again.
 */
export function divide(tasks: Iterable<TaskFacts>, single: boolean): Division {
  const sorted = [...tasks].sort((a, b) => Number(a.task) - Number(b.task) || (a.task < b.task ? -1 : 1));
  const runners = sorted.filter(({ accesses }) => accesses > 0);
  const groups: Group[] = [];
  const roles = new Map<string, TaskRole>();
  const cpus = new Map(runners.map((task) => [task, cpuOf(task)]));
  const add = (task: TaskFacts, fits: Group | undefined) => {
    const group: Group = fits ?? { process: task.process, cpus: new Map(), runners: [] };
    if (fits === undefined) groups.push(group);
    group.runners.push(task);
    const cpu = cpus.get(task);
    if (cpu !== undefined) group.cpus.set(cpu, task);
  };
  for (const task of runners) {
    if (single) add(task, groups[0]);
    else if (task.process !== undefined)
      add(
        task,
        groups.find(({ process }) => process === task.process),
      );
  }
  const processes = groups.length > 0;
  for (const task of runners) {
    if (single || task.process !== undefined) continue;
    const last = processes ? groups[nearest(task, groups)] : groups.at(-1);
    add(task, joins(last?.cpus, task, cpus.get(task)) ? last : undefined);
  }
  // A list of a VMM's calls has VMs without guest accesses.
  for (const task of sorted) {
    const isVm = task.accesses === 0 && task.process === task.task && task.model !== undefined;
    if (isVm) groups.push({ process: task.process, cpus: new Map(), runners: [task] });
  }
  if (groups.length === 0) groups.push({ cpus: new Map(), runners: [] });

  groups.forEach((group, vm) => {
    for (const task of group.runners)
      roles.set(task.task, { vm, cpu: cpus.get(task) ?? freeNumber(group, task) });
  });
  for (const task of sorted) if (!roles.has(task.task)) roles.set(task.task, { vm: ownerOf(task, groups) });
  const machines = groups.map((group, vm) => ({
    runners: group.runners,
    tasks: sorted.filter(({ task }) => roles.get(task)?.vm === vm),
  }));
  return { machines, roles };
}

/** Whether a task can belong to the VM with these vCPUs. */
function joins(
  taken: ReadonlyMap<number, TaskFacts> | undefined,
  task: TaskFacts,
  cpu: number | undefined,
): boolean {
  if (taken === undefined) return false;
  // One that runs several vCPUs in turn runs them all.
  if (cpu === undefined) return task.vcpus.size === 0;
  return !taken.has(cpu);
}

/** Tasks that nothing numbers count in the order of their making; one alone is vCPU 0, or several in turn. */
function freeNumber({ runners, cpus }: Group, task: TaskFacts): number | undefined {
  if (task.vcpus.size > 0 || runners.length === 1) return undefined;
  let number = 0;
  while (cpus.has(number)) number++;
  cpus.set(number, task);
  return number;
}

/** The VM of a task that runs no vCPU: its process's, or that of the nearest threads. */
function ownerOf(task: TaskFacts, groups: readonly Group[]): number | undefined {
  if (groups.length === 1) return 0;
  if (task.process !== undefined) {
    const own = groups.findIndex(({ process }) => process === task.process);
    return own < 0 ? undefined : own;
  }
  if (task.name === undefined || shared.test(task.name) || task.task === "" || task.task === "0")
    return undefined;
  return nearest(task, groups);
}

/** The VM with the thread that was made next to a task. */
function nearest({ task }: TaskFacts, groups: readonly Group[]): number {
  const distances = groups.map(({ runners }) =>
    Math.min(...runners.map((runner) => Math.abs(Number(runner.task) - Number(task)))),
  );
  return distances.indexOf(Math.min(...distances));
}
