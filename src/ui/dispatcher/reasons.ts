/** Why an order has no place, in the reader's language: the server words it in English, with its figures. */
import type { Unplanned } from '../shared/api/types';
import { language } from '../shared/i18n';

/** By code: why, and the smallest change that would admit it. */
const chinese: Readonly<Record<string, readonly [why: string, change: string]>> = {
  'unplanned/after-cut-off': ['下单晚于最后截单时间', '推迟截单'],
  'unplanned/load-too-large': ['任何车辆都装不下', '换更大的车'],
  'unplanned/no-centre-reachable': ['住址与所有社区中心之间没有道路', '把位置移到街道上'],
  'unplanned/no-courier-on-duty': ['附近的社区中心当天没有配送员', '为附近中心安排一名配送员'],
  'unplanned/no-courier-time': ['附近中心的配送员没有时间', '附近中心增加一名配送员'],
  'unplanned/no-room-at-centre': ['附近中心届时没有空位', '增加附近中心的容量'],
  'unplanned/no-truck-on-duty': ['供货的中心仓当天没有货车', '为中心仓安排一辆货车'],
  'unplanned/no-vehicle': ['没有可承运的当班车辆', '安排一辆车'],
  'unplanned/nobody-on-duty': ['当天无人当班', '为中心仓安排货车，并为社区中心安排配送员'],
  'unplanned/not-placed': ['单独可送，但当前最佳方案未排入', '增加一名配送员或延长计算时间'],
  'unplanned/out-of-range': ['超出车辆续航', '增加续航'],
  'unplanned/ride-too-long': ['直达也超过货物允许的在途时间', '放宽在途时限'],
  'unplanned/shift-too-short': ['单独配送也超出班次', '延长班次'],
  'unplanned/too-far-from-road': ['离最近的可用道路太远', '把位置移到街道上'],
  'unplanned/unreachable': ['当班车辆无法往返', '检查道路与车型'],
  'unplanned/wave-too-late': ['时间窗在波次到达前就已结束', '延后时间窗'],
  'unplanned/window-too-tight': ['单独配送也会晚到', '放宽时间窗'],
};

const units: Readonly<Record<string, string>> = { min: '分钟', km: '公里', kg: '公斤', m: '米', l: '升' };

export function reasonText(entry: Unplanned): string {
  return language.value === 'zh-CN' ? worded(entry.code, 0, entry.reason) : entry.reason;
}

export function relaxationText(entry: Unplanned): string {
  const { relaxation } = entry;
  if (relaxation === null) return '';
  return language.value === 'zh-CN' ? worded(entry.code, 1, relaxation) : relaxation;
}

/** The words for a code with the figure of the server's own text; that text itself when the code is a new one. */
function worded(code: string, part: 0 | 1, text: string): string {
  const words = chinese[code]?.[part];
  if (words === undefined) return text;
  const figure = /(\d+(?:\.\d+)?) (min|km|kg|m|l)\b/.exec(text);
  return figure === null ? words : `${words}（${figure[1]} ${units[figure[2] ?? '']}）`;
}
