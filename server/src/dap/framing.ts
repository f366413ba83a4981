/** Messages of the Debug Adapter Protocol as bytes: a header with the length, an empty line, and JSON. */

const HEADER_END = "\r\n\r\n";
/** A header without an end, and a message longer than this, come from no client. */
const LONGEST_HEADER = 1024;
const LONGEST_MESSAGE = 64 * 1024 * 1024;

/** A message with its header. */
export function framed(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${new TextEncoder().encode(text).length}${HEADER_END}${text}`;
}

/** Puts messages together from the pieces that come in. */
export class FrameReader {
  #bytes = new Uint8Array(0);

  /**
   * Takes a piece.
   * @returns the messages that are complete now
   * @throws RangeError when what came is no message of the protocol: what follows cannot be told apart any more
   */
  take(piece: Uint8Array): unknown[] {
    const bytes = new Uint8Array(this.#bytes.length + piece.length);
    bytes.set(this.#bytes);
    bytes.set(piece, this.#bytes.length);
    this.#bytes = bytes;
    const messages: unknown[] = [];
    for (let body = this.#nextBody(); body !== undefined; body = this.#nextBody())
      messages.push(parsed(body));
    return messages;
  }

  #nextBody(): string | undefined {
    const head = new TextDecoder("latin1").decode(this.#bytes.subarray(0, LONGEST_HEADER));
    const end = head.indexOf(HEADER_END);
    if (end === -1) {
      if (head.length === LONGEST_HEADER) throw new RangeError("a message must begin with Content-Length");
      return undefined;
    }
    const length = Number(/^content-length: *(\d+) *$/im.exec(head.slice(0, end))?.[1]);
    if (!(length <= LONGEST_MESSAGE)) throw new RangeError("a message must begin with Content-Length");
    const start = end + HEADER_END.length;
    if (this.#bytes.length < start + length) return undefined;
    const body = new TextDecoder().decode(this.#bytes.subarray(start, start + length));
    this.#bytes = this.#bytes.slice(start + length);
    return body;
  }
}

/** The value of a JSON text; undefined if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
