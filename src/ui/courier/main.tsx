import { messages } from '../shared/i18n';
import { start } from '../shared/start';
import { common, commonChinese } from '../shared/texts';

const t = messages(common, commonChinese);

void start('courier', () => <main><h1>{t('app.name')}</h1></main>);
