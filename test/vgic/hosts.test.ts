import { expect, test } from "vitest";
import { type Host, parseHost } from "../../server/src/vgic/kernels/hosts.ts";
import {
  guestGroupsWritable,
  PROFILES,
  type ProfileName,
  redistributorCtlrBits,
  selectableRevisions,
  userGroupsWritable,
  writeIidr,
} from "../../server/src/vgic/kernels/revisions.ts";

const UPSTREAM = ["A", "B", "C", "D", "E"] as const;

/** What writing a value into GICD_IIDR of a fresh VM gives under profiles A to E: the revision shown, or EINVAL. */
test.each([
  [0x4b00043b, [0, "EINVAL", 3, "EINVAL", "EINVAL"]],
  [0x4b00143b, [0, "EINVAL", 3, "EINVAL", 1]],
  [0x4b00243b, [0, 2, 3, 2, 2]],
  [0x4b00343b, [0, "EINVAL", 3, 3, 3]],
  [0x4b00443b, [0, "EINVAL", 3, "EINVAL", "EINVAL"]],
  [0x4b00f43b, [0, "EINVAL", 3, "EINVAL", "EINVAL"]],
  [0x4b01243b, [0, "EINVAL", "EINVAL", "EINVAL", "EINVAL"]],
  [0x0000243b, [0, "EINVAL", "EINVAL", "EINVAL", "EINVAL"]],
  [0xffffffff, [0, "EINVAL", "EINVAL", "EINVAL", "EINVAL"]],
  [0, [0, "EINVAL", "EINVAL", "EINVAL", "EINVAL"]],
])("GICD_IIDR written as %s", (written, outcomes) => {
  const seen = UPSTREAM.map((name) => {
    const { accepted, revision } = writeIidr(PROFILES[name], PROFILES[name].defaultRevision, written);
    return accepted ? revision : "EINVAL";
  });
  expect(seen).toEqual(outcomes);
});

test("the revisions that each profile can show", () => {
  const shown = Object.values(PROFILES).map((profile) => [profile.name, selectableRevisions(profile)]);
  expect(Object.fromEntries(shown)).toEqual({
    A: [0],
    B: [2],
    C: [3],
    D: [2, 3],
    E: [1, 2, 3],
    F: [1, 2, 3],
    "fixed-groups": [1],
  });
});

/** Under which revisions groups are stored: the guest's, a GICv2 VMM's before and after a write of GICD_IIDR. */
test.each<[ProfileName, number[], number[], number[]]>([
  ["A", [], [], []],
  ["B", [2], [], [2]],
  ["C", [3], [], [3]],
  ["D", [2, 3], [], [2, 3]],
  ["E", [2, 3], [2, 3], [2, 3]],
  ["F", [1, 2, 3], [], [2, 3]],
  ["fixed-groups", [], [], []],
])("groups that are stored under profile %s", (name, guest, before, after) => {
  const profile = PROFILES[name];
  const revisions = selectableRevisions(profile);
  expect(revisions.filter((revision) => guestGroupsWritable(profile, revision))).toEqual(guest);
  for (const [armed, expected] of [
    [false, before],
    [true, after],
  ] as const) {
    expect(revisions.filter((r) => userGroupsWritable(profile, "v2", r, armed))).toEqual(expected);
    expect(revisions.filter((r) => userGroupsWritable(profile, "v3", r, armed))).toEqual(guest);
  }
});

test("GICR_CTLR shows IR and CES under revision 3, where there is one", () => {
  for (const profile of Object.values(PROFILES)) {
    for (const revision of selectableRevisions(profile)) {
      expect(redistributorCtlrBits(profile, revision), profile.name).toBe(revision === 3 ? 6 : 0);
    }
  }
});

test.each([
  ["linux-4.18", "A"],
  ["linux-4.19", "B"],
  ["linux-5.18", "B"],
  ["linux-5.19", "C"],
  ["linux-7.0", "C"],
  ["linux-7.1", "D"],
  ["linux-6.1+iidr-fix", "D"],
  ["linux-6.12+revision-1", "E"],
  ["linux-4.14+fixed-groups", "fixed-groups"],
])("%s has profile %s", (name, profile) => {
  expect(parseHost(name)).toMatchObject({ name, profile: { name: profile } });
});

