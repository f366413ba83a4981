import { expect, test } from "vitest";
import {
  guestGroupsWritable,
  PROFILES,
  type ProfileName,
  parseHost,
  redistributorCtlrBits,
  selectableRevisions,
  userGroupsWritable,
  versionTraits,
  writeIidr,
} from "../../server/src/vgic/revisions.ts";

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
  ["linux-4.18", []],
  ["linux-4.19", ["groupSgiRegisters"]],
  ["linux-5.8", ["groupSgiRegisters", "typer2"]],
  ["linux-5.13", ["groupSgiRegisters", "typer2", "lastShownToUser"]],
  ["linux-5.19", ["groupSgiRegisters", "typer2", "lastShownToUser", "invalidateRegisters"]],
  ["linux-6.0", ["groupSgiRegisters", "typer2", "lastShownToUser", "invalidateRegisters", "unsavedIsEnoent"]],
])("what the version of %s brings", (name, brings) => {
  const host = parseHost(name);
  if (typeof host === "string") throw new Error(host);
  const { sgiPendingByGuest, ...traits } = versionTraits(host);
  expect(Object.keys(traits).filter((trait) => Object(traits)[trait])).toEqual(brings);
  expect(sgiPendingByGuest).toBe(host.major < 5);
});
