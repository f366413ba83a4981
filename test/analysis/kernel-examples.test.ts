/** Every change of the table of kernels is shown by its trace, under the kernels around it. */
import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { kernelExample, kernelExamples } from "../../server/src/analysis/kernels/kernel-examples.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { hostName, parseHost } from "../../server/src/vgic/kernels/hosts.ts";
import { CHANGES, releaseBefore, sinceOf, versionOf } from "../../server/src/vgic/kernels/kernels.ts";

const entries = CHANGES.flatMap((change) =>
  change.shows.map(({ id, hostFails }) => {
    const since = sinceOf(change);
    return {
      id,
      before: hostName(releaseBefore(since), []),
      from: hostName(since, []),
      backports: (change.backports ?? []).map((point) => `linux-${point}`),
      flag: change.flag,
      hostFails,
    };
  }),
);

/** A kernel of each kind: the releases with a change, the point releases that it was backported to, and all next to them. */
const kernels = [
  ...new Set(
    CHANGES.flatMap((change) => [
      hostName(releaseBefore(sinceOf(change)), []),
      hostName(sinceOf(change), []),
      ...(change.backports ?? []).flatMap((point) => {
        const [major, minor, number] = versionOf(point);
        return [
          hostName([major, minor, number - 1], []),
          hostName([major, minor, number], []),
          hostName([major, minor + 1, 0], []),
        ];
      }),
    ]),
  ),
].filter((name) => typeof parseHost(name) !== "string");

/** What the operations of a trace answer on a host, and what is wrong with it there. */
function run(trace: string, host: string) {
  const { diagnostics, scenarios } = analyse(TraceDocument.of(`host ${host}\ncompare none\n${trace}\n`));
  const [{ evaluation }] = scenarios;
  const count = evaluation.scenario.operations.length;
  const answers = Array.from({ length: count }, (_, i) => {
    const { ending, value } = evaluation.outcome(i, 0);
    return `${ending} ${value}`;
  });
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  const isFailing = wrong.some(({ code }) => code === "host-failure");
  const errors = wrong.filter(({ code }) => code !== "host-failure").map(({ message }) => message);
  return { errors, answers, isFailing };
}

test("each change has an example, and no example is of no change", () => {
  expect(Object.keys(kernelExamples()).sort()).toEqual(entries.map(({ id }) => id).sort());
});

describe.each(entries)("$id", ({ id, before, from, backports, flag, hostFails }) => {
  const trace = kernelExamples()[id] ?? "";

  /** Which of its answers differ, before and after each kernel that brought the change. */
  function shows(lines: readonly string[]): string {
    const pairs = [
      [before, from],
      ...backports.map((point) => [pointBefore(point), point]),
      ...(flag === undefined || typeof parseHost(`${before}+${flag}`) === "string"
        ? []
        : [[before, `${before}+${flag}`]]),
    ];
    const operations = lines.filter((line) => !isDeclaration(line));
    return pairs
      .map((hosts) => {
        const [old, fresh] = hosts.map((host) => run(lines.join("\n"), host));
        const differ = operations.map((line, i) => {
          const isShown = line.includes("== before") || i === operations.length - 1;
          return isShown ? String(old?.answers[i] !== fresh?.answers[i]) : "";
        });
        return [...differ, old?.isFailing, fresh?.isFailing].filter((one) => one !== "").join();
      })
      .join(";");
  }

  test(`holds on ${before} and ${from}, which answer differently`, () => {
    const [old, fresh] = [run(trace, before), run(trace, from)];
    expect(old.errors).toEqual([]);
    expect(fresh.errors).toEqual([]);
    expect(fresh.answers).not.toEqual(old.answers);
    expect({ before: old.isFailing, after: fresh.isFailing }).toEqual({
      before: hostFails === "before",
      after: hostFails === "after",
    });
  });

  test("as docs/kernels.md shows it, it holds on both, and accounts for every difference", () => {
    const { diagnostics } = analyse(TraceDocument.of(kernelExample(id, from, before)));
    const said = diagnostics.filter(
      ({ severity, code }) => severity === "error" || code === "revision-difference",
    );
    // No case can account for a crash.
    const failures = said.filter(({ message }) => /crash|never (comes back|returns)/.test(message));
    expect(said.filter((one) => !failures.includes(one)).map(({ message }) => message)).toEqual([]);
    expect(failures.length > 0).toBe(hostFails !== undefined);
  });

  test("needs each of its operations: without it, something is no longer shown", () => {
    const lines = trace.split("\n");
    const needless = lines.filter((line, index) => {
      if (isDeclaration(line) || line.includes("== before") || index === lines.length - 1) return false;
      const shorter = lines.toSpliced(index, 1);
      return shows(shorter) === shows(lines) && kernels.every((host) => isRight(shorter, host));
    });
    expect(needless).toEqual([]);
  });

  test("holds on every kernel", () => {
    const wrong = kernels.flatMap((host) => run(trace, host).errors.map((error) => `${host}: ${error}`));
    expect(wrong).toEqual([]);
  });

  test.runIf(newestNamed(trace) === from && hostFails === undefined)(
    "its last case does not hold on the kernel before",
    () => {
      const last = trace.slice(trace.lastIndexOf("from linux-")).replace(/^from \S+ /, "");
      const forAll = `${trace.slice(0, trace.lastIndexOf("==") + 2)} rev0+: ${last}`;
      expect(run(forAll, from).errors).toEqual([]);
      expect(run(forAll, before).errors).not.toEqual([]);
    },
  );

  test.each(backports)("is in %s and not in the point release before", (point) => {
    expect(run(trace, point).answers).not.toEqual(run(trace, pointBefore(point)).answers);
  });

  test.runIf(flag !== undefined && typeof parseHost(`${before}+${flag}`) !== "string")(
    "comes with its flag",
    () => {
      expect(run(trace, `${before}+${flag}`).answers).not.toEqual(run(trace, before).answers);
    },
  );
});

function pointBefore(point: string): string {
  const [, series, number] = /^(.*)\.(\d+)$/.exec(point) ?? [];
  return `${series}.${Number(number) - 1}`;
}

function isDeclaration(line: string): boolean {
  return /^(gic|irqs|cpus|its|created)\b/.test(line);
}

function isRight(lines: readonly string[], host: string): boolean {
  return run(lines.join("\n"), host).errors.length === 0;
}

/** The last kernel that a trace's cases name. */
function newestNamed(trace: string): string | undefined {
  return /from (linux-[\d.]+): [^,]*$/.exec(trace)?.[1];
}
