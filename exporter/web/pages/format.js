// Numbers as people read them.
import {language, text} from './language.js';

const whole = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, {maximumSignificantDigits: 3});
const moment = new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeStyle: 'medium'});
const clock = new Intl.DateTimeFormat(language, {timeStyle: 'medium'});
const percent = new Intl.NumberFormat(language, {style: 'percent', maximumSignificantDigits: 2});

export const count = (number) => whole.format(number);
export const share = (number) => percent.format(number);
/** Below 10 with three digits, above as a whole number; `–` for what is not known. */
export const rate = (number) => (number === null ? '–' : number < 10 ? short.format(number) : whole.format(Math.round(number)));
export const date = (seconds) => moment.format(seconds * 1000);
export const time = (seconds) => clock.format(seconds * 1000);

/** `340 MB`: steps of a thousand, as the program's own messages. */
export function bytes(number) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (number >= 999.5 && unit + 1 < units.length) {
    number /= 1000;
    ++unit;
  }
  return `${unit ? short.format(number) : whole.format(number)} ${units[unit]}`;
}

const STEPS = [['d', 86400], ['h', 3600], ['min', 60]];

/** `3 d`, `4 min`, `1.25 s`, `80 ms`. */
export function duration(seconds) {
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return text(`unit.${unit}`, short.format(seconds / size));
  }
  if (seconds > 0 && seconds < 1) return text('unit.ms', short.format(seconds * 1000));
  return text('unit.s', short.format(seconds));
}

/** How long ago, in whole units. */
export function ago(seconds) {
  const [, size] = STEPS.find(([, one]) => seconds >= one) ?? ['s', 1];
  return text('ago', duration(Math.floor(Math.max(0, seconds) / size) * size));
}
