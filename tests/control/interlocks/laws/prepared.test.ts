/** What a guard settles once of its skid: what it watches, what a row goes by, and where the field says its step. */
import { describe, expect, it } from 'vitest';
import { prepareSkid, type PreparedRow, type PreparedSkid } from '../../../../control/interlocks/prepare.ts';
import { controllerOf } from '../../../../plant/device-model.ts';
import type { CheckedExpression, Expression } from '../../../../plant/expression.ts';
import { localTag } from '../../../../plant/sample.ts';
import type { InterlockDefinition, SkidType } from '../../../../plant/skid/definition.ts';
import { skidOf } from '../support/plant.ts';
import { shipped } from '../support/whole.ts';

const prepared = (type: SkidType = shipped): PreparedSkid => prepareSkid(skidOf(type));
const rowIn = (skid: PreparedSkid, row: number): PreparedRow =>
  skid.rows.find(({ definition }) => definition.row === row)!;

/** The shipped line with one row changed. */
const withRow = (row: number, change: (one: InterlockDefinition) => Partial<InterlockDefinition>): PreparedSkid =>
  prepared({
    ...shipped,
    interlocks: shipped.interlocks.map((one) => (one.row === row ? { ...one, ...change(one) } : one)),
  });

const naming = (expression: CheckedExpression, ...tags: string[]): CheckedExpression => ({
  ...expression,
  tags: tags.map(localTag),
});
const withRoot = (expression: CheckedExpression, root: unknown): CheckedExpression => ({
  ...expression,
  root: root as Expression,
});

describe('what must have been seen before a guard judges', () => {
  it('is everything measured that is critical or that a row goes by, derived tags followed to their parts', () => {
    const watched = new Set<string>(prepared().watched);
    for (const { name, critical, source } of shipped.tags)
      if (critical && source.kind !== 'derived') expect(watched, name).toContain(name);
    for (const name of [
      'F100/PT-110',
      'R201/R0',
      'R201/TIC-201.WSP',
      'R201/heater.run',
      'G900/LSH-908B',
      'PLC/firstOut',
    ])
      expect(watched).toContain(name);
    for (const name of watched) {
      expect(shipped.tags.find((tag) => tag.name === name)?.source.kind, name).toMatch(/^(point|given)$/u);
    }
    for (const name of ['R201/T.max', 'X300/AT-303', 'R201/TIC-201.ramp']) expect(watched).not.toContain(name);
  });

  it('is what each part of a row names', () => {
    const seven = withRow(7, ({ channels, trip, warn }) => ({
      channels: channels.map((one) => naming(one, 'X300/AT-303', 'nowhere/at-all')),
      armed: naming(channels[0]!, 'X300/AT-304'),
      trip: trip.map((one) => ({
        ...one,
        when: naming(one.when, 'X300/FQ-302'),
        armed: naming(one.when, 'X300/XV-301'),
      })),
      warn: { ...warn!, when: naming(warn!.when, 'R201/TIC-201.ramp') },
    }));
    for (const name of [
      'X300/AT-303',
      'nowhere/at-all',
      'X300/AT-304',
      'X300/FQ-302',
      'X300/XV-301',
      'R201/TIC-201.ramp',
    ])
      expect(seven.watched).toContain(name);
    const twelve = withRow(12, ({ reference }) => ({
      reference: {
        ...reference!,
        target: naming(reference!.target, 'X300/AT-303'),
        ramped: naming(reference!.ramped, 'X300/AT-304'),
        value: naming(reference!.value, 'X300/FQ-302'),
        heating: naming(reference!.heating, 'X300/XV-301'),
      },
    }));
    for (const name of ['X300/AT-303', 'X300/AT-304', 'X300/FQ-302', 'X300/XV-301'])
      expect(twelve.watched).toContain(name);
    expect(withRow(22, () => ({ stale: [localTag('X300/AT-303')] })).watched).toContain('X300/AT-303');
  });
});

