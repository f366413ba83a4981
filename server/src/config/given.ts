/** What an editor sends with a request. It may send anything, so everything is looked at before it is used. */

export class Given {
  readonly #entries: ReadonlyMap<string, unknown>;

  /** Without any entry where the value is no object. */
  constructor(value: unknown) {
    this.#entries = new Map<string, unknown>(
      Object.entries(typeof value === "object" && value !== null ? value : {}),
    );
  }

  /** All that is there, as it is. */
  get entries(): ReadonlyMap<string, unknown> {
    return this.#entries;
  }

  text(name: string): string | undefined {
    const value = this.#entries.get(name);
    return typeof value === "string" ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#entries.get(name);
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.#entries.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  object(name: string): Given {
    return new Given(this.#entries.get(name));
  }

  list(name: string): Given[] {
    const value = this.#entries.get(name);
    return Array.isArray(value) ? value.map((one) => new Given(one)) : [];
  }

  texts(name: string): string[] {
    const value = this.#entries.get(name);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }
}
