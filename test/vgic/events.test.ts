import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_BASES } from "../../server/src/vgic/frame-table.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import { eventAt, eventWord } from "../../server/src/vgic/sparse-state.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "../properties/seed.ts";

const { its, redist } = DEFAULT_BASES;
const VALID = 0x80000000;
const DEVICES = 4;
const EVENT_BITS = 11;
/** Beside the ends of the blocks that events stand in, and anywhere. */
const event = fc.oneof(fc.constantFrom(0, 3, 4, 5, 31, 32, 127, 128, 129, 255, 256), fc.nat(2000));
const mapped = fc.record({ device: fc.nat(DEVICES - 1), event, isGone: fc.boolean() });

function vgicWithDevices(): Vgic {
  const vgic = new Vgic({ model: "v3", cpus: 1, irqs: 64, host: DEFAULT_HOST, its: true });
  vgic.guestWrite(0, redist + 0x70, 8, 0x50000000 | 15);
  vgic.guestWrite(0, redist + 0x78, 8, 0x40150000);
  vgic.guestWrite(0, its + 0x100, 8, 0x40110001, VALID);
  vgic.guestWrite(0, its + 0x108, 8, 0x40140000, VALID);
  vgic.guestWrite(0, its + 0x80, 8, 0x40100000, VALID);
  vgic.guestWrite(0, its, 4, 1);
  vgic.itsCommand(0, { name: "mapc", collection: 0, to: 0 });
  for (let device = 0; device < DEVICES; device++)
    vgic.itsCommand(0, { name: "mapd", device, itt: 0x60000000 + device * 0x10000, bits: EVENT_BITS });
  return vgic;
}

test("the events that are mapped are those that commands mapped, in order of devices and events", () => {
  fc.assert(
    fc.property(fc.array(mapped, { maxLength: 40 }), (steps) => {
      const vgic = vgicWithDevices();
      const model = new Map<string, { device: number; event: number }>();
      steps.forEach(({ device, event, isGone }, index) => {
        const key = `${device} ${event}`;
        if (isGone) {
          vgic.itsCommand(0, { name: "discard", device, event });
          model.delete(key);
        } else {
          vgic.itsCommand(0, { name: "mapti", device, event, lpi: 8192 + index, collection: 0 });
          model.set(key, { device, event });
        }
      });
      const expected = [...model.values()].sort((a, b) => a.device - b.device || a.event - b.event);
      expect(vgic.its?.events().map(({ device, event }) => ({ device, event }))).toEqual(expected);
    }),
    { seed },
  );
});

test("each word of an event is that event's alone", () => {
  fc.assert(
    fc.property(fc.nat(2 ** 18 - 1), fc.nat(0xffffffff), fc.nat(1), (place, event, field) => {
      expect(eventAt(eventWord(place, event, field))).toEqual({ place, event });
    }),
    { seed },
  );
});
