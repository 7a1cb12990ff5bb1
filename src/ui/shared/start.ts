/** What every page does first: sample data when asked for, then its own drawing. */
import { render, type ComponentChild } from 'preact';
import type { Role } from './api/types';
import './base.css';

/**
 * `role` is who the sample data should answer as. In a shipped build the branch below is not there: the bundler sees a
 * constant `false` and drops the sample together with its code.
 */
export async function start(role: Role, draw: () => ComponentChild): Promise<void> {
  if (import.meta.env.DEV || import.meta.env.VITE_FIXTURE === '1') {
    if (import.meta.env.VITE_FIXTURE === '1' || new URLSearchParams(location.search).has('fixture')) {
      const { installFixture } = await import('../fixture/server');
      installFixture(role);
    }
  }
  const root = document.getElementById('app');
  if (root !== null) render(draw(), root);
}
