/** What `.gitignore` and `.vgicignore` say, written as git reads them; the file nearest to a trace decides. */
import { existsSync } from "node:fs";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { type Failure, isMissing, reasonOf } from "./failure.ts";
import { readRegularFile, SETTINGS_BYTES } from "./read-file.ts";

const names = [".gitignore", ".vgicignore"];

/** The path of what is in a folder, from there, with `/`; a separator at its end stays. The root ends in one itself. */
export function pathBelow(folder: string, absolute: string, sep: string = path.sep): string {
  const start = folder.endsWith(sep) ? folder.length : folder.length + 1;
  return absolute.slice(start).split(sep).join("/");
}

/** What a folder's ignore files say, on top of those of the folders around it. */
export class IgnoreFiles {
  readonly #folder: string;
  readonly #rules: Ignore | undefined;
  readonly #parent: IgnoreFiles | undefined;
  /** What is wrong with the files read so far, those of the folders around and in this one among them. */
  readonly failures: Failure[];

  private constructor(folder: string, parent: IgnoreFiles | undefined, failures: Failure[]) {
    this.#folder = folder;
    this.#parent = parent;
    this.failures = failures;
    const texts = names.map((name) => this.#textOf(name)).filter((text) => text !== undefined);
    this.#rules = texts.length === 0 ? undefined : ignore().add(texts.join("\n"));
  }

  /** For a folder that was asked for: with what the folders above it say, up to the top of the git repository. */
  static of(folder: string): IgnoreFiles {
    const absolute = path.resolve(folder);
    const above: string[] = [];
    let top = absolute;
    while (!existsSync(path.join(top, ".git")) && top !== path.dirname(top)) {
      top = path.dirname(top);
      above.unshift(top);
    }
    const failures: Failure[] = [];
    const inRepository = existsSync(path.join(top, ".git"));
    const files = inRepository
      ? above.reduce<IgnoreFiles | undefined>(
          (parent, one) => new IgnoreFiles(one, parent, failures),
          undefined,
        )
      : undefined;
    // Who asks for an ignored folder wants what is in it.
    const isIgnored = files?.ignores(`${absolute}${path.sep}`) ?? false;
    return new IgnoreFiles(absolute, isIgnored ? undefined : files, failures);
  }

  /** For a folder in this one. */
  in(name: string): IgnoreFiles {
    return new IgnoreFiles(path.join(this.#folder, name), this, this.failures);
  }

  /** Whether an absolute path is ignored; one of a folder ends in a separator. */
  ignores(absolute: string): boolean {
    const relative = pathBelow(this.#folder, absolute);
    const { ignored, unignored } = this.#rules?.test(relative) ?? { ignored: false, unignored: false };
    if (ignored || unignored) return ignored;
    return this.#parent?.ignores(absolute) ?? false;
  }

  /** What an ignore file of this folder says; one that cannot be read ignores nothing, and is a failure. */
  #textOf(name: string): string | undefined {
    const file = path.join(this.#folder, name);
    try {
      return readRegularFile(file, SETTINGS_BYTES).toString("utf8");
    } catch (error) {
      if (!isMissing(error)) {
        this.failures.push({ failure: `cannot read ${path.relative("", file)}: ${reasonOf(error)}` });
      }
      return undefined;
    }
  }

  /** Whether something directly in this folder is ignored. */
  ignoresEntry(name: string, isFolder: boolean): boolean {
    return this.ignores(path.join(this.#folder, name) + (isFolder ? path.sep : ""));
  }
}
