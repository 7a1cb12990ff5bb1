/** One order: who, where, when, how it travels, what it costs, what happened. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../shared/api/client';
import type { Direct, FootprintShare, Marginal, OrderCost, OrderDetail, Plan, Unplanned } from '../../shared/api/types';
import { happenedAt } from '../../shared/fold';
import { clockRange } from '../../shared/format';
import { language } from '../../shared/i18n';
import { phoneLink } from '../../shared/phone';
import { TemperatureTags, RouteBadge } from '../../shared/ui/badge';
import { energy, gas } from '../footprint';
import { reasonText, relaxationText } from '../reasons';
import { dayNews, events, isLost, progress } from '../state/day';
import { openRun, placeOrder } from '../state/selection';
import { eventText } from '../tray/activity';
import { OrderActs, OrderChanges, PinTag } from './order-acts';
import { t } from '../texts';
import { cost, dayNames, hm, km, siteName, troubleText, wordFor, zone } from '../words';

const parts = ['linehaul', 'last_mile', 'cold', 'handling', 'centre'] as const satisfies readonly (keyof OrderCost)[];

export function OrderPanel({ id, plan }: { id: string; plan: Plan }): JSX.Element {
  const [order, setOrder] = useState<OrderDetail>();
  const [error, setError] = useState('');
  // A panel that got no answer asks again once there is one.
  const lost = isLost.value;
  // Whatever happens to this order changes what the server says about it.
  const happened = events.value.filter((event) => event.order === id).length;
  const news = dayNews.value;
  useEffect(() => {
    if (lost) return undefined;
    let outdated = false;
    setError('');
    api.order(id).then((found) => {
      if (outdated) return;
      setOrder(found);
      if (isPickup(found) && found.centre !== null) placeOrder(id, found.centre);
    }, (reason: unknown) => {
      if (!outdated) setError(troubleText(reason));
    });
    return () => {
      outdated = true;
    };
  }, [id, happened, plan.id, lost, news]);

  if (lost && order?.id !== id) return <p class="error">{t('error.offline')}</p>;
  if (error !== '') return <p class="error" role="alert">{error}</p>;
  if (order === undefined || order.id !== id) return <div class="skeleton" role="status" aria-label={t('loading')}><span /><span /><span /></div>;
  const run = plan.runs.find((candidate) => candidate.id === order.run);
  const stop = run?.trips.flatMap((trip) => trip.stops).find((candidate) => candidate.key === order.stop_key);
  const left = plan.unplanned.find((entry) => entry.order === id);
  const state = progress.value?.orders.get(id) ?? order.state ?? undefined;
  return (
    <>
      <p class="drawer-lead">{order.address ?? order.label}</p>
      <p class="drawer-tags"><TemperatureTags tags={order.tags} /><PinTag pin={order.pin} />{state !== undefined && <span class={state === 'delivered' || state === 'collected' ? 'tag good' : state === 'failed' ? 'tag bad' : 'tag'}>{t(`state.${state}`)}</span>}</p>
      {left !== undefined && <LeftOut entry={left} />}
      <dl class="facts">
        {order.recipient !== null && <Fact name={t('order.recipient')}>{order.recipient}</Fact>}
        {order.phone !== null && <Fact name={t('order.phone')}><Phone text={order.phone} /></Fact>}
        <Fact name={t('order.window')}>{order.window === null ? t('order.anyTime') : clockRange(order.window.open, order.window.close, zone())}</Fact>
        <Expected order={order} />
        {run !== undefined && (
          <Fact name={t('order.route')}>
            <button type="button" class="link inline" onClick={() => openRun(run.id)}><RouteBadge number={run.number} letter={run.letter} small />{run.courier_name}{stop !== undefined && ` · ${stop.number}`}</button>
          </Fact>
        )}
        {order.centre !== null && <Fact name={t('order.centre')}>{siteName(order.centre)}</Fact>}
        {!isPickup(order) && (order.ready_at !== null || order.leaves_at !== null) && (
          <Fact name={t('order.goods')}>{[order.ready_at === null ? '' : t('order.ready', { at: hm(order.ready_at) }), order.leaves_at === null ? '' : t('order.leaves', { at: hm(order.leaves_at) })].filter(Boolean).join(' · ')}</Fact>
        )}
        <Fact name={t('order.channel')}>{wordFor('order.channel', order.channel)}</Fact>
        <Fact name={t('order.fulfilment')}>{wordFor('order.method', order.fulfilment)}</Fact>
        {order.handover !== null && <Fact name={t('order.handover')}>{wordFor('order.method', order.handover)}</Fact>}
        {order.pickup_code !== null && order.pickup_code !== undefined && <Fact name={t('order.pickupCode')}><strong class="code">{order.pickup_code}</strong> <NewCode order={id} onCode={(pickup_code) => setOrder((known) => (known?.id === id ? { ...known, pickup_code } : known))} /></Fact>}
      </dl>
      <OrderActs id={id} />
      {order.cost !== null && <Price price={order.cost} direct={order.direct} footprint={order.footprint} />}
      {order.cost !== null && <Added order={id} plan={plan.id} />}
      <h3>{t('order.history')}</h3>
      {order.events.length === 0 ? <p class="dim">{t('order.noHistory')}</p> : (
        <ol class="history">{order.events.map((event) => <li key={event.id}><span class="dim">{hm(happenedAt(event))}</span> {eventText(plan, event)}</li>)}</ol>
      )}
      <OrderChanges id={id} />
    </>
  );
}

/** Why it has no place, and everything that would give it one. */
function LeftOut({ entry }: { entry: Unplanned }): JSX.Element {
  return (
    <div class="left-out">
      <p>{reasonText(entry, dayNames)}</p>
      {entry.relaxations.length > 0 && (
        <>
          <h4>{t('order.relaxations')}</h4>
          <ul>{entry.relaxations.map((one, index) => <li key={index}>{relaxationText(one, cost, dayNames)}</li>)}</ul>
        </>
      )}
    </div>
  );
}

