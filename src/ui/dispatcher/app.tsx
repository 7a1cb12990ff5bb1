/** The dispatcher's page: rows and tray at the left, map at the right, the state of the plan along the foot. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Day, Plan } from '../shared/api/types';
import { Announcer } from '../shared/ui/announcer';
import { ActionBar } from './action-bar';
import { onPageKey } from './keys';
import { watchDrops } from './drop';
import { Elsewhere } from './elsewhere';
import { narrow, small, useMedia } from './media';
import { panel } from './panels/open';
import { drawerHost, mapPane, openDialog } from './parts';
import { Split } from './split';
import { arriving, day, events, failure, isLoading, shown } from './state/day';
import { place } from './state/place';
import { rowsShare, trayHeight } from './state/settings';
import { EmptyPlan, FailureBand, Gate, LoadingRows } from './states';
import { SubBar } from './sub-bar';
import { Timeline } from './timeline/timeline';
import { TopBar } from './top-bar';
import { isTrayOpen, Tray } from './tray/tray';
import { t } from './texts';

export function App(): JSX.Element {
  useEffect(() => {
    document.addEventListener('keydown', onPageKey);
    return () => document.removeEventListener('keydown', onPageKey);
  }, []);
  useEffect(watchDrops, []);
  const name = day.value?.name;
  useEffect(() => {
    document.title = name === undefined ? t('app.name') : `${name} · ${t('app.name')}`;
  }, [name]);
  const gated = failure.value?.kind === 'signed-out' || failure.value?.kind === 'forbidden';
  return (
    <div class="console">
      <TopBar isGated={gated} />
      {gated ? <Gate /> : (
        <>
          <FailureBand />
          {day.value === undefined ? <main class="waiting">{isLoading.value && <LoadingRows />}</main> : place.value !== 'day' ? <Elsewhere place={place.value} /> : <Body day={day.value} plan={shown.value} />}
        </>
      )}
      {panel.value !== undefined && <openDialog.View open={panel.value} />}
      <Announcer />
    </div>
  );
}

function Body({ day, plan }: { day: Day; plan: Plan | undefined }): JSX.Element {
  const isNarrow = useMedia(narrow);
  const [side, setSide] = useState<'rows' | 'map'>('rows');
  const showsRows = !isNarrow || side === 'rows';
  const showsMap = !isNarrow || side === 'map';
  return (
    <>
      <main class="body">
        {isNarrow && (
          <div class="side-tabs" role="group" aria-label={t('nav.label')}>
            {(['rows', 'map'] as const).map((name) => <button type="button" key={name} class="chip" aria-pressed={side === name} onClick={() => setSide(name)}>{t(name === 'rows' ? 'map.rowsTab' : 'map.pane')}</button>)}
          </div>
        )}
        {showsRows && (
          <div class="left" style={isNarrow ? undefined : { width: `${rowsShare.value * 100}%` }}>
            <SubBar day={day} plan={plan} />
            {plan === undefined ? <NoPlanYet day={day} /> : <Rows day={day} plan={plan} />}
          </div>
        )}
        {!isNarrow && (
          <Split label={t('rows.split')} orientation="vertical" value={rowsShare.value} min={0.4} max={0.78} step={0.02}
            fromPointer={(event) => event.clientX / window.innerWidth} onChange={(value) => { rowsShare.value = value; }} />
        )}
        {showsMap && (
          <div class="right">
            {isLoading.value && plan === undefined ? <div class="map-waits" /> : <mapPane.View day={day} plan={plan} meanwhile={<div class="map-waits" />} />}
            {plan !== undefined && <drawerHost.View plan={plan} />}
          </div>
        )}
        {!showsMap && plan !== undefined && <drawerHost.View plan={plan} />}
      </main>
      {plan !== undefined && <ActionBar plan={plan} />}
    </>
  );
}

function NoPlanYet({ day }: { day: Day }): JSX.Element {
  if (!isLoading.value) return <EmptyPlan day={day} />;
  return arriving.value === undefined ? <LoadingRows /> : <Timeline day={day} plan={arriving.value} />;
}

function Rows({ day, plan }: { day: Day; plan: Plan }): JSX.Element {
  const isSmall = useMedia(small);
  const max = Math.max(140, window.innerHeight - 360);
  // With nothing to look at, the rows get the space.
  const isQuiet = plan.unplanned.length === 0 && plan.violations.length === 0 && events.value.length === 0;
  const height = Math.min(trayHeight.value, isQuiet ? 120 : max);
  return (
    <>
      {plan.runs.length === 0 ? <p class="tray-empty rows-empty">{t('rows.empty')}</p> : <Timeline day={day} plan={plan} />}
      {isSmall ? <FoldedTray plan={plan} /> : (
        <>
          <Split label={t('tray.split')} orientation="horizontal" value={height} min={120} max={max} step={16}
            fromPointer={(event) => window.innerHeight - 56 - event.clientY} onChange={(value) => { trayHeight.value = value; }} />
          <div class="tray-frame" style={{ height: `${height}px` }}><Tray plan={plan} /></div>
        </>
      )}
    </>
  );
}

/** Only its tabs, until one is pressed; pressed again it folds. */
function FoldedTray({ plan }: { plan: Plan }): JSX.Element {
  return <div class={isTrayOpen.value ? 'tray-frame small open' : 'tray-frame small'}><Tray plan={plan} isFolded={!isTrayOpen.value} /></div>;
}
