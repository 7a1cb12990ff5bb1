/** A form over one row: what changed goes in one PATCH; refusals stand under their fields; what another user changed is shown. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from '../../shared/api/client';
import type { Row, RowValues } from '../../shared/api/types';
import { announce } from '../../shared/ui/announcer';
import { isLost } from '../state/day';
import { troubleText } from '../words';
import { complaintsOf, patchOf, rebase, textsOf, type Complaint, type Field } from './draft';
import { FieldInput } from './field';
import { foundPlace } from './found-place';
import { problemText, t } from './texts';
import './form.css';

export interface RowFormProps {
  /** Of the form element, for a button outside it. */
  id: string;
  fields: readonly Field[];
  /** The row as it was read; undefined when it is a new one. */
  row: Row | undefined;
  /** What a new row begins with. */
  initial?: RowValues;
  /** Cells of `orders.csv` are texts, values of `network.toml` have types. */
  areCells?: boolean;
  /** With nothing changed it is not called. */
  save: (patch: RowValues, row: Row | undefined) => Promise<Row>;
  onSaved: (row: Row) => void;
  onBusy?: (isBusy: boolean) => void;
}

export function RowForm({ id, fields, row, initial = {}, areCells = false, save, onSaved, onBusy }: RowFormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  /** The field whose suggestion gave the pin. */
  const pinned = useRef<string | undefined>(undefined);
  const [base, setBase] = useState(row);
  const [texts, setTexts] = useState(() => textsOf(fields, row?.values ?? initial));
  const [conflicts, setConflicts] = useState<Record<string, string>>({});
  const [complaints, setComplaints] = useState<Record<string, Complaint[]>>({});
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [complaints]);

  const set = (key: string, text: string): void => {
    const place = foundPlace(text);
    const has = (name: string): boolean => fields.some((field) => field.key === name);
    // A place that was chosen from several is the pin too.
    if (place !== undefined && has('lat') && has('lon')) {
      pinned.current = key;
      setTexts((known) => ({ ...known, [key]: place.address, lat: place.lat, lon: place.lon }));
    } else {
      // Another address is another place: its pin is looked up.
      const isMoved = pinned.current === key;
      if (isMoved) pinned.current = undefined;
      const pin = isMoved ? textsOf(fields.filter((field) => field.key === 'lat' || field.key === 'lon'), base?.values ?? {}) : {};
      setTexts((known) => ({ ...known, ...pin, [key]: text }));
    }
    setComplaints(({ [key]: _gone, ...others }) => others);
  };
  const submit = async (): Promise<void> => {
    const before = textsOf(fields, base?.values ?? {});
    const changed = patchOf(fields, before, texts, areCells);
    const patch = base === undefined && areCells ? { ...emptied(fields), ...changed } : changed;
    if (patch === undefined) {
      if (base !== undefined) onSaved(base);
      return;
    }
    onBusy?.(true);
    setTrouble('');
    try {
      const saved = await save(patch, base);
      setBase(saved);
      setConflicts({});
      setComplaints({});
      onSaved(saved);
    } catch (error) {
      refused(error, before);
    } finally {
      onBusy?.(false);
    }
  };
  const refused = (error: unknown, before: Record<string, string>): void => {
    const present = error instanceof Problem && error.status === 412 ? (error.present as Row | undefined) : undefined;
    if (present !== undefined) {
      const rebased = rebase(fields, before, texts, textsOf(fields, present.values));
      setBase(present);
      setTexts(rebased.texts);
      setConflicts(rebased.conflicts);
      setTrouble(`${t('form.staleTitle')}. ${t('form.staleHint')}`);
      announce(t('form.staleTitle'), 'urgent');
      return;
    }
    const found = error instanceof Problem ? complaintsOf(fields, error.errors) : {};
    setComplaints(found);
    const loose = found['']?.map(({ code, text }) => problemText(code, text)) ?? [];
    setTrouble(Object.keys(found).length === 0 ? troubleText(error) : loose.join('\n'));
  };
  const input = (field: Field): JSX.Element => (
    <FieldInput key={field.key} field={field} text={texts[field.key] ?? ''} onText={(text) => set(field.key, text)} complaints={complaints[field.key] ?? []} present={conflicts[field.key]}
      onTake={() => {
        set(field.key, conflicts[field.key] ?? '');
        setConflicts(({ [field.key]: _gone, ...others }) => others);
      }} />
  );
  const more = fields.filter((field) => field.isMore === true);
  return (
    <form id={id} ref={form} class="row-form" noValidate onSubmit={(event) => {
      event.preventDefault();
      if (!isLost.value) void submit();
    }}>
      {trouble !== '' && <p class="error pre wide" role="alert">{trouble}</p>}
      {fields.filter((field) => field.isMore !== true).map(input)}
      {more.length > 0 && (
        <details class="wide more-fields" open={more.some(({ key }) => complaints[key] !== undefined || conflicts[key] !== undefined)}>
          <summary>{t('form.more')}</summary>
          <div class="row-form">{more.map(input)}</div>
        </details>
      )}
    </form>
  );
}

/** A new row names every cell that it should have, so that all that is missing is told at once. */
function emptied(fields: readonly Field[]): RowValues {
  return Object.fromEntries(fields.filter((field) => field.isMore !== true).map(({ key }) => [key, null]));
}
