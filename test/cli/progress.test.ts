import { expect, test } from "vitest";
import { LineCache } from "../../server/src/api/index.ts";
import { check } from "../../server/src/cli/lint/check.ts";
import { folderWith } from "./command.ts";

test("the check of one large trace tells how far it is", async () => {
  const operation = (number: number) => `cpu0 writel GICD_ISENABLER1 ${number}\n`;
  const scenario = (number: number) =>
    `scenario "${number}"\n${Array.from({ length: 10_000 }, (_, line) => operation(number * 10_000 + line)).join("")}`;
  const text = `gic v3\nrevision 3\n${Array.from({ length: 30 }, (_, number) => scenario(number)).join("")}`;
  const trace = `${folderWith({ "large.vgic": text })}/large.vgic`;
  const shares: number[] = [];
  await check({ trace, path: "large.vgic", options: {} }, new LineCache(), (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
});
