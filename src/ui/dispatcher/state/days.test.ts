import { expect, it, vi } from 'vitest';

vi.mock('./day', () => ({ day: { value: undefined }, showDay: () => undefined }));
vi.mock('./date', () => ({ lookedAt: { value: undefined } }));
const { firstFree, later } = await import('./days');

it('counts dates over the end of a month and of a year', () => {
  expect(later('2026-02-28', 1)).toBe('2026-03-01');
  expect(later('2026-12-31', 1)).toBe('2027-01-01');
  expect(later('2026-03-29', -1)).toBe('2026-03-28');
});

it('offers the first date that no day has', () => {
  expect(firstFree('2026-03-17', ['2026-03-17', '2026-03-18', '2026-03-19'])).toBe('2026-03-20');
});
