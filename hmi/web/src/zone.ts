/** Times in the zone that the person has chosen: the browser's own, or UTC. */
import { signal } from '@preact/signals';
import { dateTimeIn, timeIn } from './format.ts';

/** Kept by the browser. */
export const inUtc = signal(localStorage.getItem('utc') === 'yes');

export function showUtc(yes: boolean): void {
  inUtc.value = yes;
  localStorage.setItem('utc', yes ? 'yes' : 'no');
}

export const timeText = (utc: number | null, now: number): string => timeIn(utc, now, inUtc.value);
export const dateTimeText = (utc: number | null): string => dateTimeIn(utc, inUtc.value);
