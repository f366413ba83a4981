/** The answer to "would the guest notice?" for one scenario, as text that an editor shows. */
import type { Analysis } from "../analysis.ts";
import { type CompatRequest, compat } from "./compat.ts";
import { coverageSentences } from "./coverage.ts";
import { noticedLines, noticedWords } from "./words.ts";

/** What the guest of the scenario on a line can notice of a migration; undefined where no scenario is. */
export function compatView({ program }: Analysis, line: number, request: CompatRequest): string | undefined {
  const placed = program.scenarios.findLast(({ firstLine }) => firstLine <= line);
  if (placed === undefined) return undefined;
  const [result] = compat({ ...program, scenarios: [placed] }, request);
  const { scenario, revision, migrations, noticed } = result;
  const { from, to, by, back } = request;
  const way = `${from.name} → ${to.name}${back ? ` → ${from.name}` : ""}, saved and restored by ${by}`;
  const verdict =
    migrations === 0
      ? `Not tested: ${from.name} cannot show revision ${revision}.`
      : noticed.length === 0
        ? `The guest can notice none of ${migrations} migrations.`
        : "The guest can notice:";
  return [
    `# ${scenario.title === "" ? "The scenario" : scenario.title}: would the guest notice?`,
    `# GIC${scenario.setup.model}, revision ${revision}; ${way}, after every operation`,
    "",
    verdict,
    ...noticed.flatMap((one) => ["", ...noticedLines(noticedWords(result, one, request), migrations)]),
    "",
    ...coverageSentences([from, to]).map((sentence) => `# ${sentence}`),
    "",
  ].join("\n");
}
