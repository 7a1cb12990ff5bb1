/** Sizes of window at which the page takes another shape; the style sheets name the same. */
import { useEffect, useState } from 'preact/hooks';

/** Rows and map take turns. */
export const narrow = '(max-width: 1179px)';
/** The tray folds to its tabs: a laptop at 200 % has 720 × 450 of these pixels. */
export const small = '(max-width: 899px), (max-height: 599px)';

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = (): void => setMatches(list.matches);
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}
