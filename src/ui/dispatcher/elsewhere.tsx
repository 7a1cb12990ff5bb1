/** The pages next to the day; the code of each is fetched when it is first opened. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Place } from './state/place';
import { LoadingRows } from './states';

type Other = Exclude<Place, 'day'>;

const loaders: Readonly<Record<Other, () => Promise<ComponentType>>> = {
  import: async () => (await import('./import/page')).ImportPage,
  orders: async () => (await import('./orders/page')).OrdersPage,
  people: async () => (await import('./people/page')).PeoplePage,
  changes: async () => (await import('./changes/page')).ChangesPage,
};
const loaded = new Map<Other, ComponentType>();

export function Elsewhere({ place }: { place: Other }): JSX.Element {
  const [, setCount] = useState(0);
  const Page = loaded.get(place);
  useEffect(() => {
    if (loaded.has(place)) return;
    loaders[place]().then((page) => {
      loaded.set(place, page);
      setCount((count) => count + 1);
    }, () => setCount((count) => count + 1));
  }, [place]);
  return Page === undefined ? <main class="waiting"><LoadingRows /></main> : <Page />;
}
