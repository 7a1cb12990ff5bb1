import { start } from '../shared/start';
import { App } from './app';
import { load } from './state/day';
import { wearTheme } from '../shared/theme';
import './fonts.css';
import './dispatcher.css';

wearTheme();
void start('dispatcher', () => {
  void load();
  return <App />;
});
