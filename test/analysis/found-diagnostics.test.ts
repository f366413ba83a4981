import fc from "fast-check";
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { firstDiagnostics, mostImportant } from "../../server/src/analysis/found-diagnostics.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { SEVERITIES } from "../../server/src/rules/rule.ts";
import { anyTrace } from "../fuzz/traces.ts";
import { seed } from "../properties/seed.ts";

test("what is shown of many findings are the first of all, and the others are counted", () => {
  fc.assert(
    fc.property(anyTrace, fc.integer({ min: 0, max: 12 }), fc.boolean(), (text, most, isOff) => {
      const severities = isOff ? { "latent-revision-difference": "off" as const } : {};
      const analysis = analyse(TraceDocument.of(text), { severities });
      const { diagnostics } = analysis;
      const words = (some: typeof diagnostics) =>
        some.map(({ code, line, message }) => ({ code, line, message }));
      const ranked = [...diagnostics].sort(
        (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
      );
      const { shown, more } = mostImportant(analysis, most);
      expect(words(shown)).toEqual(words(ranked.slice(0, most)));
      expect(more).toBe(diagnostics.length - shown.length);

      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const first = firstDiagnostics(analysis, (_, severity) => severity === "error", most);
      expect(words(first.shown)).toEqual(words(errors.slice(0, most)));
      for (const { code } of errors)
        expect(first.counts.get(code)).toBe(errors.filter((one) => one.code === code).length);
    }),
    { seed, numRuns: 400 },
  );
});
