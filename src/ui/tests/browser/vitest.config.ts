import { defineConfig } from 'vitest/config';

/** Pages in a real browser, against the sample day: `npm run test:pages`. Needs Chromium, named by `CHROMIUM` if it lies elsewhere. */
export default defineConfig({
  test: { include: ['tests/browser/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
});
