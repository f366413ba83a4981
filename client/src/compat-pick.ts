/** One quick pick for a migration: from a host, to a host, by a VMM. It offers the last ones first. */
import { type Memento, type QuickPickItem, QuickPickItemKind, type Uri, window } from "vscode";
import type { Hosts } from "../../server/src/lsp/protocol.ts";
import { about, type TraceServer } from "./language-client.ts";

export interface Migration {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  /** And back at once, as a rollback does. */
  readonly back: boolean;
}

/** "linux-6.12 to linux-7.1 by qemu and back". */
export function migrationText({ from, to, by, back }: Migration): string {
  return `${from} to ${to} by ${by}${back ? " and back" : ""}`;
}

const MEMORY_KEY = "vgic.migrations";
const MOST_REMEMBERED = 5;

/** The last ones of this workspace, the newest first. */
export function recentMigrations(memory: Memento): readonly Migration[] {
  return memory.get<readonly Migration[]>(MEMORY_KEY, []);
}

/** Remembers a migration. */
export async function noteOf(memory: Memento, migration: Migration): Promise<void> {
  const text = migrationText(migration);
  const others = recentMigrations(memory).filter((one) => migrationText(one) !== text);
  await memory.update(MEMORY_KEY, [migration, ...others].slice(0, MOST_REMEMBERED));
}

/** What choosing a row gives: all of a migration, or a word that others follow. */
interface Row extends QuickPickItem {
  readonly migration?: Migration;
  readonly word?: string;
}

/** Asks for a migration; undefined if the person thinks better of it. */
export async function chooseMigration(
  server: TraceServer,
  memory: Memento,
  trace: Uri,
): Promise<Migration | undefined> {
  const hosts = await server.ask("vgic/hosts", about({ uri: trace }));
  if (hosts === undefined) return undefined;
  const pick = window.createQuickPick<Row>();
  pick.title = "Would the guest notice a migration?";
  pick.matchOnDescription = false;
  const show = (): void => {
    const { rows, prompt } = rowsFor(pick.value, hosts, recentMigrations(memory));
    pick.items = rows;
    pick.placeholder = prompt;
    pick.title = `Would the guest notice a migration? ${prompt}`;
  };
  return new Promise((resolve) => {
    pick.onDidChangeValue(show);
    pick.onDidAccept(() => {
      const [row] = pick.selectedItems;
      if (row?.migration !== undefined) {
        resolve(row.migration);
        pick.hide();
      } else if (row?.word !== undefined) {
        pick.value = [...wordsOf(pick.value).done, row.word, ""].join(" ");
        show();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    show();
    pick.show();
  });
}

/** The words that are there whole, and the one that is being typed. Words that only join others count for nothing. */
function wordsOf(value: string): { readonly done: readonly string[]; readonly begun: string } {
  const words = value.trimStart().split(/\s+/);
  const begun = words.pop() ?? "";
  return { done: words.filter((word) => !/^(?:from|to|by|and|→)$/.test(word)), begun };
}

/** What can follow, and what that is called. Rows are all shown: what is typed was looked at already. */
function rowsFor(
  value: string,
  { hosts, managers }: Hosts,
  recent: readonly Migration[],
): { readonly rows: readonly Row[]; readonly prompt: string } {
  const { done, begun } = wordsOf(value);
  const [from, to] = done;
  if (from === undefined || to === undefined) {
    const known = hosts.map(({ name, kernels }) => ({ label: name, description: kernels, word: name }));
    const isKnown = hosts.some(({ name }) => name === begun);
    const typed: Row[] =
      begun === "" || isKnown ? [] : [{ label: begun, description: "as typed", word: begun }];
    const last: Row[] =
      value.trim() === ""
        ? recent.map((migration) => ({ label: migrationText(migration), description: "again", migration }))
        : [];
    const separator: Row[] =
      last.length === 0 ? [] : [{ label: "from the host", kind: QuickPickItemKind.Separator }];
    const rows = [...last, ...separator, ...matching(known, begun), ...typed];
    const prompt =
      from === undefined ? "From which host? Any can be typed, as linux-6.6" : `From ${from} to which host?`;
    return { rows: rows.map(always), prompt };
  }
  const words = [...done.slice(2), begun];
  const isBackTyped = words.includes("back");
  const typed = words.find((word) => word !== "back") ?? "";
  const isKnown = typed === "" || managers.some(({ name }) => name.startsWith(typed));
  const vmms = isKnown ? managers : [{ name: typed, about: "as typed" }];
  const ways: Row[] = (isBackTyped ? [true] : [false, true]).flatMap((back) =>
    matching(
      vmms.map(({ name, about }) => ({ label: name, about })),
      typed,
    ).map(({ label, about }) => ({
      label: `by ${label}${back ? ", and back" : ""}`,
      description: back ? "an upgrade and its rollback" : about,
      migration: { from, to, by: label, back },
    })),
  );
  return { rows: ways.map(always), prompt: `${from} → ${to}, saved and restored by which VMM?` };
}

function matching<R extends { readonly label: string }>(rows: readonly R[], begun: string): readonly R[] {
  return rows.filter(({ label }) => label.includes(begun));
}

function always(row: Row): Row {
  return { ...row, alwaysShow: true };
}
