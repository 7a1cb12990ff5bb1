/** Builds the pages with the sample day once for all files of page tests. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built pages. */
    pages: string;
    /** The limit of every wait, in milliseconds. */
    patienceMs: number;
  }
}

export default function build(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'coldmile-pages-'));
  execFileSync('npx', ['vite', 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], { env: { ...process.env, VITE_FIXTURE: '1' }, stdio: 'inherit' });
  project.provide('pages', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
