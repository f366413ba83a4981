/** Reading what a person wrote as JSON: what is wrong is told with its key, and the nearest key that there is. */
import { nearest } from "../syntax/nearest.ts";

/** A part of a configuration, by its path. */
export class Section {
  readonly #path: string;
  readonly #entries: ReadonlyMap<string, unknown>;
  readonly #problems: string[];

  /** @param path what stands before keys in messages; empty for none */
  constructor(path: string, given: unknown, problems: string[]) {
    this.#path = path;
    this.#problems = problems;
    const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
    this.#entries = new Map(isObject ? Object.entries(given) : []);
    if (given !== undefined && given !== null && !isObject) this.#expected(path, "an object", given);
  }

  section(key: string): Section {
    return new Section(this.#pathOf(key), this.#entries.get(key), this.#problems);
  }

  /** The objects of a list. */
  sections(key: string): Section[] {
    return this.#list(key).map(
      (one, index) => new Section(`${this.#pathOf(key)}[${index}]`, one ?? "nothing", this.#problems),
    );
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#entries.get(key) ?? fallback;
    if (typeof value === "boolean") return value;
    this.expected(key, "true or false", value);
    return fallback;
  }

  /** A text; absent when it is empty, as editors leave what is not set. */
  text(key: string): string | undefined {
    const value = this.#entries.get(key) ?? "";
    if (typeof value !== "string") this.expected(key, "a text", value);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  }

  texts(key: string): string[] {
    const list = this.#list(key);
    const texts = list.filter((one): one is string => typeof one === "string");
    if (texts.length < list.length) this.expected(key, "a list of texts", list);
    return texts;
  }

  /** One of some values; undefined when it is absent or another. */
  choice<T>(key: string, choices: readonly T[]): T | undefined {
    const value = this.#entries.get(key) ?? undefined;
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) {
      const near = typeof value === "string" ? nearest(value, choices.map(String)) : undefined;
      this.expected(key, `one of ${choices.join(", ")}`, value, near);
    }
    return found;
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Tells of each key that is none of those known. `what`: what a key is called. */
  allowOnly(known: readonly string[], what: string): void {
    for (const key of this.#entries.keys()) {
      if (!known.includes(key)) this.unknown(key, known, what);
    }
  }

  unknown(key: string, known: readonly string[], what: string): void {
    const near = nearest(key, known);
    const hint = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
    this.problem(key, `there is no such ${what}: ${hint}`);
  }

  problem(key: string, what: string): void {
    this.#problems.push(`${this.#pathOf(key)}: ${what}`);
  }

  expected(key: string, expected: string, value: unknown, near?: string): void {
    this.#expected(this.#pathOf(key), expected, value, near);
  }

  #list(key: string): readonly unknown[] {
    const value = this.#entries.get(key) ?? [];
    if (Array.isArray(value)) return value;
    this.expected(key, "a list", value);
    return [];
  }

  #pathOf(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  #expected(path: string, expected: string, value: unknown, near?: string): void {
    const where = path === "" ? "" : `${path}: `;
    const hint = near === undefined ? "" : `: did you mean ${near}?`;
    this.#problems.push(`${where}expected ${expected}, not ${JSON.stringify(value)}${hint}`);
  }
}
