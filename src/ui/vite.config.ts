import { createReadStream, createWriteStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const pages = ['index', 'c', 'centre', 'join'];

/** Address of the server that answers `/api` while the pages are developed. */
const server = process.env['COLDMILE_SERVER'] ?? 'http://127.0.0.1:8080';

/** Leaves `name.gz` beside every file worth compressing, so that the server never compresses a page itself. */
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
  plugins: [gzipCopies(), cleanAddresses()],
  test: { include: ['{shared,dispatcher,courier,centre,join}/**/*.test.ts'] },
  server: { proxy: { '/api': server } },
  build: {
    target: 'es2022',
    // The content policy forbids inline data for fonts; small pictures are SVG in the code anyway.
    assetsInlineLimit: 0,
    // An inline polyfill would be an inline script.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: pages.map((page) => `${page}.html`) },
  },
});
