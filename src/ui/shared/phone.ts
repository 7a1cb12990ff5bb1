/** Telephone numbers as people type them, and the links that dial them. A wrong number is worse than no link. */

/** Characters that cannot be seen: control characters, zero-width and directional marks, the soft hyphen, byte order marks. */
const shapeless = /[\p{Cc}\p{Cf}\u034f\u115f\u1160\u3164\ufe00-\ufe0f\uffa0]/gu;
/** What people write before the number of an extension; the link dials the number in front of it. */
const extension = /[\s,;(]*(?:ext(?:ension)?|extn|poste|durchwahl|dw|int(?:erno)?|wewn|转|轉|分机|分機|内线|x|#)\s*[.:]?\s*\d{1,6}\)?\s*$/iu;

/**
 * A link that dials, or nothing when the text is hidden, too short, or may not be one number. Digits are joined over
 * blanks, dashes and brackets only: never over a point, a comma or a word, which stand between the whole and the decimals
 * of a spreadsheet's number, a number and its extension, or two numbers.
 */
export function phoneLink(phone: string | null): string | undefined {
  if (phone === null) return undefined;
  const text = phone.replace(shapeless, '').normalize('NFKC').trim();
  const number = withoutNationalZero(decimals(text.replace(extension, '')));
  if (!/^\+?[\d\s()[\]\-‐‑‒–—−/]+$/u.test(number) || isTwo(number)) return undefined;
  const digits = number.replace(/\D/g, '');
  // E.164 has at most 15 digits; 00 may stand for the plus.
  const maxDigits = digits.startsWith('00') ? 17 : 15;
  if (digits.length < 3 || digits.length > maxDigits) return undefined;
  return `tel:${number.startsWith('+') ? '+' : ''}${digits}`;
}

/** `35660776826.0`: a spreadsheet has taken a column for decimal numbers. */
const decimals = (text: string): string => text.replace(/^(\+?\d{5,})[.,]0+$/, '$1');

/** `+49 (0)30 …`: the zero in brackets is dialled only without the country. */
const withoutNationalZero = (text: string): string => (text.startsWith('+') ? text.replace(/\(\s*0\s*\)/, ' ') : text);

/** A slash stands behind an area code, which begins with a zero or a plus and is short, or between two numbers. */
function isTwo(number: string): boolean {
  const parts = number.split('/');
  if (parts.length === 1) return false;
  const area = (parts[0] ?? '').replace(/[^\d+]/g, '');
  return parts.length > 2 || !/^(?:0\d{1,5}|\+\d{2,7})$/.test(area);
}
