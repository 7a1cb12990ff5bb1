import { start } from '../shared/start';
import { startClock } from '../shared/field/clock';
import { wearTheme } from '../shared/theme';
import { App } from './app';
import { begin } from './desk';
import './centre.css';

wearTheme();
startClock();
void start('centre', () => <App />).then(begin);
