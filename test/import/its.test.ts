import { expect, test } from "vitest";
import { importText } from "./support.ts";

/** Lines of QEMU's `gicv3_its_*` events: a Linux guest sets an ITS up, and a device signals an MSI. */
const QEMU = `gicv3_dist_read GICv3 distributor read: offset 0x4 data 0x37a0007 size 4 secure 0
gicv3_its_write GICv3 ITS write: offset 0x100 data 0x8000000042590000 size 8
gicv3_its_write GICv3 ITS write: offset 0x108 data 0x80000000425a0000 size 8
gicv3_its_write GICv3 ITS write: offset 0x80 data 0x80000000425b0000 size 8
gicv3_its_write GICv3 ITS write: offset 0x0 data 0x1 size 4
gicv3_its_process_command GICv3 ITS: processing command at offset 0x0: 0x9
gicv3_its_cmd_mapc GICv3 ITS: command MAPC ICID 0x0 RDbase 0x0 V 1
gicv3_its_cte_write GICv3 ITS: Collection Table write for ICID 0x0: valid 1 RDBase 0x0
gicv3_its_cmd_sync GICv3 ITS: command SYNC
gicv3_its_cmd_invall GICv3 ITS: command INVALL
gicv3_its_write GICv3 ITS write: offset 0x88 data 0x60 size 8
gicv3_its_cmd_mapd GICv3 ITS: command MAPD DeviceID 0x8 Size 0x4 ITT_addr 0x425c0000 V 1
gicv3_its_cmd_mapti GICv3 ITS: command MAPTI DeviceID 0x8 EventID 0x1 ICID 0x0 pINTID 0x2001
gicv3_its_cmd_inv GICv3 ITS: command INV DeviceID 0x8 EventID 0x1
gicv3_its_write GICv3 ITS write: offset 0x88 data 0xc0 size 8
gicv3_its_read GICv3 ITS read: offset 0x90 data 0xc0 size 8
gicv3_its_translation_write GICv3 ITS TRANSLATER write: offset 0x40 data 0x1 size 4 requester_id 0x8
gicv3_its_cmd_movi GICv3 ITS: command MOVI DeviceID 0x8 EventID 0x1 ICID 0x0
gicv3_its_cmd_discard GICv3 ITS: command DISCARD DeviceID 0x8 EventID 0x1
gicv3_its_cmd_mapd GICv3 ITS: command MAPD DeviceID 0x8 Size 0x0 ITT_addr 0x0 V 0
gicv3_its_cmd_vmapp GICv3 ITS: command VMAPP vPEID 0x0 RDbase 0x0 V 1 VPT_addr 0x0 VPT_size 0x0
`;

test("QEMU's events of an ITS become its commands and MSIs, and the queue moves with them", () => {
  const { trace, operations, errors, summary } = importText(QEMU);
  expect(errors).toEqual([]);
  expect(trace).toMatch(/^its +# the log has gicv3_its_write events$/m);
  expect(trace).toContain("in guest memory, which the log does not show");
  expect(operations.slice(1)).toEqual([
    "cpu0 writeq GITS_BASER0 0x8000000042590000",
    "cpu0 writeq GITS_BASER1 0x80000000425a0000",
    "cpu0 writeq GITS_CBASER 0x80000000425b0000",
    "cpu0 writel GITS_CTLR 0x1",
    "cpu0 its mapc collection 0 to cpu0",
    "cpu0 its sync cpu0",
    "cpu0 its invall collection 0",
    "cpu0 its mapd device 8 itt 0x425c0000 bits 5",
    "cpu0 its mapti device 8 event 1 lpi 8193 collection 0",
    "cpu0 its inv device 8 event 1",
    "cpu0 readq GITS_CREADR",
    "msi device 8 event 1",
    "cpu0 its movi device 8 event 1 collection 0",
    "cpu0 its discard device 8 event 1",
    "cpu0 its mapd device 8 off",
  ]);
  expect(summary.leftOut.map(({ why }) => why)).toContain(
    "writes of GITS_CWRITER: the commands stand in the trace, and each moves it",
  );
});

test("a kernel's log has the ITS's registers, and says that the commands are not in it", () => {
  const line = (time: number, text: string) =>
    ` CPU 0/KVM-101 [000] ..... 1.${String(time).padStart(6, "0")}: kvm_mmio: mmio ${text}\n`;
  const log = [
    line(1, "read len 4 gpa 0x8000004 val 0x7a0001"),
    line(2, "read len 8 gpa 0x80a0008 val 0x11"),
    line(3, "write len 8 gpa 0x8080100 val 0x8000000042590000"),
    line(4, "write len 8 gpa 0x8080108 val 0x80000000425a0000"),
    line(5, "write len 8 gpa 0x8080080 val 0x80000000425b0000"),
    line(6, "write len 4 gpa 0x8080000 val 0x1"),
    line(7, "write len 8 gpa 0x8080088 val 0x40"),
    line(8, "read len 8 gpa 0x8080090 val 0x40"),
  ].join("");
  const { trace, operations, errors } = importText(log);
  expect(errors).toEqual([]);
  expect(trace).toMatch(/^base its 0x8080000 +# /m);
  expect(trace).toContain("in guest memory, which the log does not show");
  expect(trace).toContain("# vgic-ignore-file[ineffective-command]:");
  expect(operations).toEqual([
    "cpu0 readl GICD_TYPER == 0x7a0001",
    "cpu0 readq GICR_TYPER == 0x11",
    "cpu0 writeq GITS_BASER0 0x8000000042590000",
    "cpu0 writeq GITS_BASER1 0x80000000425a0000",
    "cpu0 writeq GITS_CBASER 0x80000000425b0000",
    "cpu0 writel GITS_CTLR 0x1",
    "cpu0 writeq GITS_CWRITER 0x40",
    "cpu0 readq GITS_CREADR == 0x40",
  ]);
});

test("a VMM's calls on the ITS are its registers and tables", () => {
  const log = `fd 3 KVM_CREATE_VM 0 = 10
fd 10 KVM_CREATE_VCPU 0 = 11
fd 10 KVM_CREATE_DEVICE type 7 flags 0 -> fd 12 = 0
fd 10 KVM_CREATE_DEVICE type 8 flags 0 -> fd 13 = 0
fd 13 KVM_SET_DEVICE_ATTR flags 0 group 0 attr 0x4 value 0x8080000 = 0
fd 12 KVM_SET_DEVICE_ATTR flags 0 group 4 attr 0x3 value - = 0
fd 13 KVM_SET_DEVICE_ATTR flags 0 group 4 attr 0x1 value - = 0
fd 13 KVM_GET_DEVICE_ATTR flags 0 group 8 attr 0x8 value 0x1ef71 = 0
fd 13 KVM_SET_DEVICE_ATTR flags 0 group 8 attr 0x80 value 0x80000000425b0000 = 0
fd 13 KVM_SET_DEVICE_ATTR flags 0 group 4 attr 0x2 value - = 0
fd 13 KVM_SET_DEVICE_ATTR flags 0 group 8 attr 0x0 value 0x1 = 0
`;
  const { trace, operations, errors } = importText(log);
  expect(errors).toEqual([]);
  expect(trace).toMatch(/^base its 0x8080000 +# the VMM sets it$/m);
  expect(operations).toEqual([
    "user save pending",
    "user save its",
    "user get GITS_TYPER == 0x1ef71",
    "user set GITS_CBASER 0x80000000425b0000",
    "user restore its",
    "user set GITS_CTLR 0x1",
  ]);
});
