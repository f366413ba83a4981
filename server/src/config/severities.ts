/** Severities by diagnostic code, as a person sets them. */
import type { Severities } from "../analysis/analysis.ts";
import { SEVERITIES } from "../rules/rule.ts";
import { isCode, RULES } from "../rules/rules.ts";
import type { Section } from "./section.ts";

/** What a severity may be set to. */
export const SEVERITY_CHOICES = [...SEVERITIES, "off"] as const;

export function severitiesOf(section: Section): Severities {
  const severities: { -readonly [Code in keyof Severities]: Severities[Code] } = {};
  for (const code of section.keys()) {
    if (!isCode(code)) {
      section.unknown(code, Object.keys(RULES), "diagnostic");
      continue;
    }
    const severity = section.choice(code, SEVERITY_CHOICES);
    if (severity !== undefined) severities[code] = severity;
  }
  return severities;
}
