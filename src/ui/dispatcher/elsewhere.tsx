/** The pages next to the day; the code of each is fetched when it is first opened. */
import type { JSX } from 'preact';
import { later } from '../shared/ui/later';
import type { Place } from './state/place';
import { LoadingRows } from './states';

const pages = {
  import: later(async () => (await import('./import/page')).ImportPage),
  orders: later(async () => (await import('./orders/page')).OrdersPage),
  people: later(async () => (await import('./people/page')).PeoplePage),
  changes: later(async () => (await import('./changes/page')).ChangesPage),
};

export function Elsewhere({ place }: { place: Exclude<Place, 'day'> }): JSX.Element {
  const { View } = pages[place];
  return <View key={place} meanwhile={<main class="waiting"><LoadingRows /></main>} />;
}
