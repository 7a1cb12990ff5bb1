/**
 * What the page knows: the day, its plans, what happened, and how fresh it all is.
 *
 * The only place that asks the server for plans and events and that listens to the live stream; components read the
 * signals and call the functions below.
 */
import { batch, computed, signal } from '@preact/signals';
import { api, giveUp, isOffline, isSignedOut, onAnswer, Problem, takeUp } from '../../shared/api/client';
import { ArrivingPlan } from '../../shared/api/arriving';
import { listen, type LiveMessage, type LiveState } from '../../shared/api/live';
import { watchPulse, type Pulse } from '../../shared/api/pulse';
import type { Day, Job, Me, Plan, PlanHead, StoredEvent } from '../../shared/api/types';
import { foldDay, type DayProgress } from '../../shared/fold';
import { lookedAt } from './date';
import { place } from './place';
import { clearSelection } from './selection';

export type View = 'plan' | 'live';
export type Failure = { kind: 'offline' | 'signed-out' | 'forbidden' | 'refused'; text: string; since: number };

export const me = signal<Me | undefined>(undefined);
export const day = signal<Day | undefined>(undefined);
export const heads = signal<readonly PlanHead[]>([]);
export const shown = signal<Plan | undefined>(undefined);
/** The runs that have come of the first plan, while the rest is still loading: to be looked at only. */
export const arriving = signal<Plan | undefined>(undefined);
export const events = signal<readonly StoredEvent[]>([]);
export const jobs = signal<readonly Job[]>([]);
export const view = signal<View>(location.hash === '#live' ? 'live' : 'plan');
export const stream = signal<LiveState>('connecting');
export const failure = signal<Failure | undefined>(undefined);
/** Since when the server is silent, by its own clock; acts wait until it answers again. */
export const lostSince = signal<number | undefined>(undefined);
export const isLost = computed(() => lostSince.value !== undefined);
/** True until the first plan, or the knowledge that there is none. */
export const isLoading = signal(true);
/** When the data on the screen was last known to be true. */
export const freshAt = signal(0);

const clockOffset = signal(0);
const beat = signal(Date.now());
/** The server's clock, to half a minute; the viewer's own clock may be wrong. */
export const now = computed(() => Math.floor(beat.value / 1000) + clockOffset.value);
export const exactNow = (): number => Math.floor(Date.now() / 1000) + clockOffset.peek();

export const published = computed(() => heads.value.find((head) => head.status === 'published'));
/** The plan worked on in the Plan view: the newest draft, else what is live. */
export const working = computed(() => heads.value.find((head) => head.status === 'draft') ?? published.value ?? heads.value[0]);
export const runningJob = computed(() => jobs.value.find(isRunning));
export const progress = computed<DayProgress | undefined>(() => {
  const plan = shown.value;
  if (plan === undefined || plan.status !== 'published' || view.value !== 'live') return undefined;
  return foldDay(plan, events.value);
});

/** Counts up when the files of a day were changed, here or elsewhere. */
export const dayNews = signal(0);

let stopListening: (() => void) | undefined;
let pulse: Pulse | undefined;
let signAt = 0;
let wanted: string | undefined;
const gatherMs = 150;
const partMs = 150;
let waiting: StoredEvent[] = [];
let flushTimer: ReturnType<typeof setTimeout> | undefined;
let planNews = '';
/** Says which job ended how; the sub bar shows and announces it. */
export const jobNews = signal<Job | undefined>(undefined);

export async function load(): Promise<void> {
  isLoading.value = true;
  try {
    // All at once: on a slow line each answer waited for costs half a second. Without a session all say the same.
    const theFirst = [api.me(), api.day(), api.plans(), api.events(), api.jobs()] as const;
    theFirst.forEach((answer) => answer.catch(() => undefined));
    const who = await theFirst[0];
    me.value = who;
    clockOffset.value = who.server_time - Math.floor(Date.now() / 1000);
    if (who.role !== 'dispatcher') {
      failure.value = { kind: 'forbidden', text: who.role, since: exactNow() };
      return;
    }
    const [theDay, theHeads] = await Promise.all([theFirst[1], theFirst[2]]);
    batch(() => {
      day.value = theDay;
      heads.value = newestFirst(theHeads);
      failure.value = undefined;
      freshAt.value = exactNow();
    });
    // The rows need not wait for what has happened so far; the page is loaded when both are there.
    const [theEvents, theJobs] = await Promise.all([theFirst[3], theFirst[4], followView()]);
    batch(() => {
      events.value = theEvents;
      jobs.value = theJobs;
    });
    startListening();
    feelPulse();
  } catch (error) {
    // An address of a day that is gone: the one that people work by instead.
    if (error instanceof Problem && error.code === 'day/none' && lookedAt.value !== undefined) {
      lookedAt.value = undefined;
      return await load();
    }
    report(error);
  } finally {
    isLoading.value = false;
  }
}

