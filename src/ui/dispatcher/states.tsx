/** What stands where the plan would be: nothing yet, loading, or failed. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { daysApi } from '../shared/api/days';
import type { Day } from '../shared/api/types';
import { longDate } from '../shared/format';
import { language } from '../shared/i18n';
import { codeIn, pageOf, signIn, type SignInTrouble } from '../shared/sign-in';
import { Icon } from '../shared/ui/icons';
import { dayNews, failure, freshAt, load, lostSince, runningJob, setView, view } from './state/day';
import { MoreOrders, NoOrders } from './days';
import { lastAdded } from './panels/open';
import { Replan } from './sub-bar';
import { t } from './texts';
import { hm, hms } from './words';

export function EmptyPlan({ day }: { day: Day }): JSX.Element {
  const [isBare, setBare] = useState<boolean>();
  const news = dayNews.value;
  useEffect(() => {
    daysApi.hasOrders(day.date).then((has) => setBare(!has), () => setBare(false));
  }, [day.date, news]);
  if (view.value === 'live') {
    return (
      <div class="state-box">
        <h2>{t('state.noLiveTitle')}</h2>
        <p>{t('state.noLiveHint')}</p>
        <button type="button" class="button primary" onClick={() => setView('plan')}>{t('state.toPlan')}</button>
      </div>
    );
  }
  if (isBare === undefined) return <LoadingRows />;
  if (isBare) return <NoOrders date={day.date} />;
  return (
    <div class="state-box">
      <h2>{t('state.emptyTitle', { date: longDate(day.date, language.value) })}</h2>
      <p>{t('state.emptyHint', { count: day.couriers.length })}</p>
      {lastAdded.value !== '' && <p class="tag good" role="status">{lastAdded.value}</p>}
      <div class="empty-acts">
        {runningJob.value === undefined && <Replan isFirst />}
        <MoreOrders />
      </div>
    </div>
  );
}

/** Grey rows at their real height, so that nothing jumps when the routes arrive. */
export function LoadingRows(): JSX.Element {
  return (
    <div class="loading-rows" role="status">
      <span class="visually-hidden">{t('state.loading')}</span>
      {Array.from({ length: 14 }, (_, index) => (
        <div key={index} class={index % 3 === 0 ? 'loading-row group' : 'loading-row'} aria-hidden="true"><span /><span style={{ width: `${30 + ((index * 37) % 45)}%` }} /></div>
      ))}
    </div>
  );
}

/** The code of a one-time link, typed or pasted with its whole link. */
function SignIn(): JSX.Element {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<SignInTrouble>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    const answer = await signIn(codeIn(text));
    if ('trouble' in answer) setTrouble(answer.trouble);
    else if (answer.me.role === 'dispatcher') return await load();
    else return location.assign(pageOf[answer.me.role]);
    setBusy(false);
  };
  return (
    <form class="sign-in" onSubmit={(event) => {
      event.preventDefault();
      if (text.trim() !== '' && !isBusy) void submit();
    }}>
      <label for="sign-in-code">{t('signIn.code')}</label>
      <input id="sign-in-code" class="field" autocomplete="one-time-code" spellcheck={false} autofocus value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <button type="submit" class="button primary" disabled={isBusy || text.trim() === ''}>{t('signIn.submit')}</button>
      {trouble !== undefined && <p class="error" role="alert">{t(trouble === 'offline' ? 'error.offline' : trouble === 'code' ? 'signIn.wrong' : `signIn.${trouble}`)}</p>}
    </form>
  );
}

/** A band in place: what failed, how old the rest is, and a button to try again. */
export function FailureBand(): JSX.Element | null {
  const failed = failure.value;
  if (lostSince.value !== undefined) return <LostBand since={lostSince.value} />;
  if (failed === undefined || failed.kind === 'signed-out' || failed.kind === 'forbidden') return null;
  const hasData = freshAt.value > 0;
  return (
    <div class="failure-band" role="alert">
      <Icon name="octagon" />
      <strong>{hasData ? t('state.errorTitle', { at: hm(failed.since) }) : t('state.firstErrorTitle')}</strong>
      <span>{hasData ? t('state.errorHint', { at: hm(freshAt.value) }) : failed.kind === 'offline' ? t('error.offline') : failed.text}</span>
      <button type="button" class="button" onClick={() => void load()}>{t('action.retry')}</button>
    </div>
  );
}

/** The server has stopped answering: since when, and that acts wait. The page asks again by itself. */
function LostBand({ since }: { since: number }): JSX.Element {
  return (
    <div class="failure-band lost" role="alert">
      <Icon name="offline" />
      <strong>{t('state.errorTitle', { at: hms(since) })}</strong>
      <span>{t('state.lostHint', { at: hms(since) })}</span>
    </div>
  );
}

/** The whole page without a session, or with one of another role. */
export function Gate(): JSX.Element | null {
  const failed = failure.value;
  if (failed?.kind !== 'signed-out' && failed?.kind !== 'forbidden') return null;
  const role = failed.text === 'courier' || failed.text === 'centre' ? t(`devices.role.${failed.text}`) : failed.text;
  return (
    <main class="gate">
      <div class="state-box">
        <h1>{t(failed.kind === 'signed-out' ? 'state.signedOutTitle' : 'state.forbiddenTitle')}</h1>
        <p>{failed.kind === 'signed-out' ? t('state.signedOutHint') : t('state.forbiddenHint', { role })}</p>
        {failed.kind === 'signed-out' ? <SignIn /> : (failed.text === 'courier' || failed.text === 'centre') && <a class="button primary" href={pageOf[failed.text]}>{t('state.toOwnPage')}</a>}
      </div>
    </main>
  );
}
