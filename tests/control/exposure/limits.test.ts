import { describe, expect, it } from 'vitest';
import { limitsOn, loadLimits, readLimits } from '../../../control/exposure/limits.ts';
import { siteDate } from '../../../control/exposure/site-time.ts';
import { utcMs } from '../../../plant/clock.ts';

const shipped = loadLimits();
const valueAt = (utc: string, zone: string): number | undefined =>
  limitsOn(shipped, siteDate(utcMs(Date.parse(utc)), zone), ['EU']).find(({ agent }) => agent === 'Cd')?.value;

describe('the shipped limits', () => {
  it('have cadmium at 4 µg/m³ in the EU up to the last moment of 10 July 2027 at the site, and at 1 from then', () => {
    expect(valueAt('2027-07-10T21:59:59Z', 'Europe/Berlin')).toBe(4);
    expect(valueAt('2027-07-10T22:00:00Z', 'Europe/Berlin')).toBe(1);
    expect(valueAt('2027-07-11T03:59:59Z', 'America/New_York')).toBe(4);
    expect(valueAt('2027-07-11T04:00:00Z', 'America/New_York')).toBe(1);
  });
  it('have the OSHA limit of cadmium and its action level', () => {
    const osha = limitsOn(shipped, '2026-11-22', ['OSHA']).filter(({ agent }) => agent === 'Cd');
    expect(osha.map(({ kind, value, unit }) => [kind, value, unit])).toEqual([
      ['TWA', 5, 'µg/m³'],
      ['action level', 2.5, 'µg/m³'],
    ]);
  });
  it('hold H2Te as H2Se, and say that nobody has approved that', () => {
    const [h2se, h2te] = ['H2Se', 'H2Te'].map((agent) =>
      limitsOn(shipped, '2026-11-22', ['OSHA']).find((row) => row.agent === agent),
    );
    expect([h2se?.value, h2se?.approved, h2te?.value, h2te?.approved]).toEqual([0.05, true, 0.05, false]);
  });
});

const row = (more: string): string =>
  `  - { agent: Cd, jurisdiction: EU, fraction: inhalable, kind: TWA, value: 4, unit: µg/m³, averagedOverMin: 480, source: x, approved: true, ${more} }\n`;
const file = (...rows: string[]): string =>
  `limits:\n${rows.map(row).join('')}mixtures: []\nunknownCountsAfterMin: 15\n`;

describe('a limits file', () => {
  it.each([
    [
      'with two values for one day',
      file('from: 2020-01-01', 'from: 2021-01-01'),
      /limits\.yaml:3: .* already, on the same days/u,
    ],
    ['with a row that ends before it begins', file('from: 2020-01-01, to: 2019-01-01'), /limits\.yaml:2: It ends on/u],
    ['with a day that is none', file('from: 2020-13-01'), /limits\.yaml:2: /u],
    ['that is no YAML', 'limits: [', /limits\.yaml:1: /u],
  ])('%s is refused at its line', (_, text, said) => {
    expect(() => readLimits(text, 'limits.yaml')).toThrow(said);
  });
});
