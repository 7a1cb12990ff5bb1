/** The real binary with its demo day. The day is planned once; each test that writes serves a copy of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const built = resolve(import.meta.dirname, '../../../../target/release/coldmile');

/** `COLDMILE` names the binary; else the release build of this checkout. */
export const binary = process.env['COLDMILE'] ?? (existsSync(built) ? built : undefined);

export type Role = 'dispatcher' | 'courier' | 'centre';
const seed = process.env['SEED'] ?? '1';

/** A day that is planned and published, with links that have not been used: to be copied, never served. */
export interface PlannedDay {
  folder: string;
  /** Path and code of the one-time link of each role. */
  links: Record<Role, string>;
  remove: () => void;
}

export interface ServedDay {
  /** Stays the same when the server dies and starts again. */
  address: string;
  links: Record<Role, string>;
  /** As if the power went: nothing is flushed, no client is told. */
  kill: () => Promise<void>;
  /** As if the machine hung: connections stay open, nothing is answered, until it thaws. */
  freeze: () => void;
  thaw: () => void;
  /** Starts the server again on what lies in its folder; seconds from the start of the process to its first answer. */
  restart: () => Promise<number>;
  /** Ends the server and removes its folder. */
  remove: () => Promise<void>;
}

export async function planDay(): Promise<PlannedDay> {
  const folder = mkdtempSync(join(tmpdir(), 'coldmile-planned-'));
  // Tomorrow, so that the hour at which the tests run makes no difference.
  const date = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  console.info(`demo day ${date}, seed ${seed} (SEED=… for another)`);
  const process = await start(['demo', '--data', folder, '--date', date, '--seed', seed, '--iterations', '1500', '--listen', '127.0.0.1:0', '--json']);
  const path = (link: string | null | undefined): string => (link === null || link === undefined ? '' : link.slice(process.listening.length));
  const links = { dispatcher: path(process.link), courier: path(process.links['courier']), centre: path(process.links['centre']) };
  await process.kill();
  return { folder, links, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function serveCopy(day: PlannedDay): Promise<ServedDay> {
  const folder = mkdtempSync(join(tmpdir(), 'coldmile-day-'));
  cpSync(day.folder, folder, { recursive: true });
  const words = ['serve', '--map', join(folder, 'map.cmap'), '--data', folder, '--listen', '127.0.0.1:0', '--json'];
  const door = await openDoor();
  let process = await start(words);
  door.leadTo(process.listening);
  return {
    address: door.address,
    links: { dispatcher: door.address + day.links.dispatcher, courier: door.address + day.links.courier, centre: door.address + day.links.centre },
    kill: () => process.kill(),
    freeze: () => process.signal('SIGSTOP'),
    thaw: () => process.signal('SIGCONT'),
    restart: async () => {
      process = await start(words);
      door.leadTo(process.listening);
      return process.readyAfter;
    },
    remove: async () => {
      door.close();
      await process.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Door {
  address: string;
  leadTo: (server: string) => void;
  close: () => void;
}

/**
 * An address that outlives the server behind it. The server takes a free port at each start; a page knows only the door,
 * so no port must be free again at the right moment.
 */
async function openDoor(): Promise<Door> {
  let port = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    leadTo: (address) => {
      port = Number(new URL(address).port);
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

interface FirstLine {
  listening: string;
  link: string | null;
  links: Record<string, string>;
}
interface Process extends FirstLine {
  readyAfter: number;
  signal: (name: 'SIGSTOP' | 'SIGCONT') => void;
  kill: () => Promise<void>;
}

export async function start(words: string[]): Promise<Process> {
  if (binary === undefined) throw new Error('there is no binary');
  const began = performance.now();
  const process = spawn(binary, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const line = await firstLine(process);
  const readyAfter = (performance.now() - began) / 1000;
  return {
    ...line,
    readyAfter,
    signal: (name) => void process.kill(name),
    kill: () => new Promise((done) => {
      if (process.exitCode !== null || process.signalCode !== null) return done();
      process.once('exit', () => done());
      process.kill('SIGKILL');
    }),
  };
}

/** The line of JSON that says where the server listens. */
function firstLine(process: ChildProcess): Promise<FirstLine> {
  return new Promise((done, fail) => {
    let text = '';
    let complaints = '';
    process.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const line = text.split('\n').find((one) => one.startsWith('{"') && one.includes('"listening"') && one.endsWith('}'));
      if (line !== undefined) done(JSON.parse(line) as FirstLine);
    });
    process.stderr?.setEncoding('utf8').on('data', (piece: string) => (complaints = (complaints + piece).slice(-4000)));
    process.once('exit', (code) => fail(new Error(`the server ended with ${code}: ${complaints}`)));
  });
}
