import { expect, it } from 'vitest';
import { uuid7 } from './uuid';

it('identifiers carry version and variant and sort by their time', () => {
  const early = uuid7(1_700_000_000_000);
  const late = uuid7(1_700_000_000_001);
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(early < late).toBe(true);
  expect(early.slice(0, 13)).toBe('018bcfe5-6800');
});
