/** The list of keys behind `?`. */
import type { JSX } from 'preact';
import { Dialog } from '../../shared/ui/dialog';
import { singleKeys } from '../state/settings';
import { t } from '../texts';
import { panel } from './open';

export function KeysDialog(): JSX.Element {
  const keys = [
    ['/', t('keys.search')], ['?', t('keys.all')], ['↑ ↓ ← →', t('keys.walk')], ['Space', t('keys.select')], ['Enter', t('keys.open')], ['Esc', t('keys.escape')],
    ['F', t('keys.fit')], ['N', t('keys.now')], ['1 2 3', t('keys.tabs')], ['P L', t('keys.views')], ['+ −', t('keys.zoom')], ['Ctrl ↵', t('keys.publish')],
  ] as const;
  return (
    <Dialog title={t('keys.title')} closeLabel={t('action.close')} onClose={() => { panel.value = undefined; }}>
      <dl class="key-list">
        {keys.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div>)}
      </dl>
      <label class="check"><input type="checkbox" checked={singleKeys.value} onChange={(event) => { singleKeys.value = event.currentTarget.checked; }} />{t('keys.singles')}</label>
    </Dialog>
  );
}
