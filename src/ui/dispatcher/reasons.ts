/** Why an order has no place, and which changes of the day's files would admit it, in the reader's language. */
import type { Relaxation, Unplanned } from '../shared/api/types';
import { language } from '../shared/i18n';

type Figure = (name: string) => string;

const who = (f: Figure): string => (f('carrier') === 'truck' ? `货车无法送到 ${f('centre')}` : `${f('centre')} 的配送员无法送达`);
const compartments: Readonly<Record<string, string>> = { ambient: '常温', chilled: '冷藏', frozen: '冷冻' };
const compartment = (f: Figure): string => compartments[f('compartment')] ?? f('compartment');

/** By code: the sentence that the server words in English, from the same figures. */
const chinese: Readonly<Record<string, (f: Figure) => string>> = {
  'unplanned/after-cut-off': (f) => `下单晚于最后截单时间 ${f('late_min')} 分钟`,
  'unplanned/load-too-large': (f) => (f('over_kg') === '' ? `${who(f)}：${compartment(f)}超出任何车辆 ${f('over_l')} 升` : `${who(f)}：超出任何车辆载重 ${f('over_kg')} 公斤`),
  'unplanned/no-centre-reachable': () => '住址与所有社区中心之间没有道路',
  'unplanned/no-courier-on-duty': (f) => `最近的可用社区中心 ${f('centre')} 当天没有配送员`,
  'unplanned/no-courier-time': (f) => `${f('centre')} 的配送员没有时间`,
  'unplanned/no-room-at-centre': (f) => `${f('centre')} 届时${compartment(f)}空间少 ${f('short_l')} 升`,
  'unplanned/no-truck-on-duty': (f) => `${f('hubs')} 当天没有货车`,
  'unplanned/no-truck-time': (f) => `货车没有时间或空间把它送到 ${f('centre')}`,
  'unplanned/no-vehicle': (f) => `${who(f)}：没有可承运的当班车辆`,
  'unplanned/nobody-on-duty': () => '当天无人当班',
  'unplanned/not-placed': () => '单独可送，但当前最佳方案未排入',
  'unplanned/out-of-range': (f) => `${who(f)}：单独配送也超出续航 ${f('over_km')} 公里`,
  'unplanned/ride-too-long': (f) => `${who(f)}：直达也超过货物允许的在途时间 ${f('over_min')} 分钟`,
  'unplanned/shift-too-short': (f) => `${who(f)}：单独配送也超出班次 ${f('over_min')} 分钟`,
  'unplanned/too-far-from-road': (f) => `离最近的可用道路 ${f('distance_m')} 米，上限 ${f('limit_m')} 米`,
  'unplanned/too-warm': (f) => `${who(f)}：直达也会使货物过热`,
  'unplanned/unreachable': (f) => `${who(f)}：没有可往返的道路`,
  'unplanned/wave-too-late': (f) => `时间窗比首个可用波次早结束 ${f('short_min')} 分钟`,
  'unplanned/window-too-tight': (f) => `${who(f)}：单独配送也会晚 ${f('late_min')} 分钟`,
};

export function reasonText(entry: Unplanned): string {
  const words = language.value === 'zh-CN' ? chinese[entry.code] : undefined;
  // A plan of an older program has the words only.
  const hasFigures = Object.keys(entry.details).length > 0 || words?.length === 0;
  return words === undefined || !hasFigures ? entry.reason : words((name) => shown(entry.details[name]));
}

/** By kind of change: what is changed. */
const kinds: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  'window': ['Window', '时间窗'],
  'cut-off': ['Cut-off', '截单时间'],
  'hub-ready': ['Ready at the hub', '中心仓备货时间'],
  'centre-due': ['Due at the centres', '到达社区中心时限'],
  'room': ['Room', '仓储容量'],
  'hours': ['Opening hours', '营业时间'],
  'shift': ['Shift', '班次'],
  'courier': ['One more courier', '增加一名配送员'],
  'truck': ['One more truck', '增加一辆货车'],
  'range': ['Range', '续航'],
  'centre': ['Any centre', '不限社区中心'],
  'mode': ['Door or pickup', '配送或自提'],
  'pin': ['Pin', '位置'],
  'split': ['In two orders', '拆成两单'],
};

/** What to change, from what to what, and what it adds to the day's price; `price` writes an amount of minor units. */
export function relaxationText(relaxation: Relaxation, price: (minor: number) => string): string {
  const names = kinds[relaxation.kind];
  const name = names === undefined ? relaxation.kind : names[language.value === 'zh-CN' ? 1 : 0];
  const changes = relaxation.edits.map((edit) => {
    const row = edit.table === 'order' ? '' : `${edit.id} `;
    if (edit.field === null || edit.field === undefined) return `${edit.id} (${rowText(edit.to)})`;
    const from = shown(edit.from);
    return from === '' ? `${row}${shown(edit.to)}` : `${row}${from} → ${shown(edit.to) || '–'}`;
  });
  const more = relaxation.cost > 0 ? ` (+${price(relaxation.cost)})` : '';
  return `${name}: ${changes.join(', ')}${more}`;
}

/** The values of a new row but its id and name. */
function rowText(row: unknown): string {
  if (typeof row !== 'object' || row === null) return shown(row);
  return Object.entries(row).filter(([key]) => key !== 'id' && key !== 'name').map(([, value]) => shown(value)).filter((value) => value !== '').join(', ');
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(shown).join(language.value === 'zh-CN' ? '、' : ', ') : String(value);
}
