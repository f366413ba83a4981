/** Every request about an open trace: an answer of the analysis, in the protocol's words. */
import type { Connection } from "vscode-languageserver";
import { codeLens } from "../analysis/code-lens.ts";
import { completion, mustGoOn } from "../analysis/completion/completion.ts";
import { signature } from "../analysis/completion/signature.ts";
import { hover } from "../analysis/hover/hover.ts";
import { inlayHints } from "../analysis/inlay-hints.ts";
import { folding } from "../analysis/navigation/folding.ts";
import { links } from "../analysis/navigation/links.ts";
import { causes, definition, references, rename, renameable } from "../analysis/navigation/navigation.ts";
import { selection } from "../analysis/navigation/selection.ts";
import { symbols } from "../analysis/navigation/symbols.ts";
import { semanticTokens } from "../analysis/semantic-tokens.ts";
import { formatBlock, formatInPieces, formatRange } from "../document/format.ts";
import { codeActionsOf } from "./code-actions.ts";
import { completionList, resolvedItem } from "./completion.ts";
import * as to from "./convert.ts";
import { about, aboutAll, refuseOutdated, runInPieces } from "./requests.ts";
import { encoded, SentTokens } from "./semantic-tokens.ts";
import type { Session } from "./session.ts";

/** Registers a handler for each. */
export function registerFeatures(connection: Connection, current: () => Session): void {
  const { languages } = connection;

  // What the eye sees
  connection.onHover(
    about(current, ["position"], (asked, { position }) =>
      to.hover(asked, hover(asked.analysisNear(position.line), asked.at(position))),
    ),
  );
  connection.onCompletion(
    about(current, ["position"], (asked, { position, context }) => {
      const analysis = asked.analysisNear(position.line);
      const at = asked.at(position);
      if (context?.triggerCharacter === " " && !mustGoOn(analysis, at)) return null;
      return completionList(asked, completion(analysis, at));
    }),
  );
  connection.onCompletionResolve((item) => resolvedItem(current(), item));
  connection.onSignatureHelp(
    about(current, ["position"], (asked, { position }) =>
      to.signature(signature(asked.analysisNear(position.line), asked.at(position))),
    ),
  );
  languages.inlayHint.on(
    aboutAll(current, ["range"], (asked, { range }) =>
      inlayHints(asked.analysis, asked.within(range), asked.settings.inlayHints).map((hint) =>
        to.hint(asked, hint),
      ),
    ),
  );
  connection.onCodeLens(
    aboutAll(current, [], (asked) => codeLens(asked.analysis).map((lens) => to.lens(asked, lens))),
  );
  connection.onCodeAction(aboutAll(current, ["range", "context"], codeActionsOf));

  // Where to go
  connection.onDefinition(
    aboutAll(current, ["position"], (asked, { position }) =>
      to.locations(asked, definition(asked.analysis, asked.at(position))),
    ),
  );
  connection.onImplementation(
    aboutAll(current, ["position"], (asked, { position }) =>
      to.locations(asked, causes(asked.analysis, asked.at(position).line)),
    ),
  );
  connection.onReferences(
    aboutAll(current, ["position", "context"], (asked, { position, context }) =>
      to.references(asked, references(asked.analysis, asked.at(position)), context),
    ),
  );
  connection.onDocumentHighlight(
    aboutAll(current, ["position"], (asked, { position }) =>
      to.highlights(asked, references(asked.analysis, asked.at(position))),
    ),
  );
  connection.onPrepareRename(
    aboutAll(current, ["position"], (asked, { position }) =>
      to.renameable(asked, renameable(asked.analysis, asked.at(position))),
    ),
  );
  connection.onRenameRequest(
    aboutAll(current, ["position", "newName"], (asked, { position, newName }) =>
      to.renaming(asked, rename(asked.analysis, asked.at(position), newName)),
    ),
  );

  // The shape of the text
  connection.onDocumentSymbol(
    about(current, [], (asked) => symbols(asked.document).map((symbol) => to.symbol(asked, symbol))),
  );
  connection.onFoldingRanges(about(current, [], (asked) => folding(asked.document).map(to.fold)));
  connection.onSelectionRanges(
    about(current, ["positions"], (asked, { positions }) =>
      positions.map((position) => to.selection(asked, selection(asked.document, asked.at(position)))),
    ),
  );
  connection.onDocumentLinks(
    about(current, [], (asked) => links(asked.document).flatMap((link) => to.link(asked, link))),
  );

  // Formatting
  connection.onDocumentFormatting(
    about(current, [], (asked, _, token) =>
      to.formatting(asked, (options) =>
        runInPieces(formatInPieces(asked.document, options), () => refuseOutdated(asked, token)),
      ),
    ),
  );
  connection.onDocumentRangeFormatting(
    about(current, ["range"], (asked, { range }) => {
      const { start, end } = asked.within(range);
      // A range that ends where a line begins has nothing of that line.
      const lines = {
        start: start.line,
        end: end.character > 0 || end.line === start.line ? end.line + 1 : end.line,
      };
      return to.formatting(asked, (options) => formatRange(asked.document, lines, options));
    }),
  );
  connection.onDocumentOnTypeFormatting(
    about(current, ["position"], (asked, { position }) => {
      const finished = Math.max(asked.at(position).line - 1, 0);
      return to.formatting(asked, (options) => formatBlock(asked.document, finished, options));
    }),
  );

  // Colours
  const sent = new SentTokens();
  languages.semanticTokens.on(about(current, [], (asked) => sent.whole(asked)));
  languages.semanticTokens.onDelta(
    about(current, ["previousResultId"], (asked, { previousResultId }) =>
      sent.difference(asked, previousResultId),
    ),
  );
  languages.semanticTokens.onRange(
    about(current, ["range"], (asked, { range }) => {
      const { start, end } = asked.within(range);
      return {
        data: encoded(asked, semanticTokens(asked.document, { start: start.line, end: end.line + 1 })),
      };
    }),
  );
}
