/** An initramfs with the replay program as its init, and what it needs, as a cpio archive in the "newc" format. */

interface Entry {
  readonly name: string;
  /** File type and permissions, as in stat. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Of a device node. */
  readonly major?: number;
  readonly minor?: number;
}

const folder = 0o040755;
const executable = 0o100755;
const file = 0o100644;
const characterDevice = 0o020600;

/** @param init the replay program, @param program what it performs */
export function initramfs(init: Uint8Array, program: Uint8Array): Uint8Array {
  return archive([
    { name: "dev", mode: folder },
    { name: "dev/console", mode: characterDevice, major: 5, minor: 1 },
    { name: "dev/kvm", mode: characterDevice, major: 10, minor: 232 },
    { name: "init", mode: executable, content: init },
    { name: "program", mode: file, content: program },
  ]);
}

/** Names and contents begin at multiples of four bytes. */
function archive(entries: readonly Entry[]): Uint8Array {
  const pieces = [...entries, { name: "TRAILER!!!", mode: 0 }].flatMap((entry: Entry, index) => {
    const { content = new Uint8Array() } = entry;
    const head = new TextEncoder().encode(`${header(entry, index + 1, content.length)}${entry.name}\0`);
    return [padded(head), padded(content)];
  });
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function header({ name, mode, major = 0, minor = 0 }: Entry, inode: number, size: number): string {
  const fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, major, minor, name.length + 1, 0];
  return `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}
