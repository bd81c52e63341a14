/** Labels from the printer to the count: each copy is somewhere, or it is named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf, emptyLabels, evolveLabels, type LabelEvent } from '../../../../control/materials/labels/book.ts';
import { productOf } from '../../../../control/materials/labels/content.ts';
import { hazardsFit } from '../../../../control/materials/labels/drawing.ts';
import { loadHazards } from '../../../../control/materials/labels/hazards.ts';
import { loadSubstances } from '../../../../control/materials/substances.ts';
import { utcMs } from '../../../../plant/clock.ts';
import { by, carl, maud, olga, started } from './world.ts';

const vial = '2600000101';
const again = '2600000102';
const batch = 'B-2026-0001';

describe('a label', () => {
  it('of a container says what the lots and weighings know of it, and its dangers', async () => {
    const { desk, as } = await started();
    const answer = await desk.printKnown({ ...as(), containers: ['SE-1', 'D-1-Se'] });
    expect(answer).toEqual({ done: true, codes: ['2600000101', '2600000201'] });
    expect(await desk.labels(batch)).toEqual([]);
    expect(await desk.labels('L-2026-0001')).toMatchObject([
      { what: 'Se', lot: 'L-2026-0001', content: 'Sigma MKCD1234, use by 2027-06-30' },
    ]);
    expect(await desk.labels('D-2026-0001')).toMatchObject([
      {
        batch,
        content: '0.95 g of L-2026-0001',
        hazards: expect.arrayContaining([expect.stringMatching(/^H301\+H331/)]),
      },
    ]);
  });

  it('of a product carries the dangers of what the recipe makes', async () => {
    const { desk, vials } = await started();
    await vials(1);
    const [label] = await desk.labels(batch);
    expect(label?.hazards).toContain('H350 May cause cancer');
  });

  it('is drawn with both codes, and tells that it is a copy', async () => {
    const { desk, as, vials } = await started();
    await vials(1);
    await desk.reprint({ ...as(olga, 'smeared'), serial: '26000001' });
    expect(await desk.drawing(vial)).toContain('(91)V-1(21)2600000101');
    expect(await desk.drawing(vial)).not.toContain('Copy');
    expect(await desk.drawing(again)).toContain('Copy 2');
    expect(await desk.drawing('2600000109')).toBeNull();
  });

  it.each([
    ['a container that nobody knows', { containers: ['X-9'] }, /Nothing is known/],
    ['none', { containers: [] }, /0 labels/],
    ['one container twice', { containers: ['SE-1', 'SE-1'] }, /twice/],
  ])('is refused for %s', async (_what, asked, message) => {
    const { desk, as, stored } = await started();
    expect(await desk.printKnown({ ...as(), ...asked })).toMatchObject({
      done: false,
      reason: expect.stringMatching(message),
    });
    expect(stored).toEqual([]);
  });

  it('is refused where the bars would be too fine to scan, or its batch is not there', async () => {
    const { desk, as } = await started();
    const containers = [{ container: 'V'.repeat(40), content: '20 mL' }];
    expect(await desk.printProduct({ ...as(), batch, containers, hazards: [] })).toMatchObject({
      reason: expect.stringMatching(/too long/),
    });
    expect(await desk.printProduct({ ...as(), batch: 'B-9', containers, hazards: [] })).toMatchObject({ done: false });
  });

  it('is not printed by whoever may not, and the record says who tried', async () => {
    const { desk, as, stored } = await started();
    expect(await desk.printKnown({ ...as(maud), containers: ['SE-1'] })).toMatchObject({ done: false });
    expect(stored.map(({ event }) => event.action)).toEqual(['entry-refused']);
  });

  it('is printed once: the next copy needs a reason', async () => {
    const { desk, as, vials } = await started();
    await vials(1);
    expect(await vials(1)).toMatchObject({ done: false, reason: 'V-1 has label 26000001.' });
    expect(await desk.reprint({ ...as(), serial: '26000001' })).toMatchObject({ reason: expect.stringMatching(/why/) });
    expect(await desk.reprint({ ...as(olga, 'smeared'), serial: '26000001' })).toEqual({ done: true, codes: [again] });
  });

  it('does not go on a container beside another copy of it', async () => {
    const { desk, as, vials } = await started();
    await vials(1);
    await desk.reprint({ ...as(olga, 'smeared'), serial: '26000001' });
    expect(await desk.mark({ ...as(), codes: [vial, again], as: 'used' })).toMatchObject({ done: false });
    expect(await desk.mark({ ...as(), codes: [`]C191V-1\u001d21${vial}`], as: 'used' })).toEqual({
      done: true,
      codes: [vial],
    });
    expect(await desk.mark({ ...as(), codes: [again], as: 'used' })).toMatchObject({ done: false });
    expect(await desk.mark({ ...as(), codes: [vial], as: 'destroyed' })).toMatchObject({
      reason: expect.stringMatching(/why/),
    });
    expect(await desk.mark({ ...as(olga, 'taken off'), codes: [vial], as: 'destroyed' })).toMatchObject({ done: true });
    expect(await desk.mark({ ...as(), codes: [again], as: 'used' })).toMatchObject({ done: true });
  });

  it('asked for twice with one command is printed once, and after a restart too', async () => {
    const { desk, as, stored } = await started();
    const asked = { ...as(), containers: ['SE-1'] };
    const first = await desk.printKnown(asked);
    expect(await desk.printKnown(asked)).toEqual(first);
    const later = await started(stored);
    expect(await later.desk.printKnown(asked)).toEqual(first);
    expect(await later.desk.printKnown({ ...asked, containers: ['D-1-Se'] })).toMatchObject({ done: false });
    expect(await later.desk.labels(null)).toHaveLength(1);
  });

  it('whose record was written and not acknowledged is printed once', async () => {
    const { desk, as, faults, stored } = await started();
    faults.silentFor = 'labels-printed';
    expect(await desk.printKnown({ ...as(), containers: ['SE-1'] })).toEqual({ done: true, codes: ['2600000101'] });
    expect(stored).toHaveLength(1);
  });
});

describe('a count', () => {
  it('that comes out is signed by two, and holds until another label is printed', async () => {
    const { desk, as, vials, signed } = await started();
    await vials(3);
    await desk.mark({ ...as(), codes: [vial], as: 'used' });
    await desk.mark({ ...as(olga, 'torn'), codes: ['2600000201'], as: 'destroyed' });
    const left = ['2600000301'];
    const alone = await desk.reconcile({ ...as(), subject: batch, left, signers: by(olga, olga) });
    expect(alone).toMatchObject({ done: false });
    expect(await desk.reconcile({ ...as(), subject: batch, left, signers: by(olga, carl) })).toMatchObject({
      done: true,
    });
    expect(signed.at(-1)).toBe(`checked carl: labels of ${batch}: 3 printed, 1 used, 1 destroyed, 1 left, 0 missing`);
    expect(await desk.counts()).toMatchObject([
      { subject: batch, left: 1, missing: [], checkedBy: 'carl', stands: true },
    ]);
    await desk.reprint({ ...as(olga, 'smeared'), serial: '26000003' });
    expect(await desk.counts()).toMatchObject([{ stands: false }]);
  });

  it('that does not come out names the labels that are missing, and needs a reason', async () => {
    const { desk, as, vials } = await started();
    await vials(2);
    const asked = { subject: batch, left: [vial], signers: by(olga, carl) };
    expect(await desk.reconcile({ ...as(), ...asked })).toMatchObject({ reason: expect.stringMatching(/2600000201/) });
    expect(await desk.reconcile({ ...as(olga, 'fell into waste'), ...asked })).toMatchObject({ done: true });
    expect(await desk.counts()).toMatchObject([{ missing: ['2600000201'], reason: 'fell into waste' }]);
  });

  it('refuses what was found and is said to be used', async () => {
    const { desk, as, vials } = await started();
    await vials(1);
    await desk.mark({ ...as(), codes: [vial], as: 'used' });
    expect(await desk.reconcile({ ...as(), subject: batch, left: [vial], signers: by(olga, carl) })).toMatchObject({
      done: false,
      reason: expect.stringMatching(/said to be used/),
    });
  });

  it('always adds up to what was printed, whatever happened', () => {
    const code = fc.constantFrom('2600000101', '2600000102', '2600000201', '2600000301', '9');
    const at = utcMs(0);
    const event: fc.Arbitrary<LabelEvent> = fc.oneof(
      fc.subarray(['26000001', '26000002', '26000003'], { minLength: 1 }).map((serials) => ({
        kind: 'labels-printed' as const,
        labels: serials.map((serial) => ({
          serial,
          subject: 'B',
          container: serial,
          what: '',
          batch: null,
          lot: null,
          content: '',
          hazards: [],
        })),
        by: '',
        at,
      })),
      fc
        .constantFrom('26000001', '26000002')
        .map((serial) => ({ kind: 'label-reprinted' as const, serial, reason: 'r', by: '', at })),
      fc
        .tuple(fc.array(code), fc.constantFrom('used' as const, 'destroyed' as const))
        .map(([codes, as]) => ({ kind: 'labels-marked' as const, codes, as })),
    );
    fc.assert(
      fc.property(fc.array(event), fc.array(code), (events, left) => {
        const {
          printed,
          used,
          destroyed,
          left: found,
          missing,
        } = countOf(events.reduce(evolveLabels, emptyLabels), 'B', left);
        expect(used + destroyed + found + missing.length).toBe(printed);
      }),
    );
  });
});

describe('the words of danger', () => {
  it('are there for each substance that is weighed, and fit on a label', () => {
    const hazards = loadHazards();
    for (const { name } of loadSubstances()) expect(hazards.get(name), name).toBeDefined();
    for (const words of hazards.values()) expect(hazardsFit(words)).toBe(true);
  });

  it('are those of what a recipe makes, and of nothing that only begins alike', () => {
    const names = [...loadHazards().keys()];
    expect(productOf('CdSe-ZnS-3.6', names)).toBe('CdSe/ZnS');
    expect(productOf('CdSe-3.6', names)).toBe('CdSe');
    expect(productOf('Synthesis', names)).toBeNull();
  });
});
