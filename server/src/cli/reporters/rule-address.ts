/** Where the page of a diagnostic is, for formats that can carry a link. */
import metadata from "../../../../package.json" with { type: "json" };
import type { Code } from "../../rules/finding.ts";

const repository = metadata.repository.url.replace(/^git\+|\.git$/g, "");

export function ruleAddress(code: Code): string {
  return `${repository}/blob/main/docs/rules/${code}.md`;
}
