/** What the page of equipment says, and what its forms still want. */
import { describe, expect, it } from 'vitest';
import {
  calibrationMissing,
  cleaningText,
  dueOf,
  identityText,
  instrumentText,
  momentOf,
  pointsOf,
  saidText,
  startText,
  trainingText,
} from '../../hmi/web/src/equipment/equipment-text.ts';
import { servedIdentities, servedInstruments, servedTrained, servedTrainings } from './support/served-calibrations.ts';

const now = Date.UTC(2026, 10, 23, 12);

describe('an instrument', () => {
  it('is said to be due ahead of time, overdue, out of tolerance or never calibrated', () => {
    expect(servedInstruments(now).map((each) => instrumentText(each, now))).toEqual([
      '✓ in date',
      '◷ due in 13 d',
      '✕ overdue since 2026-11-18',
      '✕ left out of tolerance',
      '✕ never calibrated',
    ]);
  });

  it('is due by its interval where that was shortened after its calibration', () => {
    const [first] = servedInstruments(now);
    expect(dueOf({ ...first!, everyDays: 10 })).toBe(now - 90 * 86_400_000);
  });
});

describe('a device that says who it is', () => {
  it('is told with what it says and what is on record', () => {
    expect(servedIdentities(now).map((each) => [identityText(each), saidText(each.said)])).toEqual([
      ['✓ as on record', 'SPA-0815, firmware 1.18'],
      ['✓ as on record', 'no serial number, firmware 3.2'],
      ['▲ another than on record', '<b>SPA-0999</b>, firmware 1.20'],
      ['△ not connected', 'nothing now'],
    ]);
  });
});

describe('a skid', () => {
  it('is told with what may start on it, in every state', () => {
    for (const status of ['clean', 'in use', 'to be cleaned', 'fouled', 'acid in'] as const) {
      const skid = { status, chemistry: null, recipe: null, cleanUntil: null };
      expect(cleaningText(skid)).toContain(status);
      expect(startText(skid)).not.toBe('');
    }
    expect(startText({ status: 'in use', chemistry: 'selenium', recipe: 'CdSe-3.6' })).toMatch(
      /^Only selenium may start/,
    );
  });
});

describe('a training', () => {
  it('holds, has lapsed, or was never given', () => {
    const [operation, records] = servedTrainings;
    const trained = servedTrained(now);
    expect(trainingText(operation!, 'P-rosa', trained)).toEqual({ text: '✕ lapsed 2026-10-19', isValid: false });
    expect(trainingText(records!, 'P-rosa', trained)).toEqual({ text: '✓ until 2027-10-19', isValid: true });
    expect(trainingText(records!, 'P-paul', trained)).toEqual({ text: '– none', isValid: false });
  });
});

describe('the form of a calibration', () => {
  const typed = { day: '2026-11-20', due: '', certificate: 'C-1', tolerance: '0.05', asFound: '1 1', asLeft: '1;1.01' };

  it('reads points a line each, and takes nothing else for one', () => {
    expect(pointsOf('4.00 4.02\n\n 7.00; 7.01 ')).toEqual([
      { reference: '4.00', reading: '4.02' },
      { reference: '7.00', reading: '7.01' },
    ]);
    for (const wrong of ['4.00', '4,00 4,02', 'a b', '1 2 3']) expect(pointsOf(wrong)).toBeNull();
  });

  it('names what it still wants, one after the other', () => {
    expect(calibrationMissing({ ...typed, day: '' })).toMatch(/day/);
    expect(calibrationMissing({ ...typed, certificate: ' ' })).toMatch(/certificate/);
    expect(calibrationMissing({ ...typed, tolerance: '-1' })).toMatch(/tolerance/);
    expect(calibrationMissing({ ...typed, asFound: '1' })).toMatch(/as found one a line/);
    expect(calibrationMissing({ ...typed, asLeft: '' })).toMatch(/as left/);
    expect(calibrationMissing(typed)).toBeNull();
  });

  it('dates what was done today no later than now', () => {
    expect(momentOf('2026-11-20', now)).toBe(Date.UTC(2026, 10, 20, 12));
    expect(momentOf('2026-11-23', now - 3_600_000)).toBe(now - 3_600_000);
  });
});
