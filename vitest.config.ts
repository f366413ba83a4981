import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts", "test/leftovers.ts"],
    setupFiles: ["test/set-up.ts"],
    // Tests of the command start a process each, and some of them feed it a lot.
    testTimeout: 60_000,
  },
});
