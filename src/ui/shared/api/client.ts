/**
 * The only client of the server's interface: JSON, problems of RFC 9457 as errors, entity tags remembered.
 *
 * Knows addresses and shapes, nothing of screens. The transport can be exchanged, which is how sample data is shown
 * without a server.
 */
import { uuid7 } from '../uuid';
import type {
  Comparison, CourierRoute, Day, DayEvent, Desk, Device, Enrolment, EnrolmentRequest, EventsAnswer, Job, JobRequest, Marginal, Me,
  OrderDetail, Page, Pickup, Plan, PlanHead, SearchHit, StoredEvent,
} from './types';

export type Transport = (address: string, init?: RequestInit) => Promise<Response>;

const root = '/api/v1';
const mapStylePath = (lang: 'en' | 'zh', theme: 'light' | 'dark'): string => `/map/style.json?lang=${lang}&theme=${theme}`;

/** Addresses of every style of the map, for the code that stores them for use without signal. */
export const mapStyleAddresses: readonly string[] = (['en', 'zh'] as const).flatMap((lang) => (['light', 'dark'] as const).map((theme) => root + mapStylePath(lang, theme)));

let transport: Transport = (address, init) => fetch(address, init);
let heard: () => void = () => undefined;
/** Requests without an answer yet, and whether each asks for an act; the live stream is none of them. */
const pending = new Map<AbortController, boolean>();
/** From {@link giveUp} to {@link takeUp}: nothing but the question for the time is sent. */
let isSilent = false;
const known = new Map<string, { tag: string; body: unknown }>();

export function setTransport(next: Transport): void {
  transport = next;
}

/** Calls `listener` at every answer of the server, whatever it says. */
export function onAnswer(listener: () => void): void {
  heard = listener;
}

/**
 * Ends every request that waits: the server has stopped answering. Their callers are told {@link NoAnswer}; until it
 * answers again, others fail at once instead of waiting too.
 */
export function giveUp(): void {
  isSilent = true;
  for (const [request, isAct] of pending) request.abort(new NoAnswer(isAct));
  pending.clear();
}

/** The server has given a sign, on whichever line: requests are sent again. */
export function takeUp(): void {
  isSilent = false;
}

/** A request that was given up. */
export class NoAnswer extends Error {
  constructor(
    /** What it asked for may have been done all the same. */
    readonly isAct: boolean,
  ) {
    super('no answer');
    this.name = 'NoAnswer';
  }
}

/** One wrong place in what was sent, as a JSON pointer. */
export interface Flaw {
  pointer: string;
  code: string;
  detail: string;
}

/** An answer that says no: the server's problem document, or the plain status where there was none. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** Stable, such as `auth/required`; screens choose their words by it. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly Flaw[] = [],
    /** What is there now, when the edit was of something older. */
    readonly present?: unknown,
  ) {
    super(detail === '' ? title : detail);
    this.name = 'Problem';
  }
}

/** True when no answer came at all, so that trying again later makes sense. */
export function isOffline(error: unknown): boolean {
  return error instanceof TypeError || error instanceof NoAnswer || (error instanceof Problem && (error.status === 502 || error.status === 504));
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

interface Options {
  method?: string;
  body?: unknown;
  ifMatch?: string | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** A body that is no JSON: the bytes of a file. */
  file?: Blob | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Gets the text of the answer as it comes. */
  onText?: ((piece: string) => void) | undefined;
}

/** The answer that a page asked for before its code was there, once. */
function early(address: string, init: RequestInit | undefined): Promise<Response> | undefined {
  const answers = (globalThis as { coldmileEarly?: Map<string, Promise<Response>> }).coldmileEarly;
  if (answers === undefined || (init?.method ?? 'GET') !== 'GET') return undefined;
  const answer = answers.get(address);
  answers.delete(address);
  return answer;
}

/** Sends one request; used by the live stream too, which needs the raw response. */
export async function send(path: string, init?: RequestInit): Promise<Response> {
  const response = await (early(root + path, init) ?? transport(root + path, { credentials: 'same-origin', ...init }));
  // A proxy that finds no server behind it speaks for itself.
  if (response.status !== 502 && response.status !== 504) heard();
  return response;
}

/** Asks for one thing; {@link api} and the modules next to this one name the things. */
export async function call<T>(path: string, { method = 'GET', body, ifMatch, idempotencyKey, signal, file, headers: more, onText }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json', ...more };
  const remembered = method === 'GET' ? known.get(path) : undefined;
  if (remembered !== undefined) headers['if-none-match'] = remembered.tag;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (ifMatch !== undefined) headers['if-match'] = ifMatch;
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  else if (file !== undefined) init.body = file;
  if (isSilent && path !== '/time') throw new TypeError('the server is silent');
  const own = new AbortController();
  init.signal = own.signal;
  if (signal?.aborted === true) own.abort(signal.reason);
  const onAbort = (): void => own.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  pending.set(own, method !== 'GET');
  let text: string;
  let tag: string | null;
  try {
    const response = await send(path, init);
    if (response.status === 304 && remembered !== undefined) return remembered.body as T;
    if (!response.ok) throw await problemOf(response);
    text = onText === undefined ? await response.text() : await textAsItComes(response, onText);
    tag = response.headers.get('etag');
  } finally {
    pending.delete(own);
    signal?.removeEventListener('abort', onAbort);
  }
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (method === 'GET' && tag !== null) known.set(path, { tag, body: value });
  return value as T;
}

async function textAsItComes(response: Response, onText: (piece: string) => void): Promise<string> {
  if (response.body === null) return await response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text;
    heard();
    text += value;
    onText(value);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = { code: `http/${response.status}`, title: response.statusText, detail: '', errors: [], present: undefined };
  try {
    const body = { ...fallback, ...((await response.json()) as Partial<typeof fallback>) };
    return new Problem(response.status, body.code, body.title, body.detail, body.errors, body.present);
  } catch {
    return new Problem(response.status, fallback.code, fallback.title, '');
  }
}

/** The tag under which the resource was last read, to be sent back when it is edited. */
export function entityTag(path: string): string | undefined {
  return known.get(path)?.tag;
}

/** Forgets what was read, for instance after signing out. */
export function forget(): void {
  known.clear();
}

export async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes('?') ? '&' : '?'}limit=500${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Page<T> = await call<Page<T>>(path + query, { signal });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && cursor !== undefined);
  return items;
}

