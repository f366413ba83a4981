/** The pages of the diagnostics under docs/rules/ are made from the rules: `npm run docs` writes them. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Code } from "../../server/src/rules/finding.ts";
import { RULES, rulesByGroup } from "../../server/src/rules/rules.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/rules");
const rules = Object.values(RULES);

/** A page as `vgic-trace explain` prints it, for reading in a browser. */
function pageOf({ code, severity, summary, page }: (typeof RULES)[Code]): string {
  return `# ${code}\n\nSeverity: ${severity}. Reported when ${summary}.\n\n${page.trim()}\n`;
}

function index(): string {
  const head = `# Diagnostics

What \`vgic-trace lint\` and the editors report, with its default severity. The page of each has an example and says what
to do about it; \`vgic-trace explain CODE\` prints the same. A [comment](../language.md#evaluation) suppresses a diagnostic
in one place, a [configuration](../ci.md#configuration) changes its severity or turns it off, and a
[baseline](../ci.md#a-repository-that-has-findings-already) leaves out what is known.
`;
  const tables = rulesByGroup().map((group) => {
    const rows = group.rules.map(
      ({ code, severity, summary }) => `| [${code}](${code}.md) | ${severity} | ${summary} |`,
    );
    return `## ${group.title}\n\n| code | severity | reported when |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  return [head, ...tables].join("\n");
}

test.each(rules.map((rule) => [rule.code, pageOf(rule)]))("docs/rules/%s.md", async (code, page) => {
  await expect(page).toMatchFileSnapshot(path.join(folder, `${code}.md`));
});

test("docs/rules/README.md lists all of them", async () => {
  await expect(index()).toMatchFileSnapshot(path.join(folder, "README.md"));
});

test("no page is left of a rule that is gone", () => {
  const pages = rules.map(({ code }) => `${code}.md`).concat("README.md");
  expect(readdirSync(folder).filter((name) => !pages.includes(name))).toEqual([]);
});
