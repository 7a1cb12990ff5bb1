import { start } from '../shared/start';
import { App } from './app';
import { load } from './state/day';
import './fonts.css';
import './dispatcher.css';

void start('dispatcher', () => {
  void load();
  return <App />;
});
