/** Words of the days: the one on the screen, the others, a new one. */
import { messages, type SameKeys } from '../shared/i18n';

const english = {
  'before': 'The day before: {date}',
  'after': 'The day after: {date}',
  'noBefore': 'No earlier day',
  'choose': 'Days',
  'new': 'New day…',
  'today': 'today',
  'published': 'live plan',
  'plans': { one: '{count} plan', other: '{count} plans' },
  'noOrders': 'No orders for {date} yet',
  'noOrdersHint': { one: '{count} courier is ready. Bring the orders in, then plan.', other: '{count} couriers are ready. Bring the orders in, then plan.' },
  'noOrdersPast': 'This day ended without orders.',
  'past': 'past day: to read only',
  'title': 'New day',
  'date': 'Date',
  'with': 'Sites, vehicles and people',
  'as': 'As on {date}',
  'file': 'From a network file',
  'chooseFile': 'Network file (network.toml)',
  'hint': 'The new day has no orders yet: import them, or add them by hand.',
  'taken': 'There is a day of this date already.',
  'create': 'Create the day',
  'created': 'Day {date} was created',
} as const;

const chinese: SameKeys<typeof english> = {
  'before': '前一天：{date}',
  'after': '后一天：{date}',
  'noBefore': '没有更早的日期',
  'choose': '日期',
  'new': '新的一天…',
  'today': '今天',
  'published': '已发布',
  'plans': '{count} 个方案',
  'noOrders': '{date} 还没有订单',
  'noOrdersHint': '{count} 名配送员待命。请先导入订单，再排线。',
  'noOrdersPast': '这一天没有订单。',
  'past': '过去的日期，只读',
  'title': '新的一天',
  'date': '日期',
  'with': '站点、车辆与人员',
  'as': '沿用 {date}',
  'file': '来自网络文件',
  'chooseFile': '网络文件（network.toml）',
  'hint': '新的一天还没有订单：请导入，或手工添加。',
  'taken': '这个日期已经有了。',
  'create': '创建',
  'created': '已创建 {date}',
};

export const t = messages(english, chinese);
