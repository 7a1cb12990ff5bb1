/** Parts of a page whose code arrives after what is seen first, or when they are first drawn. */
import { signal } from '@preact/signals';
import type { ComponentChild, ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Later<Props> {
  /** Fetches the code, so that it is there when the part is drawn. A failure is tried again at the next drawing. */
  fetch: () => Promise<void>;
  /** Draws the part; `meanwhile` until its code is there. */
  View: (props: Props & { meanwhile?: ComponentChild }) => JSX.Element;
}

export function later<Props extends object>(fetchCode: () => Promise<ComponentType<Props>>): Later<Props> {
  const code = signal<ComponentType<Props> | undefined>(undefined);
  const fetch = async (): Promise<void> => {
    try {
      const arrived = await fetchCode();
      code.value ??= arrived;
    } catch {
      // What needs it stays empty until it is drawn again.
    }
  };
  return {
    fetch,
    View: ({ meanwhile, ...props }) => {
      const Part = code.value;
      useEffect(() => {
        if (code.peek() === undefined) void fetch();
      }, []);
      return Part === undefined ? <>{meanwhile}</> : <Part {...(props as unknown as Props)} />;
    },
  };
}
