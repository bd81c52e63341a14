import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import type { Evaluated } from '../../../plant/expression.ts';
import { badSensorFailure, good } from '../../../plant/quality.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const line = loadSkidType(join(shippedSkidFolder, 'cdse.yaml'));
const rig = loadSkidType(join(shippedSkidFolder, 'rig.yaml'));

/** All tags of the line, the derived ones evaluated in the order of the list, from what the field says. */
function scan(field: Readonly<Record<string, Evaluated['value']>>): ReadonlyMap<string, Evaluated> {
  const seen = new Map<string, Evaluated>();
  for (const { name, source } of line.tags) {
    seen.set(
      name,
      source.kind === 'derived'
        ? evaluate(source.expression.root, (tag) => seen.get(tag)!)
        : {
            value: field[name] ?? 0,
            quality: name === 'R201/PT-201B' && field[name] === null ? badSensorFailure : good,
          },
    );
  }
  return seen;
}

const running = {
  'F100/FT-101': 20,
  'F100/FT-102': 20,
  'F100/FT-103': 19,
  'R201/TT-201A': 160,
  'R201/TT-201B': 159,
  'R201/PT-201A': 8,
  'R201/PT-201B': 8.2,
  'F100/PT-110': 8.6,
};

describe('the CdSe line', () => {
  it('knows its margin to boiling, its residence time, its ratios and its resistance in their units', () => {
    const seen = scan(running);
    const value = (tag: string): number => seen.get(tag)!.value as number;
    expect(value('R201/boilingMargin')).toBeCloseTo(8 + 1.013 - 6.181, 3);
    expect(value('R201/tau')).toBeCloseTo((60 * 60 * (907.451 / 996.999)) / 59, 3);
    expect(value('F100/ratio.ligand')).toBeCloseTo(95, 9);
    expect(value('R201/resistance')).toBeCloseTo(0.6 / 59, 9);
  });

  it('never reads less of its margin than is sure: a Bad pressure makes it Bad', () => {
    const seen = scan({ ...running, 'R201/PT-201B': null });
    expect(seen.get('R201/boilingMargin')!.quality).toBe(badSensorFailure);
    expect(seen.get('R201/tau')!.quality).toBe(good);
  });

  it('trips row 11 where water would boil within half a bar, five degrees further', () => {
    const when = line.interlocks.find(({ row }) => row === 11)!.trip[0]!.when;
    const seen = scan(running);
    const at = (barG: number) =>
      evaluate(when.root, (tag) => seen.get(tag)!, { value: { value: barG, quality: good } }).value;
    expect(at(7.018 + 0.5 - 1.013 + 0.05)).toBe(false);
    expect(at(6.9 + 0.5 - 1.013 - 0.05)).toBe(true);
  });

  it('has the rows of the cause-and-effect matrix that this version carries', () => {
    expect(line.interlocks.map(({ row, vote, action }) => [row, vote, action])).toEqual([
      [9, '2oo3', 'S'],
      [11, '1oo2', 'H'],
      [12, '1oo2', 'S'],
      [14, '1oo2', 'H'],
      [17, '1oo2', 'Hcd'],
      [22, '1oo1', 'H'],
    ]);
  });
});

describe('the rig', () => {
  it('keeps every sample of all eight columns, and asks no field controller for anything', () => {
    expect(rig.tags).toHaveLength(8);
    expect(
      rig.tags.every(
        ({ historyEvery, staleAfter, source }) => historyEvery === 0 && staleAfter === 10_000 && source.kind === 'row',
      ),
    ).toBe(true);
    expect(rig.interlocks.map(({ action }) => action)).toEqual(['B']);
  });
});
