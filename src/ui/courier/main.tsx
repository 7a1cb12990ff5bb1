import { start } from '../shared/start';
import { startClock } from '../shared/field/clock';
import { wearTheme } from '../shared/theme';
import { App } from './app';
import { begin } from './day';
import { followHistory } from './nav';
import { prepareOffline } from './offline';
import { resumePrefs } from './prefs';
import './courier.css';

wearTheme();
followHistory();
startClock();
void start('courier', () => <App />).then(async () => {
  resumePrefs();
  await begin();
  prepareOffline();
});
