import { start } from '../shared/start';
import { startClock } from '../shared/field/clock';
import { App } from './app';
import { begin } from './desk';
import './centre.css';

startClock();
void start('centre', () => <App />).then(begin);
