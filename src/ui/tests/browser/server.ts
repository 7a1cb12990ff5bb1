/** The real binary with its demo day, for tests of the pages as people get them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const built = resolve(import.meta.dirname, '../../../../target/release/coldmile');

/** `COLDMILE` names the binary; else the release build of this checkout. */
export const binary = process.env['COLDMILE'] ?? (existsSync(built) ? built : undefined);

export interface Served {
  address: string;
  /** One-time links by role. */
  links: Record<'dispatcher' | 'courier' | 'centre', string>;
  /** Seconds from the start of the process to its first answer. */
  readyAfter: number;
  /** As if the power went: nothing is flushed, nobody is told. */
  kill: () => Promise<void>;
}

interface Started {
  listening: string;
  link: string | null;
  links: Record<string, string>;
}

/** A folder of its own for a day, kept between starts. */
export function dataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'coldmile-day-'));
}

export async function planAndServe(folder: string): Promise<Served> {
  return await start(['demo', '--data', folder, '--iterations', '1500', '--listen', '127.0.0.1:0', '--json']);
}

/** Serves what lies in `folder` again, at the address that the pages already know. */
export async function serveAgain(folder: string, address: string): Promise<Served> {
  return await start(['serve', '--map', join(folder, 'map.cmap'), '--data', folder, '--listen', new URL(address).host, '--json']);
}

async function start(words: string[]): Promise<Served> {
  if (binary === undefined) throw new Error('there is no binary');
  const began = performance.now();
  const process = spawn(binary, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { listening, link, links } = await firstWords(process);
  const readyAfter = (performance.now() - began) / 1000;
  return {
    address: listening,
    links: { dispatcher: link ?? '', courier: links['courier'] ?? '', centre: links['centre'] ?? '' },
    readyAfter,
    kill: () => new Promise((done) => {
      if (process.exitCode !== null || process.signalCode !== null) return done();
      process.once('exit', () => done());
      process.kill('SIGKILL');
    }),
  };
}

/** The line of JSON that says where the server listens. */
function firstWords(process: ChildProcess): Promise<Started> {
  return new Promise((done, fail) => {
    let text = '';
    let complaints = '';
    process.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const line = text.split('\n').find((one) => one.startsWith('{"') && one.includes('"listening"') && one.endsWith('}'));
      if (line !== undefined) done(JSON.parse(line) as Started);
    });
    process.stderr?.setEncoding('utf8').on('data', (piece: string) => (complaints = (complaints + piece).slice(-4000)));
    process.once('exit', (code) => fail(new Error(`the server ended with ${code}: ${complaints}`)));
  });
}
