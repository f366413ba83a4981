/** The state of the vGIC at the cursor's line, as a tree. */
import {
  commands,
  Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from "vscode";
import type { VgicState } from "../../server/src/lsp/protocol.ts";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { Later } from "./later.ts";

/** Something of the state, in words. */
interface Node {
  readonly label: string;
  readonly description?: string;
  readonly differs: boolean;
  /** Whether the line at the cursor changed it. */
  readonly changed: boolean;
  readonly unfolded?: boolean;
  readonly children: readonly Node[];
}

/** What is shown of the state. */
interface Filter {
  readonly label: string;
  readonly shows: (nodes: readonly Node[]) => readonly Node[];
}

const EVERYTHING: Filter = { label: "Everything", shows: (nodes) => nodes };
const FILTERS: readonly Filter[] = [
  EVERYTHING,
  { label: "What differs between revisions", shows: (nodes) => only(nodes, ({ differs }) => differs) },
  { label: "What the line changed", shows: (nodes) => only(nodes, ({ changed }) => changed) },
];

/** The nodes of a kind, each with its rows of that kind; with all of them, where it is of that kind as a whole. */
function only(nodes: readonly Node[], isMeant: (node: Node) => boolean): readonly Node[] {
  return nodes.filter(isMeant).map((node) => {
    const children = node.children.filter(isMeant);
    return children.length === 0 ? node : { ...node, children };
  });
}

/** With the path of labels that leads to it: what is unfolded stays so as the state changes. */
interface PlacedNode extends Node {
  readonly path: string;
}

export class StateView extends Disposable implements TreeDataProvider<PlacedNode> {
  readonly #server: TraceServer;
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: TreeView<PlacedNode>;
  #roots: readonly Node[] = [];
  #filter = EVERYTHING;

  constructor(server: TraceServer) {
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      later,
      server.onDidChange(() => later.run()),
      window.onDidChangeActiveTextEditor(() => later.run()),
      window.onDidChangeTextEditorSelection(() => later.run()),
      commands.registerCommand("vgic.filterState", () => this.#choose()),
    );
    super(() => {
      subscriptions.dispose();
      this.#view.dispose();
      this.#changed.dispose();
    });
    this.#server = server;
    this.#view = window.createTreeView("vgic.state", { treeDataProvider: this, showCollapseAll: true });
    this.#view.onDidChangeVisibility(() => later.run());
  }

  getTreeItem({ path, label, description, differs, changed, unfolded, children }: PlacedNode): TreeItem {
    const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
    const item = new TreeItem(label, children.length === 0 ? None : unfolded ? Expanded : Collapsed);
    item.id = path;
    item.description = description;
    item.tooltip = description === undefined ? label : `${label}: ${description}`;
    const { iconPath, spoken } = markOf(differs, changed);
    if (iconPath !== undefined) {
      item.iconPath = iconPath;
      item.accessibilityInformation = { label: `${item.tooltip}${spoken}` };
    }
    return item;
  }

  getChildren(parent?: PlacedNode): PlacedNode[] {
    const path = parent?.path ?? "";
    return (parent?.children ?? this.#roots).map((node) => ({ ...node, path: `${path}/${node.label}` }));
  }

  async #choose(): Promise<void> {
    const one = { label: "One interrupt or vCPU…", shows: EVERYTHING.shows };
    const chosen = await window.showQuickPick([...FILTERS, one], { placeHolder: "Show of the state" });
    if (chosen === undefined) return;
    this.#filter = chosen === one ? await this.#named() : chosen;
    await this.#update();
  }

  /** What is called as the person says: "40", "cpu1". */
  async #named(): Promise<Filter> {
    const name = (
      await window.showInputBox({ prompt: "An INTID or a vCPU", placeHolder: "40, cpu1" })
    )?.trim();
    if (!name) return EVERYTHING;
    return {
      label: `only ${name}`,
      shows: (nodes) => nodes.filter(({ label }) => isAbout(label, name)),
    };
  }

  async #update(): Promise<void> {
    const editor = activeTrace();
    if (editor === undefined || !this.#view.visible) return;
    const position = editor.selection.active;
    const state = await this.#server.ask("vgic/state", { ...about(editor.document), position });
    if (state === undefined) return;
    this.#roots = state === null ? [] : this.#filter.shows(nodesOf(state));
    const filter = this.#filter === EVERYTHING ? "" : `, ${this.#filter.label.toLowerCase()}`;
    // Where a container has one view, its title is shown and its description is not.
    this.#view.title = state === null ? "State" : `State after line ${position.line + 1}${filter}`;
    this.#view.message =
      state === null
        ? "Put the cursor into a scenario to see its state there."
        : this.#roots.length === 0
          ? "Nothing of the state is as the filter asks."
          : undefined;
    this.#changed.fire(undefined);
  }
}

