/**
 * Service worker of the courier page: the page and its map start without signal.
 *
 * Its scope `/c` is a prefix, so `/centre` falls under it too; every request that is not the courier's is left alone.
 * Acts and the route are not here but in the page's own storage. A new version waits until the old page is closed, or
 * until the courier asks for it: a page must not lose its files in the middle of a shift.
 */
// A module to the compiler, so that `self` can be told apart from the page's; the build leaves no trace of it.
export {};
declare const self: ServiceWorkerGlobalScope;
/** Written by the build: see `vite.config.ts`. */
declare const __PRECACHE__: { version: string; first: string[]; later: string[] };

const { version, first, later } = __PRECACHE__;
const page = '/c';
const shellCache = `coldmile-shell-${version}`;
const mapCache = 'coldmile-map-1';
const maxTiles = 800;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(shellCache).then((cache) => cache.addAll([page, ...first].map((address) => new Request(address, { cache: address === page ? 'reload' : 'default' })))),
  );
});

self.addEventListener('activate', (event) => {
  const clean = async (): Promise<void> => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith('coldmile-shell-') && name !== shellCache).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (pathname === page) event.respondWith(shell(request, page));
    return;
  }
  if (isMap(pathname)) event.respondWith(pathname.endsWith('.json') ? networkFirst(request) : cacheFirst(request));
  else if (pathname.startsWith('/assets/') || later.includes(pathname)) event.respondWith(shell(request, pathname));
});

self.addEventListener('message', (event) => {
  const message = event.data as { type?: string; addresses?: string[] } | null;
  if (message?.type === 'take-over') void self.skipWaiting();
  if (message?.type === 'pack') event.waitUntil(pack(message.addresses ?? []));
});

const isMap = (pathname: string): boolean => pathname.startsWith('/map/') || pathname.startsWith('/api/v1/map/');

async function shell(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(shellCache);
  const kept = await cache.match(address, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  // Only files of this page are kept; other pages' files pass through.
  if (answer.ok && later.includes(address)) await cache.put(address, answer.clone());
  return answer;
}

async function networkFirst(request: Request): Promise<Response> {
  const cache = await caches.open(mapCache);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function cacheFirst(request: Request): Promise<Response> {
  const cache = await caches.open(mapCache);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** Fetches what the day will need: the map's own files, and the tiles along the route. */
async function pack(addresses: readonly string[]): Promise<void> {
  const files = await caches.open(shellCache);
  const tiles = await caches.open(mapCache);
  await keepAll(files, later);
  await keepAll(tiles, addresses);
  const kept = await tiles.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - maxTiles)).map((request) => tiles.delete(request)));
  // At the first start the page asks before this worker has claimed it.
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage({ type: 'packed' });
}

async function keepAll(cache: Cache, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    if ((await cache.match(address, { ignoreVary: true })) !== undefined) continue;
    // One missing tile is no reason to go without the others.
    await cache.add(address).catch(() => undefined);
  }
}
