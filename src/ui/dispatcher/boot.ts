/**
 * Asks for what the console shows first while its code is still loading: on a slow line that is a second and more.
 *
 * A file of its own that imports nothing, named in the head of the page before all others. The client takes an answer from
 * `coldmileEarly` the first time that it would ask for its address; what it never asks for is lost, and no harm is done.
 */
interface Head {
  id: string;
  status: string;
  created_at: number;
}

/** The plan that the console will show: what is live, or what is worked on. */
export function firstPlan(heads: readonly Head[], isLive: boolean): string | undefined {
  const newest = [...heads].sort((a, b) => b.created_at - a.created_at);
  const published = newest.find((head) => head.status === 'published');
  return (isLive ? published : (newest.find((head) => head.status === 'draft') ?? published ?? newest[0]))?.id;
}

export function askEarly(early: Map<string, Promise<Response>>, ask: (address: string) => Promise<Response>, isLive: boolean): void {
  const list = ask('/api/v1/plans?limit=500');
  early.set('/api/v1/plans?limit=500', list.then((answer) => answer.clone()));
  for (const path of ['me', 'day', 'events?limit=500', 'jobs?limit=500']) early.set(`/api/v1/${path}`, ask(`/api/v1/${path}`));
  list.then(async (answer) => {
    if (!answer.ok) return;
    const id = firstPlan(((await answer.json()) as { items: Head[] }).items, isLive);
    if (id === undefined) return;
    const address = `/api/v1/plans/${encodeURIComponent(id)}`;
    early.set(address, ask(address));
  }).catch(() => undefined);
  for (const answer of early.values()) answer.catch(() => undefined);
}

// In a test there is no page. Of another day than that of now nothing of this would be asked.
if (typeof document !== 'undefined' && !new URLSearchParams(location.search).has('date')) {
  const early = new Map<string, Promise<Response>>();
  (globalThis as { coldmileEarly?: Map<string, Promise<Response>> }).coldmileEarly = early;
  askEarly(early, (address) => fetch(address, { credentials: 'same-origin', headers: { accept: 'application/json, application/problem+json' }, priority: 'high' }), location.hash === '#live');
}
