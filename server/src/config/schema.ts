/** The JSON schema of `vgic-trace.json`, for editors: made from the same tables as its reader. */
import { RULES } from "../rules/rules.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import { SEVERITY_CHOICES } from "./severities.ts";

const checks = {
  revision: {
    description: "The revision of scenarios that declare neither `revision` nor `host`.",
    enum: REVISIONS,
  },
  compare: {
    description:
      "What scenarios without `compare` are compared with, as it would stand there: none, or revisions and hosts.",
    type: "string",
    examples: ["none", "rev1-2", "rev2+, host linux-5.10"],
  },
  severities: {
    description: "Severities other than the diagnostics' own; off: not reported.",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.values(RULES).map(({ code, severity, summary }) => [
        code,
        { description: `${summary} (${severity})`, enum: SEVERITY_CHOICES },
      ]),
    ),
  },
};

export const CONFIGURATION_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "vgic-trace.json",
  description: "How vgic-trace checks the traces in this folder and those below it.",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { description: "Where this schema is.", type: "string" },
    ...checks,
    hosts: {
      description: "Kernels by name, so that traces can say `host old`, and `compat` --from old.",
      type: "object",
      propertyNames: { pattern: "^[A-Za-z_]\\w*$" },
      additionalProperties: {
        type: "string",
        examples: ["linux-6.12", "linux-6.12.60", "linux-6.12+iidr-fix"],
      },
      examples: [{ old: "linux-6.12.60", new: "linux-7.1" }],
    },
    overrides: {
      description: "What holds for some files instead. Later ones win.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["files"],
        properties: {
          files: {
            description: "Which files, seen from this folder; written as in a .gitignore.",
            type: "array",
            minItems: 1,
            items: { type: "string" },
            examples: [["legacy/**"]],
          },
          ...checks,
        },
      },
    },
  },
};
