/** Work that waits until the person pauses. */

const pauseMilliseconds = 150;

export class Later {
  readonly #work: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Does the work a moment after the last call. */
  run(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#work, pauseMilliseconds);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