/** Whether a title is about an INTID or a vCPU: "INTIDs 32–63" is about "40" and about "SPI 40". */
function isAbout(title: string, name: string): boolean {
  const range = /^INTIDs? (\d+)(?:–(\d+))?/.exec(title);
  const named = /^(?:(?:intid|sgi|ppi|spi|lpi)s?\s*)?(\d+)$/i.exec(name);
  if (range === null || named === null) return title.split(" ").includes(name.toLowerCase());
  const intid = Number(named[1]);
  return Number(range[1]) <= intid && intid <= Number(range[2] ?? range[1]);
}

/** What the line changed first, then what differs, then the rest. */
function nodesOf({ variants, sections }: VgicState): Node[] {
  const nodes = sections.map(
    ({ title, rows, differs, changed, summaries }): Node => ({
      label: title,
      description: summaries && summaryOf(summaries, variants),
      differs,
      changed,
      // An interrupt says all in its one line.
      unfolded: summaries === undefined && (differs || changed),
      children: inOrder(
        rows.map(({ name, values, differs, changed }) => ({
          label: name,
          description: differs ? differing(values, variants) : values[0],
          differs,
          changed,
          children: [],
        })),
      ),
    }),
  );
  return inOrder(nodes);
}

function inOrder(nodes: readonly Node[]): Node[] {
  const rank = ({ differs, changed }: Node) => (changed ? 0 : differs ? 1 : 2);
  return [...nodes].sort((a, b) => rank(a) - rank(b));
}

/** "pending, enabled, prio 0xa0 → cpu1, Group 1 │ rev 1: Group 0": of others only what they say differently. */
function summaryOf([declared = "", ...others]: readonly string[], variants: readonly string[]): string {
  const own = declared.split(", ");
  const groups = new Map<string, string[]>();
  variants.slice(1).forEach((variant, index) => {
    const parts = others[index]?.split(", ").filter((part) => !own.includes(part)) ?? [];
    if (parts.length === 0) return;
    const text = parts.join(", ");
    groups.set(text, [...(groups.get(text) ?? []), variant]);
  });
  return [declared, ...[...groups].map(([text, names]) => `${names.join(", ")}: ${text}`)].join(" │ ");
}

/** Changed by the line, differing between revisions, or both. */
function markOf(
  differs: boolean,
  changed: boolean,
): { readonly iconPath?: ThemeIcon; readonly spoken: string } {
  const differing = differs ? ", differs between revisions" : "";
  if (changed) {
    const color = new ThemeColor(differs ? "list.warningForeground" : "charts.blue");
    return { iconPath: new ThemeIcon("edit", color), spoken: `, changed by this line${differing}` };
  }
  if (!differs) return { spoken: "" };
  return { iconPath: new ThemeIcon("diff", new ThemeColor("list.warningForeground")), spoken: differing };
}

/** "rev 1: low · rev 2, rev 3: high". */
function differing(values: readonly string[], variants: readonly string[]): string {
  const groups = new Map<string, string[]>();
  variants.forEach((variant, index) => {
    const value = values[index] ?? "";
    groups.set(value, [...(groups.get(value) ?? []), variant]);
  });
  return [...groups].map(([value, names]) => `${names.join(", ")}: ${value || "none"}`).join(" · ");
}
