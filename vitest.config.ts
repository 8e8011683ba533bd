import { defineConfig } from 'vitest/config';

// Tests run against the sources of every workspace (the "source" condition of their exports), so no build stands
// between an edit and its test. Tests that need the built program are in scripts/src/e2e and run it as a child.
export default defineConfig({
  // Only this one: the runner hands them to Node.js, where "import" would give CommonJS packages the wrong half.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['*/src/**/*.test.ts'],
    // Modules keep no state of their own here, so files may share a process: half the time goes on starting and importing.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
