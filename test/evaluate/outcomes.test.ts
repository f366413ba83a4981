import { expect, test } from "vitest";
import { Outcomes } from "../../server/src/evaluate/outcomes.ts";
import { ENDING_CODES, type Ending } from "../../server/src/vgic/answer.ts";
import { ERRNO_NUMBERS, ERRNOS, errnoOfNumber } from "../../server/src/vgic/errno.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";

const vgic = new Vgic({ model: "v3", cpus: 1, irqs: 64, host: DEFAULT_HOST });
const endings: readonly Ending[] = ["ok", "abort", "exit", "host-failure", ...ERRNOS];

test("every ending reads back, of the declared variant and of another", () => {
  expect(Object.keys(ENDING_CODES).sort()).toEqual([...endings].sort());
  const outcomes = new Outcomes(endings.length);
  endings.forEach((ending, operation) => {
    outcomes.record(operation, 0, ending, false, vgic);
    // The next one in the list: always a different one.
    outcomes.record(operation, 1, endings[(operation + 1) % endings.length], false, vgic);
  });
  endings.forEach((ending, operation) => {
    expect(outcomes.at(operation, 0)).toEqual({ ending });
    expect(outcomes.at(operation, 1)).toEqual({ ending: endings[(operation + 1) % endings.length] });
    expect(outcomes.succeeded(operation, 0)).toBe(ending === "ok");
    expect(outcomes.differs(operation)).toBe(true);
    expect(outcomes.ineffective(operation)).toBeUndefined();
  });
});

test("values read back with all their bits, beside a success without a value", () => {
  const values = [0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 0xffff_ffff_ffff_ffffn];
  const outcomes = new Outcomes(values.length + 1);
  values.forEach((value, operation) => {
    const [low, high] = [Number(value & 0xffff_ffffn), Number(value >> 32n)];
    const holding = { low, high, ineffective: undefined };
    outcomes.record(operation, 0, "ok", true, holding);
    outcomes.record(operation, 1, "EFAULT", true, holding);
  });
  outcomes.record(values.length, 0, "ok", false, vgic);
  values.forEach((value, operation) => {
    expect(outcomes.at(operation, 0)).toEqual({ ending: "ok", value });
    expect(outcomes.at(operation, 1)).toEqual({ ending: "EFAULT" });
  });
  expect(outcomes.at(values.length, 0)).toEqual({ ending: "ok" });
});

test("an errno is found by its number", () => {
  for (const errno of ERRNOS) expect(errnoOfNumber(ERRNO_NUMBERS[errno])).toBe(errno);
  expect([errnoOfNumber(0), errnoOfNumber(41), errnoOfNumber(134)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
