/** The VMM's attributes that set up a vGIC. */
import { SETTINGS } from "../vgic/set-up.ts";
import { settingWidth } from "./operation.ts";
import type { TargetContext } from "./target.ts";
import type { Request } from "./template.ts";
import { type Of, resolveNumber, resolveOutcome, resolveWritten } from "./values.ts";

export function resolveSetting(statement: Of<"setting">, context: TargetContext): Partial<Request> {
  const { verb } = statement;
  const setting = SETTINGS.find((name) => name === statement.setting.text);
  if (setting === undefined) return {};
  const bits = settingWidth(setting) * 8;
  const region = statement.region === undefined ? 0 : resolveNumber(statement.region, 64, context);
  const written = resolveWritten(statement.value, bits, context);
  const expectation = resolveOutcome(statement.outcome, bits, context);
  if (region === undefined || written === undefined) return {};
  return { operation: { kind: "setting", verb, setting, region, ...written }, expectation };
}
