/** What `.gitignore` and `.vgicignore` say, written as git reads them; the file nearest to a trace decides. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ignore, { type Ignore } from "ignore";

const names = [".gitignore", ".vgicignore"];

/** What a folder's ignore files say, on top of those of the folders around it. */
export class IgnoreFiles {
  readonly #folder: string;
  readonly #rules: Ignore | undefined;
  readonly #parent: IgnoreFiles | undefined;

  private constructor(folder: string, parent: IgnoreFiles | undefined) {
    this.#folder = folder;
    this.#parent = parent;
    const texts = names.map((name) => textOf(path.join(folder, name))).filter((text) => text !== undefined);
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
    const inRepository = existsSync(path.join(top, ".git"));
    const files = inRepository
      ? above.reduce<IgnoreFiles | undefined>((parent, one) => new IgnoreFiles(one, parent), undefined)
      : undefined;
    // Who asks for an ignored folder wants what is in it.
    const isIgnored = files?.ignores(`${absolute}${path.sep}`) ?? false;
    return new IgnoreFiles(absolute, isIgnored ? undefined : files);
  }

  /** For a folder in this one. */
  in(name: string): IgnoreFiles {
    return new IgnoreFiles(path.join(this.#folder, name), this);
  }

  /** Whether an absolute path is ignored; one of a folder ends in a separator. */
  ignores(absolute: string): boolean {
    const relative = absolute
      .slice(this.#folder.length + 1)
      .split(path.sep)
      .join("/");
    const { ignored, unignored } = this.#rules?.test(relative) ?? { ignored: false, unignored: false };
    if (ignored || unignored) return ignored;
    return this.#parent?.ignores(absolute) ?? false;
  }

  /** Whether something directly in this folder is ignored. */
  ignoresEntry(name: string, isFolder: boolean): boolean {
    return this.ignores(path.join(this.#folder, name) + (isFolder ? path.sep : ""));
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // As a rule there is none; one that cannot be read ignores nothing.
  }
}
