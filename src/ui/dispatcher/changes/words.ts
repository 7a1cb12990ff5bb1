/** A change in words: which value, what it was, what it is. */
import type { Change } from '../../shared/api/types';
import { longDate } from '../../shared/format';
import { language } from '../../shared/i18n';
import { columnName, t as form } from '../fields/texts';
import { keyName } from '../people/texts';
import { t } from '../texts.orders';

/** A value as a person reads it; nothing is a dash. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (value === true) return form('form.yes');
  if (value === false) return form('form.no');
  return typeof value === 'object' ? Object.entries(value).map(([key, inner]) => `${key} ${valueText(inner)}`).join(', ') : String(value);
}

export function fieldName({ what, field }: Change): string {
  if (field === null || field === undefined) return '';
  return what === 'order' ? columnName(field) : keyName(field);
}

/** What a change without a field did: the whole thing came, went, or an import. */
export function wholeText({ what, before, after }: Change): string {
  if (what === 'import') return t('changes.import', after as Record<string, number>);
  const { from } = (after ?? {}) as { from?: string };
  if (what === 'day') return from === undefined ? t('changes.fromFile') : t('changes.fromTemplate', { date: longDate(from, language.value) });
  return t(before === null ? 'changes.added' : 'changes.removed');
}

/** The whole change on one line. */
export function changeLine(change: Change): string {
  if (change.field === null || change.field === undefined) return wholeText(change);
  return `${fieldName(change)}: ${valueText(change.before)} → ${valueText(change.after)}`;
}