/** Shows the plan that belongs to the current view. */
export async function followView(): Promise<void> {
  const head = view.value === 'live' ? published.value : working.value;
  if (head === undefined) {
    wanted = undefined;
    shown.value = undefined;
  } else await showPlan(head.id);
}

export async function showPlan(id: string): Promise<void> {
  wanted = id;
  try {
    const plan = await api.plan(id, shown.value === undefined ? showAsItComes(id) : undefined);
    // Another plan was asked for while this one was loading.
    if (wanted !== id) return;
    batch(() => {
      if (shown.value !== undefined && shown.value.id !== id) clearSelection();
      shown.value = plan;
      arriving.value = undefined;
      failure.value = undefined;
      freshAt.value = exactNow();
    });
  } catch (error) {
    report(error);
  }
}

/** Another day, or with `undefined` the one that people work by; what was seen of the day before goes. */
export async function showDay(date: string | undefined): Promise<void> {
  lookedAt.value = date;
  batch(() => {
    clearSelection();
    wanted = undefined;
    shown.value = undefined;
    arriving.value = undefined;
    heads.value = [];
    events.value = [];
    jobNews.value = undefined;
  });
  await load();
}

/** The files of the day on the screen were changed. */
export async function refreshDay(): Promise<void> {
  day.value = await api.day();
  freshAt.value = exactNow();
  dayNews.value += 1;
}

async function onDayNews(date: string): Promise<void> {
  const isOther = lookedAt.value !== undefined && lookedAt.value !== date;
  if (isOther) dayNews.value += 1;
  else if (date === day.value?.date) await refreshDay();
  else await showDay(lookedAt.value);
}

/** At most a few times a second: each time all rows are laid out anew. */
function showAsItComes(id: string): (piece: string) => void {
  const parts = new ArrivingPlan();
  let shownAt = -Infinity;
  return (piece) => {
    const part = parts.add(piece);
    const at = performance.now();
    if (part === undefined || wanted !== id || shown.value !== undefined || at - shownAt < partMs) return;
    shownAt = at;
    arriving.value = part;
  };
}

export function setView(next: View): void {
  place.value = 'day';
  history.replaceState(null, '', next === 'live' ? '#live' : location.pathname + location.search);
  view.value = next;
  void followView();
}

export async function startPlanning(timeLimit: number, seed: number | undefined): Promise<void> {
  const job = await api.startJob(seed === undefined ? { kind: 'plan', time_limit_s: timeLimit } : { kind: 'plan', time_limit_s: timeLimit, seed });
  jobNews.value = undefined;
  keepJob(await api.job(job.id));
}

export async function cancelPlanning(id: string): Promise<void> {
  await api.cancelJob(id);
  keepJob(await api.job(id));
}

export async function publish(id: string, reasons: string | undefined): Promise<void> {
  await api.publish(id, reasons);
  await refreshHeads();
  setView('live');
}

/** From now on a silence of the server is noticed, and its end. */
function feelPulse(): void {
  if (pulse !== undefined) return;
  signAt = exactNow();
  pulse = watchPulse({
    ask: (signal) => api.time(signal).catch((error: unknown) => {
      if (!(error instanceof Problem) || isOffline(error)) throw error;
    }),
    onLost: () => {
      lostSince.value = signAt;
      giveUp();
    },
    onBack: () => {
      takeUp();
      lostSince.value = undefined;
      void resume();
    },
    isHidden: () => document.hidden,
  });
  onAnswer(sign);
}

function sign(): void {
  signAt = exactNow();
  pulse?.sign();
}

