import { expect, it } from 'vitest';
import { makePlan } from '../../fixture/day';
import { ArrivingPlan } from './arriving';

const plan = makePlan('P1', 4);
const awkward = { ...plan, runs: plan.runs.map((run) => ({ ...run, courier_name: 'a "quoted\\ ]} name' })) };

it.each([['a plan', plan], ['names with brackets and quotes', awkward]] as const)('shows the runs of %s as they come, whatever the pieces', (_name, whole) => {
  const text = JSON.stringify(whole);
  for (const size of [211, 1000, text.length]) {
    const arriving = new ArrivingPlan();
    let runs = 0;
    for (let at = 0; at < text.length; at += size) {
      const seen = arriving.add(text.slice(at, at + size));
      if (seen === undefined) continue;
      expect(seen.id).toBe(whole.id);
      expect(seen.runs.length).toBeGreaterThan(runs);
      runs = seen.runs.length;
      expect(seen.runs.at(-1)).toEqual(whole.runs[runs - 1]);
    }
    expect(runs, `pieces of ${size}`).toBe(whole.runs.length);
  }
});

it('shows nothing of another document', () => {
  const arriving = new ArrivingPlan();
  for (const piece of ['{"code":"plan/none","runs":', '{"a":1}}', '<html>"runs":[}']) expect(arriving.add(piece)).toBeUndefined();
});