describe('a row', () => {
  it('knows the measured tags behind each channel', () => {
    const skid = prepared();
    expect(rowIn(skid, 7).sources).toEqual([['G900/AT-903A'], ['G900/AT-903B']]);
    expect(rowIn(skid, 12).sources.map((tags) => new Set(tags))).toEqual([
      new Set(['R201/TT-202']),
      new Set(['R201/TT-201A', 'R201/TT-201B']),
    ]);
    const unknown = { value: null, quality: 0 };
    expect(rowIn(skid, 7).bindings).toEqual({ value: unknown, reference: unknown, rate: unknown, changeover: unknown });
  });

  it('is armed by a mode alone where its arming names no tag', () => {
    const skid = prepared();
    expect(rowIn(skid, 7).armed).toBeNull();
    expect(rowIn(skid, 11).armed?.ofModeAlone).toBe(false);
    expect(rowIn(skid, 24).armed?.ofModeAlone).toBe(true);
    expect(rowIn(skid, 20).trip.map(({ armed }) => armed?.ofModeAlone)).toEqual([false, true]);
  });

  it('goes by the rate, or by the reference, where any of its conditions names that, however deep', () => {
    const skid = prepared();
    expect(skid.rows.filter(({ namesRate }) => namesRate).map(({ definition }) => definition.row)).toEqual([13]);
    expect(rowIn(skid, 12).trip.map(({ namesReference }) => namesReference)).toEqual([true, false]);
    expect(rowIn(skid, 12).warn?.namesReference).toBe(true);
    expect(rowIn(skid, 7).warn?.namesReference).toBe(false);
    expect(rowIn(skid, 7).trip[0]?.namesReference).toBe(false);
    const rate = { kind: 'name', name: 'rate' };
    const other = { kind: 'name', name: 'value' };
    for (const root of [
      rate,
      { kind: 'unary', operator: '-', of: rate },
      { kind: 'call', name: 'max', arguments: [other, rate] },
      { kind: 'binary', operator: '>', left: rate, right: other },
      { kind: 'binary', operator: '>', left: other, right: { kind: 'unary', operator: '-', of: rate } },
    ]) {
      const second = withRow(7, ({ trip: [one] }) => ({ trip: [one!, { ...one!, when: withRoot(one!.when, root) }] }));
      expect(rowIn(second, 7).namesRate).toBe(true);
      const warning = withRow(7, ({ warn }) => ({ warn: { ...warn!, when: withRoot(warn!.when, root) } }));
      expect(rowIn(warning, 7).namesRate).toBe(true);
    }
    const plain = { kind: 'call', name: 'max', arguments: [other, { kind: 'unary', operator: '-', of: other }] };
    const none = withRow(7, ({ trip: [one] }) => ({ trip: [{ ...one!, when: withRoot(one!.when, plain) }] }));
    expect(rowIn(none, 7).namesRate).toBe(false);
    expect(rowIn(none, 7).trip[0]?.namesReference).toBe(false);
  });

  it('is of the first-out where it mirrors, and every channel of it is the field’s own register', () => {
    const ofFirstOut = (skid: PreparedSkid): number[] =>
      skid.rows.filter((row) => row.ofFirstOut).map(({ definition }) => definition.row);
    expect(ofFirstOut(prepared())).toEqual([23]);
    expect(prepared().rows.find(({ definition }) => definition.row === 7)?.ofFirstOut).toBe(false);
    expect(ofFirstOut(withRow(23, () => ({ mirrors: false })))).toEqual([]);
    for (const tags of [[], ['PLC/safeState'], ['PLC/firstOut', 'PLC/safeState']]) {
      const more = withRow(23, ({ channels }) => ({ channels: [...channels, naming(channels[0]!, ...tags)] }));
      expect(ofFirstOut(more), tags.join()).toEqual([]);
      const only = withRow(23, ({ channels }) => ({ channels: [naming(channels[0]!, ...tags)] }));
      expect(ofFirstOut(only), tags.join()).toEqual([]);
    }
    const without = { ...shipped, tags: shipped.tags.filter(({ name }) => name !== 'PLC/firstOut') };
    expect(ofFirstOut(prepared(without))).toEqual([]);
  });
});

describe('the field controller of a skid', () => {
  const found = { stepTag: 'PLC/safeState', firstOutTag: 'PLC/firstOut' };

  it('is the device whose model is one, wherever it stands', () => {
    expect(prepared().field).toEqual(found);
    expect(prepared({ ...shipped, devices: shipped.devices.toReversed() }).field).toEqual(found);
    expect(prepared().temperatures).toEqual(['R201/TT-201A', 'R201/TT-201B', 'R201/TT-202']);
  });

  it('is none where no device is one', () => {
    const devices = shipped.devices.filter(({ model }) => controllerOf(model) === undefined);
    expect(prepared({ ...shipped, devices }).field).toBeNull();
    expect(prepared({ ...shipped, devices: [] }).field).toBeNull();
  });

  it('says its step by its own points, and not by another device’s of the same name', () => {
    const own = shipped.tags.find(({ name }) => name === 'PLC/safeState')!;
    const other = { ...own, name: localTag('X1/safeState'), source: { ...own.source, device: 'X1' } } as typeof own;
    const derived = shipped.tags.filter(({ source }) => source.kind === 'derived');
    expect(prepared({ ...shipped, tags: [...derived, other, ...shipped.tags] }).field).toEqual(found);
    const silent = shipped.tags.filter(({ name }) => !name.startsWith('PLC/'));
    expect(prepared({ ...shipped, tags: silent }).field).toEqual({ stepTag: null, firstOutTag: null });
  });
});
