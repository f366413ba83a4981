/** The state of the vGIC at the cursor's line, as a tree. */
import {
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
  readonly unfolded?: boolean;
  readonly children: readonly Node[];
}

/** With more parts than this, only those that differ are unfolded at first. */
const mostUnfolded = 8;

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

  constructor(server: TraceServer) {
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      later,
      server.onDidChange(() => later.run()),
      window.onDidChangeActiveTextEditor(() => later.run()),
      window.onDidChangeTextEditorSelection(() => later.run()),
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

  getTreeItem({ path, label, description, differs, unfolded, children }: PlacedNode): TreeItem {
    const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
    const item = new TreeItem(label, children.length === 0 ? None : unfolded ? Expanded : Collapsed);
    item.id = path;
    item.description = description;
    item.tooltip = description === undefined ? label : `${label}: ${description}`;
    if (differs) {
      item.iconPath = new ThemeIcon("diff", new ThemeColor("list.warningForeground"));
      item.accessibilityInformation = { label: `${item.tooltip}, differs between revisions` };
    }
    return item;
  }

  getChildren(parent?: PlacedNode): PlacedNode[] {
    const path = parent?.path ?? "";
    return (parent?.children ?? this.#roots).map((node) => ({ ...node, path: `${path}/${node.label}` }));
  }

  async #update(): Promise<void> {
    const editor = activeTrace();
    if (editor === undefined || !this.#view.visible) return;
    const position = editor.selection.active;
    const state = await this.#server.ask("vgic/state", { ...about(editor.document), position });
    if (state === undefined) return;
    this.#roots = state === null ? [] : nodesOf(state);
    this.#view.description = state === null ? undefined : `after line ${position.line + 1}`;
    this.#view.message =
      state === null ? "Put the cursor into a scenario to see its state there." : undefined;
    this.#changed.fire(undefined);
  }
}

function nodesOf({ variants, sections }: VgicState): Node[] {
  return sections.map(({ title, rows, differs }) => ({
    label: title,
    differs,
    unfolded: differs || sections.length <= mostUnfolded,
    children: rows.map(({ name, values, differs }) => ({
      label: name,
      description: differs ? differing(values, variants) : values[0],
      differs,
      children: [],
    })),
  }));
}

/** "rev 1: low · rev 2, rev 3: high". */
function differing(values: readonly string[], variants: readonly string[]): string {
  const groups = new Map<string, string[]>();
  values.forEach((value, index) => {
    groups.set(value, [...(groups.get(value) ?? []), variants[index]]);
  });
  return [...groups].map(([value, names]) => `${names.join(", ")}: ${value || "none"}`).join(" · ");
}
