import { defineConfig } from 'vitest/config';

/** How long any wait may take; generous, because a wait ends as soon as its condition holds. */
const patienceMs = 120_000;

/** Pages in a real browser: `npm run test:pages`. Needs Chromium, named by `CHROMIUM` if it lies elsewhere. */
export default defineConfig({
  test: {
    include: ['tests/browser/*.test.ts'],
    globalSetup: 'tests/browser/build.ts',
    fileParallelism: false,
    provide: { patienceMs },
    expect: { poll: { timeout: patienceMs } },
    // A test makes several waits one after the other; each has the whole limit.
    testTimeout: 4 * patienceMs,
    hookTimeout: 4 * patienceMs,
  },
});
