/** Words of the page for unknown paths, in both languages. */
import type { SameKeys } from '../shared/i18n';
import { common, commonChinese } from '../shared/texts';

export const english = {
  ...common,
  'title': 'There is no such page',
  'explain': 'Nothing is at {path}. These pages are:',
  'console': 'Dispatcher’s console',
  'courier': 'Courier’s phone',
  'centre': 'Centre desk',
  'join': 'Sign in with a code',
  'docs': 'Documentation',
} as const;

export const chinese: SameKeys<typeof english> = {
  ...commonChinese,
  'title': '没有这个页面',
  'explain': '{path} 没有内容。可以前往：',
  'console': '调度台',
  'courier': '配送员手机页',
  'centre': '社区中心工作台',
  'join': '用登录码登录',
  'docs': '文档',
};
