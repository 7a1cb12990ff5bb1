import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** `lost` is what the server shows where there is no page. */
const pages = ['index', 'c', 'centre', 'join', 'lost'];

/** What the head of every page begins with. */
const commonHead = `
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="referrer" content="no-referrer" />
    <link rel="icon" href="./shared/icon.svg" type="image/svg+xml" />`;

/** Address of the server that answers `/api` while the pages are developed. */
const server = process.env['COLDMILE_SERVER'] ?? 'http://127.0.0.1:8080';

/** Leaves `name.gz` next to every file worth compressing, so that the server never compresses a page itself. */
function gzipCopies(): Plugin {
  let folder = 'dist';
  return {
    name: 'gzip-copies',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      for (const file of filesUnder(folder)) {
        if (!/\.(html|js|mjs|css|svg|json|webmanifest)$/.test(file) || statSync(file).size < 512) continue;
        await pipeline(createReadStream(file), createGzip({ level: 9 }), createWriteStream(`${file}.gz`));
      }
    },
  };
}

/** Puts {@link commonHead} into the pages before their assets are looked for. */
function headOfEveryPage(): Plugin {
  return {
    name: 'head-of-every-page',
    transformIndexHtml: { order: 'pre', handler: (html) => html.replace('<head>', `<head>${commonHead}`) },
  };
}

/** Names `dispatcher/boot.ts` first in the head of the console, and what it asks for first. The sample day has no server. */
function earlyAnswers(): Plugin {
  return {
    name: 'early-answers',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path, bundle }) => {
        if (path !== '/index.html' || process.env['VITE_FIXTURE'] === '1') return html;
        const boot = Object.values(bundle ?? {}).find((item) => item.type === 'chunk' && item.name === 'boot');
        if (boot === undefined) throw new Error('the early questions of the console were not built');
        return {
          html,
          tags: [
            { tag: 'script', attrs: { type: 'module', async: true, crossorigin: true, src: `/${boot.fileName}` }, injectTo: 'head-prepend' },
            { tag: 'link', attrs: { rel: 'preload', as: 'fetch', crossorigin: true, href: '/api/v1/plans?limit=500' }, injectTo: 'head-prepend' },
          ],
        };
      },
    },
  };
}

/** Name of the courier's service worker: it must lie at the root for its scope, so it carries no hash. */
const worker = 'sw.js';

/** Tells the service worker which files the courier page needs to start (`first`), and which its map needs (`later`). */
function precacheList(): Plugin {
  return {
    name: 'precache-list',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const chunks = new Map(Object.values(bundle).flatMap((item) => (item.type === 'chunk' ? [[item.fileName, item] as const] : [])));
        const first = new Set<string>();
        const later = new Set<string>();
        const walk = (name: string, into: Set<string>): void => {
          const chunk = chunks.get(name);
          if (chunk === undefined || first.has(name) || into.has(name)) return;
          into.add(name);
          for (const style of chunk.viteMetadata?.importedCss ?? []) into.add(style);
          for (const asset of chunk.viteMetadata?.importedAssets ?? []) into.add(asset);
          for (const next of chunk.imports) walk(next, into);
        };
        const entry = [...chunks.values()].find((chunk) => chunk.isEntry && chunk.facadeModuleId?.endsWith('/c.html'));
        if (entry === undefined) throw new Error('the courier page has no entry');
        walk(entry.fileName, first);
        const ahead = [...first];
        for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
          for (const next of chunks.get(name)?.dynamicImports ?? []) {
            if (first.has(next) || later.has(next) || next.includes('fixture') || chunks.get(next)?.facadeModuleId?.includes('/fixture/') === true) continue;
            walk(next, later);
            ahead.push(next, ...(chunks.get(next)?.imports ?? []));
          }
        }
        // Style sheets that are imported on their own leave no chunk behind, only their name in the code that asks for them.
        const styles = Object.keys(bundle).filter((name) => name.endsWith('.css') && !first.has(name));
        for (const name of [...first, ...later]) {
          for (const style of styles) if (chunks.get(name)?.code.includes(style) === true) later.add(style);
        }
        const addresses = (names: Set<string>): string[] => [...names].map((name) => `/${name}`).sort();
        // The HTML holds the names of the files, so their names and its template make up the version.
        for (const name of first) later.delete(name);
        const version = createHash('sha256').update(JSON.stringify([...first, ...later].sort())).update(commonHead).update(readFileSync('c.html')).digest('hex').slice(0, 12);
        const code = chunks.get(worker);
        if (code === undefined) throw new Error('the service worker was not built');
        const list = JSON.stringify({ version, first: addresses(first), later: addresses(later) });
        code.code = code.code.replace('__PRECACHE__', () => list);
      },
    },
  };
}

/** `/c` and friends are `c.html` while developing, as the server answers them later. */
function cleanAddresses(): Plugin {
  return {
    name: 'clean-addresses',
    configureServer(devServer) {
      devServer.middlewares.use((request, _response, next) => {
        const [path = '', query] = (request.url ?? '').split('?');
        const page = path.slice(1);
        if (pages.includes(page)) request.url = `/${page}.html${query === undefined ? '' : `?${query}`}`;
        next();
      });
    },
  };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

export default defineConfig({
  plugins: [headOfEveryPage(), earlyAnswers(), precacheList(), gzipCopies(), cleanAddresses()],
  test: { include: ['{shared,dispatcher,courier,centre,join,lost}/**/*.test.ts'] },
  // The host stays that of the page: the server compares it with the origin of a request.
  server: { proxy: Object.fromEntries(['/api', '/map'].map((path) => [path, { target: server, changeOrigin: false }])) },
  build: {
    target: 'es2022',
    // The content policy forbids inline data for fonts; small pictures are SVG in the code anyway.
    assetsInlineLimit: 0,
    // An inline polyfill would be an inline script.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { ...Object.fromEntries(pages.map((page) => [page, `${page}.html`])), sw: 'courier/worker/sw.ts', boot: 'dispatcher/boot.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? worker : 'assets/[name]-[hash].js'),
        // A web worker belongs to the service worker whose scope its own address falls under, not to that of its page: under
        // `/assets/` the courier's map would neither start nor find its tiles without signal, under `/c…` it does.
        assetFileNames: ({ names }) => (names.some((name) => name.includes('maplibre-gl-worker')) ? 'c-[name]-[hash][extname]' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
});
