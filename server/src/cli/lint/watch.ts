/** `lint --watch`: checks again what changed, until it is interrupted. */
import { type FSWatcher, watch as follow, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import path, { resolve } from "node:path";
import { counted } from "../../syntax/counted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { report } from "../commands/lint.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { isMissing, pathOf, reasonOf } from "../files/failure.ts";
import { pathToShow } from "../files/sources.ts";
import { complain, print, tell } from "../terminal/terminal.ts";
import type { Target } from "./check.ts";
import { type Checked, checkAll } from "./check-all.ts";
import type { LintPlan } from "./lint-plan.ts";
import { findTargets } from "./targets.ts";

/** What came of a target, and what it was then. */
interface Known {
  readonly stamp: string;
  readonly checked: Checked;
}

/** Editors write a file in several steps. */
const settleMilliseconds = 50;

/** Goes on until Ctrl-C, or until the folders cannot be followed. */
export async function watch(plan: LintPlan): Promise<ExitStatus> {
  const changes = new Changes();
  try {
    for (const folder of await foldersOf(plan.paths)) changes.follow(folder);
  } catch (error) {
    const file = pathOf(error);
    complain(`cannot watch${file === undefined ? "" : ` ${pathToShow(file)}`}: ${reasonOf(error)}`);
    return exitStatus.failed;
  }
  let known: ReadonlyMap<string, Known> = new Map();
  for (;;) {
    try {
      known = await round(plan, known);
    } catch (error) {
      // The current folder is gone.
      complain(`cannot check: ${reasonOf(error)}`);
    }
    await changes.next();
  }
}

/** Checks what changed and reports on all. */
async function round(plan: LintPlan, before: ReadonlyMap<string, Known>): Promise<Map<string, Known>> {
  const found = await findTargets(plan);
  const now = new Map<string, Known>();
  if (process.stdout.isTTY) print("\x1b[2J\x1b[3J\x1b[H");
  for (const { failure } of found.failures) complain(failure);
  if (!found.usable) return now;
  const { targets } = found;
  const stamps = await Promise.all(targets.map(stampOf));
  const stale = targets.filter(({ trace }, index) => before.get(trace)?.stamp !== stamps[index]);
  const fresh = new Map<string, Checked>();
  await checkAll(stale, (checked, index) => fresh.set(itemAt(stale, index).trace, checked));
  await report(found, plan, async (take) => {
    targets.forEach(({ trace }, index) => {
      const checked = fresh.get(trace) ?? before.get(trace)?.checked;
      if (checked === undefined) return;
      now.set(trace, { stamp: itemAt(stamps, index), checked });
      take(checked, index);
    });
  });
  tell(`watching ${counted(targets.length, "file")}, ${stale.length} of them checked now; Ctrl-C ends`);
  return now;
}

/** Changes when the file or the way it is checked does. */
async function stampOf({ trace, options }: Target): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(trace);
    return [mtimeMs, size, ino, JSON.stringify(options)].join(" ");
  } catch {
    return "gone";
  }
}

/** The folders to follow: those given with all in them, those of given files, and the current one alone. */
async function foldersOf(paths: readonly string[]): Promise<{ path: string; recursive: boolean }[]> {
  const given = paths.map(async (one) => {
    const isFolder = (await stat(one)).isDirectory();
    return { path: isFolder ? one : path.dirname(one), recursive: isFolder };
  });
  return [...(await Promise.all(given)), { path: ".", recursive: false }];
}

/** How often it is looked whether a folder is still the one that is followed. */
const lookMilliseconds = 250;

/** Which folder there is at a path; undefined for none. */
function identityOf(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && `${stats.dev} ${stats.ino}`;
}

/** Changes below some folders, also when one is removed and made again. Those that come while nobody waits are kept. */
class Changes {
  readonly #home = process.cwd();
  #pending = false;
  #wake: (() => void) | undefined;

  follow({ path, recursive }: { path: string; recursive: boolean }): void {
    const absolute = resolve(this.#home, path);
    let watcher: FSWatcher | undefined = this.#watcherOf(absolute, recursive);
    let identity = identityOf(absolute);
    setInterval(() => {
      const now = identityOf(absolute);
      if (now === identity) return;
      identity = now;
      watcher?.close();
      watcher = undefined;
      if (now === undefined) return;
      try {
        // The folder that the command was started in is another one, too.
        if (absolute === this.#home) process.chdir(absolute);
        watcher = this.#watcherOf(absolute, recursive);
      } catch (error) {
        // It went away once more: the next look sees that.
        if (!isMissing(error)) complain(`cannot watch ${path}: ${reasonOf(error)}`);
        identity = undefined;
      }
      this.#tell();
    }, lookMilliseconds);
  }

  #watcherOf(folder: string, recursive: boolean): FSWatcher {
    const watcher = follow(folder, { recursive }, (_, name) => {
      if (name === null || /(\.vgic|\.json|ignore)$/.test(name)) this.#tell();
    });
    watcher.on("error", (error) => {
      if (!isMissing(error)) complain(`cannot watch ${folder}: ${reasonOf(error)}`);
    });
    return watcher;
  }

  #tell(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Resolves a moment after something changed. */
  async next(): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    await new Promise((resolve) => setTimeout(resolve, settleMilliseconds));
    this.#pending = false;
  }
}
