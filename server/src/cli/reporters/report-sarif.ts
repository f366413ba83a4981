/** `--format sarif`: SARIF 2.1.0 (OASIS), one run. Lines and columns count from 1, columns in UTF-16 units. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ArtifactLocation, Fix, Invocation, Location, Region, ReportingDescriptor, Result } from "sarif";
import metadata from "../../../../package.json" with { type: "json" };
import type { Range, Severity } from "../../api/index.ts";
import { RULES } from "../../rules/rules.ts";
import type { CheckedDiagnostic, CheckedFile } from "../lint/check.ts";
import { printableJson } from "../terminal/printable.ts";
import type { Reporter } from "./report.ts";
import { ruleAddress } from "./rule-address.ts";

/** What fingerprints are called in results; the number rises when they are made otherwise. */
export const FINGERPRINT = "vgicTrace/v1";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
};

const rules = Object.values(RULES).map(
  ({ code, severity, summary, page }): ReportingDescriptor => ({
    id: code,
    shortDescription: { text: summary },
    helpUri: ruleAddress(code),
    help: { text: page.trim(), markdown: page.trim() },
    defaultConfiguration: { level: levels[severity] },
  }),
);
const ruleIndices = new Map(rules.map(({ id }, index) => [id, index]));

const driver = { name: metadata.name, semanticVersion: metadata.version, rules };

/** Said where no file was checked: no results would read as if all were well. */
const NOTHING: Invocation = {
  executionSuccessful: true,
  toolExecutionNotifications: [
    { level: "warning", message: { text: "no trace was checked: nothing was tested" } },
  ],
};

export const sarifReporter: Reporter = {
  start:
    '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[' +
    `{"tool":${printableJson({ driver })},"columnKind":"utf16CodeUnits","results":[`,
  separator: ",",
  file: (file) => file.diagnostics.map((one) => `\n${printableJson(resultOf(one, file))}`).join(),
  end: ({ files }) => `\n]${files === 0 ? `,"invocations":[${printableJson(NOTHING)}]` : ""}}]}\n`,
};

function resultOf(diagnostic: CheckedDiagnostic, file: CheckedFile): Result {
  const { code, severity, message, range, related, fixes, fingerprint } = diagnostic;
  const artifactLocation = artifactAt(file.path);
  const physical = (range: Range): Location => ({
    physicalLocation: { artifactLocation, region: regionOf(range) },
  });
  return {
    ruleId: code,
    ruleIndex: ruleIndices.get(code),
    level: levels[severity],
    message: { text: message },
    locations: [physical(range)],
    relatedLocations: related.map((place, index) => ({
      id: index + 1,
      message: { text: place.message },
      ...physical(place.range),
    })),
    fixes: fixes.map(({ title, edits }): Fix => {
      const replacements = edits.map((edit) => ({
        deletedRegion: regionOf(edit.range),
        insertedContent: { text: edit.text },
      }));
      return { description: { text: title }, artifactChanges: [{ artifactLocation, replacements }] };
    }),
    partialFingerprints: { [FINGERPRINT]: fingerprint },
  };
}

function regionOf({ start, end }: Range): Region {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function artifactAt(shown: string): ArtifactLocation {
  if (path.isAbsolute(shown)) return { uri: pathToFileURL(shown).href };
  return { uri: shown.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}
