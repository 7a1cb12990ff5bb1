import { start } from '../shared/start';
import { App } from './app';
import { drawerHost, mapPane, openDialog } from './parts';
import { load } from './state/day';
import { wearTheme } from '../shared/theme';
import './dispatcher.css';

wearTheme();
void start('dispatcher', () => {
  void load().finally(startLater);
  return <App />;
});

/** What the first rows do without comes after them: letters of our own, and the code of the other parts. */
function startLater(): void {
  requestAnimationFrame(() => {
    void import('./fonts.css');
    for (const part of [mapPane, drawerHost, openDialog]) void part.fetch();
  });
}
