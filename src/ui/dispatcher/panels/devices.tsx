/** Devices of couriers and desks: new ones by a one-time link or its QR code, old ones shut out. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../shared/api/client';
import type { Device, Enrolment, Role } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { Dialog } from '../../shared/ui/dialog';
import { Icon } from '../../shared/ui/icons';
import { isLoopback } from '../loopback';
import { day, isLost } from '../state/day';
import { t } from '../texts';
import { hm, siteName, troubleText } from '../words';
import { panel } from './open';

const roles = ['courier', 'centre', 'dispatcher'] as const satisfies readonly Role[];

export function DevicesDialog(): JSX.Element {
  const [devices, setDevices] = useState<readonly Device[]>();
  const [error, setError] = useState('');
  const fail = (reason: unknown): void => setError(troubleText(reason));
  const refresh = (): void => {
    api.devices().then(setDevices, fail);
  };
  useEffect(refresh, []);
  return (
    <Dialog wide title={t('devices.title')} closeLabel={t('action.close')} onClose={() => { panel.value = undefined; }}>
      <NewDevice onError={fail} />
      {error !== '' && <p class="error" role="alert">{error}</p>}
      {devices === undefined && error === '' && <div class="skeleton" role="status" aria-label={t('loading')}><span /><span /></div>}
      {devices?.length === 0 && <p class="dim">{t('devices.none')}</p>}
      {devices !== undefined && devices.length > 0 && (
        <table class="plain-table">
          <thead><tr><th scope="col">{t('devices.name')}</th><th scope="col">{t('devices.role')}</th><th scope="col">{t('devices.lastSeen')}</th><th scope="col">{t('devices.state')}</th><td /></tr></thead>
          <tbody>{devices.map((device) => <DeviceLine key={device.id} device={device} onChange={refresh} onError={fail} />)}</tbody>
        </table>
      )}
    </Dialog>
  );
}

function DeviceLine({ device, onChange, onError }: { device: Device; onChange: () => void; onError: (reason: unknown) => void }): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  const revoked = device.revoked_at !== null && device.revoked_at !== undefined;
  const revoke = (): void => {
    api.revoke(device.id).then(() => {
      announce(t('devices.done', { name: device.name }));
      setAsking(false);
      onChange();
    }, onError);
  };
  return (
    <tr class={revoked ? 'dim' : undefined}>
      <th scope="row">{device.name}</th>
      <td>{t(`devices.role.${device.role}`)}</td>
      <td>{device.last_seen_at === null ? t('devices.never') : hm(device.last_seen_at)}</td>
      <td>{revoked ? <span class="tag">{t('devices.revoked')}</span> : <span class="tag good"><Icon name="tick" size={12} />{t('devices.active')}</span>}</td>
      <td class="cell-act">
        {!revoked && !isAsking && <button type="button" class="button danger" disabled={isLost.value} aria-label={t('devices.revokeFor', { name: device.name })} onClick={() => setAsking(true)}>{t('devices.revoke')}</button>}
        {isAsking && (
          <>
            <button type="button" class="button danger" disabled={isLost.value} onClick={revoke}>{t('devices.confirm')}</button>
            <button type="button" class="button plain" onClick={() => setAsking(false)}>{t('action.cancel')}</button>
          </>
        )}
      </td>
    </tr>
  );
}

function NewDevice({ onError }: { onError: (reason: unknown) => void }): JSX.Element {
  const [role, setRole] = useState<Role>('courier');
  const [who, setWho] = useState('');
  const [made, setMade] = useState<{ enrolment: Enrolment; name: string }>();
  const couriers = (day.value?.couriers ?? []).map(({ id, name }) => ({ id, name }));
  const centres = (day.value?.sites ?? []).filter((site) => site.kind === 'centre').map(({ id, name }) => ({ id, name }));
  const people = role === 'courier' ? couriers : role === 'centre' ? centres : [];
  const chosen = people.find((person) => person.id === who) ?? people[0];
  const make = (): void => {
    const request = role === 'courier' ? { role, courier: chosen?.id } : role === 'centre' ? { role, centre: chosen?.id } : { role };
    api.enrol(request).then((enrolment) => setMade({ enrolment, name: chosen?.name ?? t('devices.role.dispatcher') }), onError);
  };
  return (
    <>
      <form class="new-device" onSubmit={(event) => {
        event.preventDefault();
        make();
      }}>
        <label>{t('devices.role')}
          <select class="field" value={role} onChange={(event) => {
            setRole(roles.find((known) => known === event.currentTarget.value) ?? 'courier');
            setMade(undefined);
          }}>{roles.map((known) => <option key={known} value={known}>{t(`devices.role.${known}`)}</option>)}</select>
        </label>
        {people.length > 0 && (
          <label>{t('devices.who')}
            <select class="field" value={chosen?.id} onChange={(event) => {
              setWho(event.currentTarget.value);
              setMade(undefined);
            }}>{people.map((person) => <option key={person.id} value={person.id}>{person.name} · {role === 'courier' ? siteName(day.value?.couriers.find((courier) => courier.id === person.id)?.base) : person.id}</option>)}</select>
          </label>
        )}
        <button type="submit" class="button primary" disabled={isLost.value}><Icon name="link" />{t('devices.make')}</button>
      </form>
      {made !== undefined && <LinkCard enrolment={made.enrolment} name={made.name} />}
    </>
  );
}

function LinkCard({ enrolment, name }: { enrolment: Enrolment; name: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    // The clipboard exists only on secure pages; the link can always be marked by hand.
    navigator.clipboard?.writeText(enrolment.url).then(() => setCopied(true), () => setCopied(false));
  };
  return (
    <section class="link-card" aria-label={t('devices.link', { name })} aria-live="polite">
      <img src={`data:image/svg+xml,${encodeURIComponent(enrolment.qr_svg)}`} width="132" height="132" alt={t('devices.qr')} />
      <div class="stack">
        <h3>{t('devices.link', { name })}</h3>
        <p>{t('devices.linkHint', { at: hm(enrolment.expires_at) })}</p>
        {isLoopback(enrolment.url) && (
          <div class="link-warning" role="note">
            <Icon name="triangle" />
            <p><strong>{t('devices.loopback')}</strong> {t('devices.loopbackHow')} <code>coldmile serve --listen 0.0.0.0:8080 …</code></p>
          </div>
        )}
        <p class="link-line"><code>{enrolment.url}</code><button type="button" class="button" onClick={copy}>{t(copied ? 'action.copied' : 'action.copy')}</button></p>
      </div>
    </section>
  );
}
