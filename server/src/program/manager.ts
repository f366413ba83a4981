/** The names of the VMMs whose order of saving and restoring is known. */

/** Without versions. `faithful` is no VMM: it saves and restores all that KVM lets a VMM save. */
export const MANAGER_NAMES = ["faithful", "qemu", "firecracker", "cloud-hypervisor", "crosvm"] as const;
export type ManagerName = (typeof MANAGER_NAMES)[number];

/** What each of them is. */
export const MANAGER_ABOUT: Readonly<Record<ManagerName, string>> = {
  faithful: "no VMM: saves and restores all that KVM lets a VMM save",
  qemu: "QEMU",
  firecracker: "Firecracker",
  "cloud-hypervisor": "Cloud Hypervisor",
  crosvm: "crosvm",
};

/** A VMM as a trace names it: "qemu", "qemu-7.2", "cloud-hypervisor-53". Without a version the newest is meant. */
export type Manager = ManagerName | `${ManagerName}-${number}`;

const pattern = /^(?<name>[a-z]+(?:-[a-z]+)*)(?:-(?<major>\d{1,4})(?:\.(?<minor>\d{1,4}))?)?$/;

/** A VMM's name and version; without a version it is the newest: Infinity. */
export interface ManagerVersion {
  readonly name: ManagerName;
  readonly major: number;
  readonly minor: number;
}

/** What a text names; undefined if no VMM that is known. */
export function managerVersion(text: string): ManagerVersion | undefined {
  const groups = pattern.exec(text)?.groups;
  const name = MANAGER_NAMES.find((one) => one === groups?.name);
  if (name === undefined || groups === undefined) return undefined;
  if (groups.major === undefined) return { name, major: Number.POSITIVE_INFINITY, minor: 0 };
  if (name === "faithful") return undefined;
  // "qemu-7" is the last of version 7.
  const minor = groups.minor === undefined ? Number.POSITIVE_INFINITY : Number(groups.minor);
  return { name, major: Number(groups.major), minor };
}

/** Whether a text names a VMM, with or without a version. */
export function isManager(text: string): text is Manager {
  return managerVersion(text) !== undefined;
}

/** The VMM that a text names; undefined if none that is known. */
export function managerNamed(text: string): Manager | undefined {
  return isManager(text) ? text : undefined;
}

/** How a VMM may be named, for messages. */
export const MANAGER_FORMS = `${MANAGER_NAMES.join(", ")}, or a VMM with its version, such as qemu-7.2`;