/** After a silence: what was missed is read, and what the viewer looks at stays. */
async function resume(): Promise<void> {
  try {
    const [theEvents, theJobs] = await Promise.all([api.events(), api.jobs(), refreshHeads()]);
    batch(() => {
      events.value = theEvents;
      theJobs.forEach(keepJob);
      failure.value = undefined;
      freshAt.value = exactNow();
    });
    if (view.value === 'live' || shown.value === undefined || wanted === undefined) await followView();
    else if (wanted !== shown.value.id) await showPlan(wanted);
    startListening();
  } catch (error) {
    if (!isOffline(error)) report(error);
  }
}

function startListening(): void {
  stopListening?.();
  const last = lookedAt.value !== undefined ? 0 : events.value.reduce((highest, event) => Math.max(highest, event.number), 0);
  stopListening = listen({
    after: last > 0 ? String(last) : undefined,
    onMessage,
    onSign: sign,
    onState: (state) => {
      stream.value = state;
      if (state === 'open') freshAt.value = exactNow();
      if (state === 'signed-out') failure.value = { kind: 'signed-out', text: '', since: exactNow() };
    },
  });
}

function onMessage(message: LiveMessage): void {
  freshAt.value = exactNow();
  switch (message.type) {
    case 'day':
      void onDayNews(message.date).catch(report);
      break;
    case 'event':
      // The stream is of the day that people work by.
      if (lookedAt.value !== undefined) break;
      waiting.push(message.event);
      flushTimer ??= setTimeout(flush, gatherMs);
      break;
    case 'job':
      keepJob(message.job);
      break;
    case 'plan':
      planNews = message.head.id;
      void refreshHeads().then(followNews).catch(report);
      break;
    case 'reset':
      void load();
      break;
  }
}

/** Events come in bursts when phones find their signal again; the screen folds the day once for all of them. */
function flush(): void {
  flushTimer = undefined;
  const known = new Set(events.value.map((event) => event.number));
  const fresh = waiting.filter((event) => !known.has(event.number));
  waiting = [];
  if (fresh.length > 0) events.value = [...events.value, ...fresh];
}

function keepJob(job: Job): void {
  const before = jobs.value.find((known) => known.id === job.id);
  // An answer that the live stream has overtaken: what has ended does not run again.
  if (before !== undefined && !isRunning(before) && isRunning(job)) return;
  jobs.value = [...jobs.value.filter((known) => known.id !== job.id), job];
  const wasRunning = before === undefined || isRunning(before);
  if (!wasRunning || isRunning(job)) return;
  void tellOf(job);
}

const isRunning = (job: Job): boolean => job.status === 'queued' || job.status === 'running';

/** Says how a search ended once its plan is the one on the screen: what is done next is done to that plan. */
async function tellOf(job: Job): Promise<void> {
  try {
    if (job.plan !== null && job.plan !== undefined) {
      await refreshHeads();
      // A plan of another day.
      if (!heads.value.some((head) => head.id === job.plan)) return;
      if (view.value === 'plan') await showPlan(job.plan);
    }
  } catch (error) {
    report(error);
  }
  jobNews.value = job;
}

let headsAsked = 0;
let headsShown = 0;

/** Readings may overlap; an older answer never replaces a newer one. */
async function refreshHeads(): Promise<void> {
  headsAsked += 1;
  const reading = headsAsked;
  const list = await api.plans();
  if (reading < headsShown) return;
  headsShown = reading;
  heads.value = newestFirst(list);
}

/** A plan was made or published elsewhere: the Live view follows; the Plan view only if it showed nothing or that plan. */
async function followNews(): Promise<void> {
  if (view.value === 'live' || shown.value === undefined || shown.value.id === planNews) await followView();
}

function newestFirst(list: readonly PlanHead[]): PlanHead[] {
  return [...list].sort((a, b) => b.created_at - a.created_at);
}

function report(error: unknown): void {
  const kind = isSignedOut(error) ? 'signed-out' : isOffline(error) ? 'offline' : 'refused';
  const text = error instanceof Problem ? `${error.message} (${error.code})` : error instanceof Error ? error.message : '';
  failure.value = { kind, text, since: exactNow() };
}

setInterval(() => {
  beat.value = Date.now();
}, 15_000);
