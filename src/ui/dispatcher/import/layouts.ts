/** What a viewer said of the columns of a file, found again for the next file with the same header. */
const key = 'coldmile.import.layouts';
const maxLayouts = 50;
type Columns = Readonly<Record<string, string>>;

export const layoutOf = (headers: readonly string[]): string => headers.join('\u001F');

function all(): [string, Columns][] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored) ? (stored as [string, Columns][]) : [];
  } catch {
    return [];
  }
}

export function rememberedColumns(headers: readonly string[]): Columns | undefined {
  return all().find(([layout]) => layout === layoutOf(headers))?.[1];
}

export function rememberColumns(headers: readonly string[], columns: Columns): void {
  const layout = layoutOf(headers);
  const others = all().filter(([other]) => other !== layout);
  const kept = Object.keys(columns).length === 0 ? others : [[layout, columns] as [string, Columns], ...others];
  try {
    localStorage.setItem(key, JSON.stringify(kept.slice(0, maxLayouts)));
  } catch {
    // Lasts as long as the page then.
  }
}