const id = encodeURIComponent;

let date: string | undefined;

/** From now on plans, orders, jobs, search and the list of events are those of this date; without one, of the day of now. */
export function lookAt(next: string | undefined): void {
  date = next;
}

/** The path with the date that is looked at. */
function dated(path: string): string {
  return date === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}date=${id(date)}`;
}

export const api = {
  join: (code: string, key: string) => call<Me>('/sessions', { method: 'POST', body: { code, key } }),
  signOut: () => call<void>('/sessions/current', { method: 'DELETE' }),
  me: () => call<Me>('/me'),
  time: (signal?: AbortSignal) => call<{ server_time_ms: number }>('/time', { signal }),

  enrol: (request: EnrolmentRequest) =>
    call<Enrolment>('/enrolments', { method: 'POST', body: request }),
  devices: () => all<Device>('/devices'),
  revoke: (device: string) => call<void>(`/devices/${id(device)}`, { method: 'DELETE' }),

  day: () => call<Day>(date === undefined ? '/day' : `/days/${id(date)}`),
  plans: () => all<PlanHead>(dated('/plans')),
  plan: (plan: string, onText?: (piece: string) => void) => call<Plan>(dated(`/plans/${id(plan)}`), { onText }),
  publishedPlan: () => call<Plan>(dated('/plans/published')),
  publish: (plan: string, reasons?: string) =>
    call<PlanHead>(dated(`/plans/${id(plan)}/publish`), {
      method: 'POST', body: reasons === undefined ? {} : { reasons }, ifMatch: entityTag(dated(`/plans/${id(plan)}`)), idempotencyKey: uuid7(),
    }),
  compare: (a: string, b: string) => call<Comparison>(dated(`/plans/${id(a)}/compare/${id(b)}`)),
  order: (order: string) => call<OrderDetail>(dated(`/orders/${id(order)}`)),
  marginal: (order: string) => call<Marginal>(dated(`/orders/${id(order)}/marginal`)),
  reissueCode: (order: string) => call<{ pickup_code: string }>(dated(`/orders/${id(order)}/pickup-code`), { method: 'POST' }),
  search: (text: string, signal?: AbortSignal) => call<{ items: SearchHit[] }>(dated(`/search?q=${id(text)}`), { signal }),

  startJob: (request: JobRequest) => call<Job>(dated('/jobs'), { method: 'POST', body: request, idempotencyKey: uuid7() }),
  job: (job: string) => call<Job>(`/jobs/${id(job)}`),
  jobs: () => all<Job>('/jobs'),
  cancelJob: (job: string) => call<void>(`/jobs/${id(job)}`, { method: 'DELETE' }),

  events: () => all<StoredEvent>(dated('/events')),
  sendEvents: (events: readonly DayEvent[], signal?: AbortSignal) => call<EventsAnswer>('/events', { method: 'POST', body: { events }, signal }),

  courierRoute: () => call<CourierRoute>('/courier/route'),
  desk: (centre: string) => call<Desk>(`/centres/${id(centre)}/desk`),
  pickup: (centre: string, code: string) => call<Pickup>(`/centres/${id(centre)}/pickup`, { method: 'POST', body: { code } }),

  mapStyle: (lang: 'en' | 'zh', theme: 'light' | 'dark') => call<unknown>(mapStylePath(lang, theme)),
};
