/** What each column of the file is read as: a select per header, remembered for the next file with the same header. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { columnName } from '../fields/texts';
import { answer, columns, fileProblems, matchColumn, rows } from './state';
import { t } from './texts';

/** In the order of a row that people read. */
const known = [
  'order_id', 'name', 'phone', 'address', 'lat', 'lon', 'window', 'tw_start', 'tw_end', 'temp_class', 'kg', 'litres', 'pieces', 'mode', 'centre', 'channel',
  'placed_at', 'service_min', 'group_id', 'priority', 'parcel_cm', 'best_before', 'min_life_share', 'pin',
] as const;

export function Columns(): JSX.Element | null {
  const id = useId();
  const found = answer.value;
  if (found === undefined || found.columns.length === 0) return null;
  return (
    <details class="import-columns" open={fileProblems.value.length > 0 || rows.value.length === 0}>
      <summary>{t('columns.title')}</summary>
      <div class="column-grid">
        {found.columns.map(({ header, column }, index) => (
          <div key={`${index} ${header}`} class={column === null ? 'column-card ignored' : 'column-card'}>
            <label for={`${id}-${index}`} class="clip" title={header}>{header === '' ? '–' : header}</label>
            <select id={`${id}-${index}`} class="field" aria-label={t('columns.choose', { header })} value={columns.value[header] ?? column ?? ''} onChange={(event) => matchColumn(header, event.currentTarget.value)}>
              <option value="">{t('columns.ignored')}</option>
              {known.map((name) => <option key={name} value={name}>{columnName(name)}</option>)}
            </select>
          </div>
        ))}
      </div>
    </details>
  );
}
