/** Words of the sign-in page, in both languages. */
import type { SameKeys } from '../shared/i18n';
import { common, commonChinese } from '../shared/texts';

export const english = {
  ...common,
  'title': 'Sign in',
  'explain': 'Enter the code from your dispatcher, or open the link you were sent.',
  'code': 'Code',
  'submit': 'Sign in',
  'busy': 'Signing in',
  'error.code': 'This code is not valid. It may have been used already or have expired: ask for a new one.',
  'error.limit': 'Too many attempts. Wait a few minutes.',
  'error.other': 'The server reported an error.',
} as const;

export const chinese: SameKeys<typeof english> = {
  ...commonChinese,
  'title': '登录',
  'explain': '输入调度员给你的登录码，或打开收到的链接。',
  'code': '登录码',
  'submit': '登录',
  'busy': '正在登录',
  'error.code': '登录码无效。可能已用过或已过期，请要一个新的。',
  'error.limit': '尝试次数过多，请等几分钟。',
  'error.other': '服务器返回错误。',
};
