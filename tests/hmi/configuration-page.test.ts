/** What the page of configuration says. */
import { describe, expect, it } from 'vitest';
import {
  differenceUrl,
  digestText,
  lineText,
  signOf,
  stepText,
  summaryText,
} from '../../hmi/web/src/configuration/configuration-text.ts';
import { servedConfiguration, servedDifference } from './support/fake-configuration.ts';

describe('the page of configuration', () => {
  it('says first whether product may be made', () => {
    const view = servedConfiguration(0);
    expect(summaryText(view)).toBe('▲ 2 files are changed and not approved: no batch for product starts.');
    expect(summaryText({ ...view, open: view.open.slice(0, 1) })).toMatch(/^▲ 1 file is changed/);
    expect(summaryText({ ...view, open: [] })).toBe('✓ All 3 files are as they were approved or installed.');
  });

  it('says what became of a file, and asks for the difference by its digests', () => {
    const [old, now] = ['a'.repeat(64), 'b'.repeat(64)];
    const step = (one: string | null, other: string | null) => ({ file: 'x', old: one, new: other });
    expect([step(old, now), step(null, now), step(old, null)].map(stepText)).toEqual([
      'changed',
      'came',
      'was taken away',
    ]);
    expect(differenceUrl(step(null, now))).toBe(`/api/configuration/difference?old=none&new=${now}`);
    expect([digestText(null), digestText(old)]).toEqual(['no file', 'aaaaaaaaaaaa…']);
  });

  it('marks lines by a sign, not by colour alone, and counts those it leaves out', () => {
    expect(servedDifference.map((line) => `${signOf(line)} ${lineText(line)}`)).toEqual(
      expect.arrayContaining(['⋯ 217 lines as before', '−     range: 0 to 200 °C', '+     range: 0 to 185 °C']),
    );
    expect(lineText({ kind: 'left out', text: '1', oldLine: null, newLine: null })).toBe('1 line as before');
  });
});
