import { describe, expect, it } from 'vitest';
import { SkidMarks } from '../../alarms/marks.ts';
import { utcMs } from '../../plant/clock.ts';
import type { GuardMark } from '../../plant/ports/scan-guard.ts';
import { localTag } from '../../plant/sample.ts';
import { cdse, skidOf } from '../control/interlocks/support/plant.ts';

const start = 1_790_000_000_000;
const minute = 60_000;
const bypass = (minutes: number): GuardMark => ({
  kind: 'bypass',
  row: 12,
  tag: null,
  message: `R201/TT-202 does not vote, ${minutes} min.`,
  expiresAt: utcMs(start + minutes * minute),
});
const force: GuardMark = {
  kind: 'force',
  row: null,
  tag: localTag('R201/TT-205'),
  message: 'R201/TT-205 is held at 30 °C.',
  expiresAt: utcMs(start + 60 * minute),
};

function watch() {
  const told: string[] = [];
  const marks = new SkidMarks(skidOf(cdse), {
    stand: ({ id, title, priority }) => void told.push(`+${id} ${priority} ${title}`),
    gone: (id) => void told.push(`-${id}`),
  });
  return {
    at: (minutes: number, ...list: GuardMark[]): string[] => {
      told.length = 0;
      marks.accept(list, utcMs(start + minutes * minute));
      return [...told];
    },
  };
}

const title = cdse.interlocks.find(({ row }) => row === 12)?.title;

describe('a bypass among the alarms', () => {
  it('stands from its beginning, and is told once however long it lasts', () => {
    const { at } = watch();
    expect(at(0, bypass(240))).toEqual([`+bypass.12 2 Bypass of interlock 12: ${title}`]);
    expect(at(1, bypass(240))).toEqual([]);
    expect(at(229, bypass(240))).toEqual([]);
  });

  it('is raised anew ten minutes before it runs out, once', () => {
    const { at } = watch();
    at(0, bypass(240));
    expect(at(230, bypass(240))).toEqual(['-bypass.12', `+bypass.12 2 Bypass of interlock 12: ${title}`]);
    expect(at(235, bypass(240))).toEqual([]);
  });

  it('of ten minutes is no reminder of itself', () => {
    const { at } = watch();
    expect(at(0, bypass(10))).toHaveLength(1);
    expect(at(5, bypass(10))).toEqual([]);
  });

  it('that has run out is told, and asks for nothing but to be seen', () => {
    const { at } = watch();
    at(0, bypass(240));
    expect(at(240)).toEqual([
      '-bypass.12',
      `+bypass.12.expired 2 Bypass of interlock 12: ${title} has run out`,
      '-bypass.12.expired',
    ]);
    expect(at(241)).toEqual([]);
  });

  it('that somebody has ended is gone, and no more is said', () => {
    const { at } = watch();
    at(0, bypass(240));
    expect(at(100)).toEqual(['-bypass.12']);
  });

  it('asked for anew is told with its new words, and reminded of in its own time', () => {
    const { at } = watch();
    at(0, bypass(30));
    at(25, bypass(30));
    expect(at(26, bypass(240))).toHaveLength(1);
    expect(at(230, bypass(240))).toHaveLength(2);
  });
});

describe('what people do to the interlocks', () => {
  it('is an alarm where an input is forced, and none where a row is proven or the skid is in changeover', () => {
    const { at } = watch();
    const test: GuardMark = { kind: 'proof test', row: 9, tag: null, message: '', expiresAt: null };
    const changeover: GuardMark = { kind: 'changeover', row: null, tag: null, message: '', expiresAt: null };
    expect(at(0, force, test, changeover)).toEqual(['+forced.R201/TT-205 2 Input forced: R201/TT-205']);
    expect(at(60, test)).toContain('+forced.R201/TT-205.expired 2 Input forced: R201/TT-205 has run out');
  });

  it('costs nothing while nobody does anything', () => {
    expect(watch().at(0)).toEqual([]);
  });
});