const isPickup = (order: OrderDetail): boolean => order.handover === 'pickup';

/** When it is at the door; of a pickup, from when on it can be collected. */
function Expected({ order }: { order: OrderDetail }): JSX.Element {
  if (isPickup(order)) {
    return <Fact name={t('order.pickup')}>{order.ready_at === null ? t('order.method.pickup') : <strong>{t('order.readyFrom', { at: hm(order.ready_at) })}</strong>}{order.leaves_at !== null && ` · ${t('order.until', { at: hm(order.leaves_at) })}`}</Fact>;
  }
  return <Fact name={t('order.eta')}>{order.eta_at === null || order.eta_at === undefined ? t('order.unplanned') : <strong>{hm(order.eta_at)}</strong>}</Fact>;
}

interface PriceProps {
  price: OrderCost;
  direct: Direct | null | undefined;
  footprint: FootprintShare | null | undefined;
}

function Price({ price, direct, footprint }: PriceProps): JSX.Element {
  return (
    <>
      <h3>{t('order.price')}</h3>
      <table class="price">
        <tbody>
          {parts.map((part) => <tr key={part}><th scope="row">{t(`order.cost.${part}`)}</th><td>{cost(price[part])}</td></tr>)}
          <tr class="total"><th scope="row">{t('order.cost.total')}</th><td>{cost(price.total)}</td></tr>
          {direct !== null && direct !== undefined && (
            <tr class="straight"><th scope="row">{t('order.direct')}<span class="dim">{t('order.directHint', { vehicle: direct.vehicle, km: km(direct.distance_m) })}</span></th><td>{cost(direct.cost)}</td></tr>
          )}
        </tbody>
      </table>
      {footprint !== null && footprint !== undefined && (
        <p class="dim footprint">
          {t('order.co2e', { driving: gas(footprint.driving_g, language.value), cooling: gas(footprint.cooling_g, language.value) })}
          {footprint.cooling_j > 0 && <><br />{t('order.cooling', { energy: energy(footprint.cooling_j, language.value) })}</>}
        </p>
      )}
    </>
  );
}

/** What the order adds to the day, asked for by a click: the server plans without it for some seconds. */
function Added({ order, plan }: { order: string; plan: string }): JSX.Element {
  const [answer, setAnswer] = useState<Marginal>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState('');
  useEffect(() => {
    setAnswer(undefined);
    setError('');
  }, [order, plan]);
  const ask = async (): Promise<void> => {
    setBusy(true);
    setError('');
    try {
      setAnswer(await api.marginal(order));
    } catch (reason) {
      setError(troubleText(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="added" role="status">
      {answer?.order === order ? (
        <p><strong>{t('order.marginalIs', { cost: cost(answer.cost), objective: cost(answer.objective) })}</strong><br /><span class="dim">{t('order.marginalHint', { with: cost(answer.with.cost), without: cost(answer.without.cost) })}</span></p>
      ) : (
        <button type="button" class="button" disabled={isBusy || isLost.value} onClick={() => void ask()}>{t(isBusy ? 'order.marginalBusy' : 'order.marginal')}</button>
      )}
      {error !== '' && <p class="error">{error}</p>}
    </div>
  );
}

/** Another code for the order, after a second click: the family has to be told. */
function NewCode({ order, onCode }: { order: string; onCode: (code: string) => void }): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState('');
  useEffect(() => setAsking(false), [order]);
  const reissue = async (): Promise<void> => {
    setAsking(false);
    try {
      onCode((await api.reissueCode(order)).pickup_code);
    } catch (reason) {
      setError(troubleText(reason));
    }
  };
  if (error !== '') return <span class="error" role="alert">{error}</span>;
  if (!isAsking) return <button type="button" class="link inline act" disabled={isLost.value} onClick={() => setAsking(true)}>{t('order.newCode')}</button>;
  return <button type="button" class="link inline act" disabled={isLost.value} onClick={() => void reissue()}>{t('order.newCodeSure')}</button>;
}

/** The number, to be dialled where it is one. */
function Phone({ text }: { text: string }): JSX.Element {
  const link = phoneLink(text);
  return link === undefined ? <>{text}</> : <a href={link}>{text}</a>;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}