test("every profile's example has the profile", () => {
  for (const { name, example } of Object.values(PROFILES)) {
    if (example !== undefined) expect(parseHost(example)).toMatchObject({ profile: { name } });
  }
});

test.each([
  ["linux-4.18", "linux-4.19", { groupSgiRegisters: true, profile: "B" }],
  ["linux-5.2", "linux-5.3", { pendingWritesV2: "no-sgis" }],
  ["linux-5.5", "linux-5.6", { ptzReadsBack: false }],
  ["linux-5.6", "linux-5.7", { pendingWritesV2: "by-vmm", typer2: true }],
  ["linux-5.12", "linux-5.13", { lastShownToUser: true }],
  ["linux-5.16", "linux-5.17", { mappedPending: "device" }],
  ["linux-5.18", "linux-5.19", { invalidateRegisters: true, profile: "C" }],
  ["linux-5.19", "linux-6.0", { unsavedRegister: "ENOENT" }],
  ["linux-6.14", "linux-6.15", { maintenanceIrq: "until initialised" }],
  ["linux-6.16", "linux-6.17", { typer2Refusal: "EBUSY", maintenanceIrq: "always" }],
  ["linux-7.0", "linux-7.1", { profile: "D" }],
  ["linux-7.3.3", "linux-7.3.4", { sharedLpiRefused: true }],
  // Point releases have what was backported from the one on that brought it.
  ["linux-6.12.87", "linux-6.12.88", { profile: "D" }],
  ["linux-6.12", "linux-6.12+iidr-fix", { profile: "D" }],
  ["linux-5.10.103", "linux-5.10.104", { mappedPending: "device" }],
  ["linux-6.19.99", "linux-7.1", { profile: "D" }],
])("from %s to %s this changes", (before, after, changes) => {
  const [one, other] = [hostNamed(before).traits, hostNamed(after).traits];
  expect(other).toMatchObject(changes);
  for (const [question, answer] of Object.entries(changes)) expect(Object(one)[question]).not.toBe(answer);
});

test.each([
  ["linux-6.12.0", "no-point-release"],
  ["linux-5.20", "no-such-release"],
  ["linux-2.6", "no-such-release"],
  ["linux-6.12.117.1", "not-a-host"],
  ["linux-6.12-rc1", "not-a-host"],
  ["linux-6.12+iidr", "unknown-flag"],
  ["linux-6.12+", "not-a-host"],
  ["linux-6.12+fixed-groups+revision-1", "conflicting-flags"],
  ["linux-6.12.117+fixed-groups+iidr-fix", "conflicting-flags"],
])("%s is refused: %s", (name, why) => {
  expect(parseHost(name)).toBe(why);
});

test.each([
  ["linux-7.1+iidr-fix", ["iidr-fix"]],
  ["linux-6.12.117+iidr-fix", ["iidr-fix"]],
  ["linux-6.12+iidr-fix+revision-1", ["iidr-fix"]],
  ["linux-6.12+revision-1+revision-1", ["revision-1"]],
  ["linux-5.10.104+timer-pending", ["timer-pending"]],
  ["linux-5.10.103+timer-pending", []],
  ["linux-6.12.87+iidr-fix", []],
  ["linux-7.1+revision-1", []],
])("flags of %s that say nothing: %s", (name, flags) => {
  expect(hostNamed(name).redundantFlags).toEqual(flags);
});

test.each([
  ["linux-9.9", "linux-7.3.4"],
  ["linux-7.4", "linux-7.3.4"],
  ["linux-4.14", "linux-4.18"],
])("%s is taken as %s", (name, known) => {
  const host = hostNamed(name);
  expect(host.modelledAs).toEqual(hostNamed(known).version);
  expect(host.traits).toEqual(hostNamed(known).traits);
});

test("point releases of known kernels are not newer than all that are known", () => {
  expect(hostNamed("linux-7.3.99").modelledAs).toBeUndefined();
});

function hostNamed(name: string): Host {
  const host = parseHost(name);
  if (typeof host === "string") throw new Error(`${name}: ${host}`);
  return host;
}
