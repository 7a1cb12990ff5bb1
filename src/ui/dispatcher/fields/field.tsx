/** One labelled value of a form, what is wrong with it, and what another user made of it. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Complaint, Field } from './draft';
import { shortSuggestion } from './found-place';
import { problemText, t } from './texts';

export interface FieldInputProps {
  field: Field;
  text: string;
  onText: (text: string) => void;
  complaints: readonly Complaint[];
  /** What is there now, where both changed it. */
  present: string | undefined;
  onTake: () => void;
}

export function FieldInput({ field, text, onText, complaints, present, onTake }: FieldInputProps): JSX.Element {
  const id = useId();
  const isWrong = complaints.length > 0;
  const common = { id, class: 'field', 'aria-invalid': isWrong, 'aria-describedby': isWrong || field.hint !== undefined ? `${id}-says` : undefined };
  const options = field.options ?? [];
  const isListed = text === '' || options.some(({ value }) => value === text);
  if (field.kind === 'flag') {
    return (
      <label class="flag-field"><input type="checkbox" id={id} checked={text === 'true'} onChange={(event) => onText(event.currentTarget.checked ? 'true' : '')} />{field.label}<Says id={id} complaints={complaints} onText={onText} /></label>
    );
  }
  return (
    <div class={field.isWide === true ? 'form-field wide' : 'form-field'}>
      <label for={id}>{field.label}{field.isNeeded === true && <span class="needed" aria-hidden="true"> *</span>}</label>
      {field.kind === 'choice' ? (
        <select {...common} value={text} aria-required={field.isNeeded} onChange={(event) => onText(event.currentTarget.value)}>
          {(field.isNeeded !== true || text === '') && <option value="">{field.none ?? t('form.none')}</option>}
          {options.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
          {!isListed && <option value={text}>{text}</option>}
        </select>
      ) : (
        <input {...common} type="text" autocomplete="off" spellcheck={false} inputMode={field.kind === 'number' ? 'decimal' : undefined} placeholder={field.kind === 'time' ? '08:30' : undefined} aria-required={field.isNeeded} value={text} onInput={(event) => onText(event.currentTarget.value)} />
      )}
      <Says id={id} complaints={complaints} onText={onText} hint={field.hint} />
      {present !== undefined && (
        <p class="theirs">{t('form.theirs', { value: present === '' ? t('form.none') : present })}<button type="button" class="button small" onClick={onTake}>{t('form.takeTheirs')}</button></p>
      )}
    </div>
  );
}

function Says({ id, complaints, onText, hint }: { id: string; complaints: readonly Complaint[]; onText: (text: string) => void; hint?: string | undefined }): JSX.Element | null {
  if (complaints.length === 0 && hint === undefined) return null;
  return (
    <div id={`${id}-says`} class={complaints.length === 0 ? 'field-hint' : 'field-wrong'}>
      {complaints.length === 0 ? hint : complaints.map(({ code, text, suggestions }) => (
        <div key={code}>
          <span title={text}>{problemText(code, text)}</span>
          {suggestions.slice(0, 4).map((suggestion) => <button type="button" key={suggestion} class="button tinted small" onClick={() => onText(suggestion)}>{shortSuggestion(suggestion, suggestions)}</button>)}
        </div>
      ))}
    </div>
  );
}
