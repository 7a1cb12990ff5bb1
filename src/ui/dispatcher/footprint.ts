/** Greenhouse gas and energy as people read them. */
import { decimal } from '../shared/format';
import type { Language } from '../shared/i18n';

/** Grams below a kilogram, then kilograms with a decimal, from 100 on without. */
export function gas(grams: number, lang: Language): string {
  if (Math.abs(grams) < 1000) return `${decimal(grams, 0, lang)} g`;
  return `${decimal(grams / 1000, Math.abs(grams) < 100_000 ? 1 : 0, lang)} kg`;
}

/** Joules as watt-hours below a kilowatt-hour, then as kilowatt-hours with a decimal. */
export function energy(joules: number, lang: Language): string {
  const wattHours = joules / 3600;
  return wattHours < 1000 ? `${decimal(wattHours, wattHours < 10 ? 1 : 0, lang)} Wh` : `${decimal(wattHours / 1000, 1, lang)} kWh`;
}
