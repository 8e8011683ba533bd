import { defineConfig } from 'vitest/config';

// Tests run against the sources of every workspace (the "source" condition of their exports), so no build stands
// between an edit and its test. Tests that need the built program are in scripts/src/e2e and run it as a child.
export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['*/src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
