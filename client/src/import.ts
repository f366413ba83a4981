/** Logs and snapshots as traces: a command that imports a file, and pasting a copied piece of a log as operations. */
import {
  commands,
  Disposable,
  DocumentDropOrPasteEditKind,
  DocumentPasteEdit,
  languages,
  ProgressLocation,
  type Uri,
  window,
  workspace,
} from "vscode";
import type { Requests } from "../../server/src/lsp/protocol.ts";
import { about, languageId, type TraceServer } from "./language-client.ts";
import { say, sayFirst } from "./notify.ts";

/** Bytes of a log; what is longer makes no file that an editor opens with ease. */
const mostBytes = 50_000_000;
/** Characters of a clipboard that are looked at. */
const mostPasted = 1_000_000;
/** The first bytes of a file, by which binary logs are told. */
const headBytes = 4096;

export function registerImport(server: TraceServer): Disposable {
  return Disposable.from(
    commands.registerCommand("vgic.importLog", () => importLog(server)),
    registerPaste(server),
  );
}

async function importLog(server: TraceServer): Promise<void> {
  const [log] = (await window.showOpenDialog({ title: "Import Trace Log", openLabel: "Import" })) ?? [];
  if (log === undefined) return;
  const name = nameOf(log);
  const imported = await window.withProgress(
    { location: ProgressLocation.Notification, title: `Importing ${name}`, cancellable: true },
    async (_progress, token) => {
      const content = await contentOf(log);
      return typeof content === "string"
        ? { refusal: content }
        : server.ask("vgic/import", { name, ...content }, token);
    },
  );
  if (imported === undefined) return;
  if ("refusal" in imported) {
    void say("error", `Cannot import ${name}: ${imported.refusal}`);
    return;
  }
  const document = await workspace.openTextDocument({ language: languageId, content: imported.trace });
  await window.showTextDocument(document);
  void sayFirst("information", name, imported.notes);
}

type Content = Omit<Requests["vgic/import"]["params"], "name">;

function base64(bytes: Uint8Array): string {
  let letters = "";
  for (let at = 0; at < bytes.length; at += headBytes)
    letters += String.fromCharCode(...bytes.subarray(at, at + headBytes));
  return btoa(letters);
}

function nameOf({ path }: Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What the server needs of a file, or why it is not read. */
async function contentOf(log: Uri): Promise<Content | string> {
  try {
    const { size } = await workspace.fs.stat(log);
    if (size > mostBytes) {
      // A snapshot can hold all of a VM's memory; the server takes of it what it needs.
      if (log.scheme === "file") return { text: "", head: [], uri: log.toString() };
      return `it has more than ${mostBytes / 1_000_000} MB; import it on the command line: \`vgic-trace import LOG > boot.vgic\``;
    }
    const bytes = await workspace.fs.readFile(log);
    const head = Array.from(bytes.subarray(0, headBytes));
    return head.includes(0)
      ? { text: "", head, bytes: base64(bytes) }
      : { text: new TextDecoder().decode(bytes), head };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Offers operations for a copied log. Never the default: the text itself goes before them. */
function registerPaste(server: TraceServer): Disposable {
  const { registerDocumentPasteEditProvider } = languages;
  const [Edit, kinds] = [DocumentPasteEdit, DocumentDropOrPasteEditKind];
  if (registerDocumentPasteEditProvider === undefined || Edit === undefined || kinds === undefined) {
    return new Disposable(() => {});
  }
  const kind = kinds.Empty.append(languageId, "operations");
  return registerDocumentPasteEditProvider(
    { language: languageId },
    {
      async provideDocumentPasteEdits(document, [range], data, _context, token) {
        const text = await data.get("text/plain")?.asString();
        if (range === undefined || !text?.includes("\n") || text.length > mostPasted) return [];
        const params = { ...about(document), position: range.start, text };
        const operations = await server.ask("vgic/importInto", params, token);
        if (!operations) return [];
        const edit = new Edit(operations, "Paste as trace operations", kind);
        edit.yieldTo = [kinds.Text];
        return [edit];
      },
    },
    { providedPasteEditKinds: [kind], pasteMimeTypes: ["text/plain"] },
  );
}
