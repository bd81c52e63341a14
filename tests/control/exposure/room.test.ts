import { describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import { hall } from './support/hall.ts';

describe('a person in a zone', () => {
  it('has the dose of the time inside, and keeps it over a restart by the record', async () => {
    const before = hall();
    await before.room.start();
    before.pass(1, 2);
    expect(await before.enter('hall')).toEqual({ done: true });
    before.pass(60, 2);
    const [person] = await before.room.desk.people();
    const eu = person?.lines.find(
      ({ jurisdiction, kind, agent }) => jurisdiction === 'EU' && kind === 'TWA' && agent === 'H2S',
    );
    expect(eu).toMatchObject({ basis: 'indicative', state: 'below', soFar: { lower: expect.closeTo(0.25, 3) } });
    await before.room.stop();

    const after = hall(before.stored, before.now());
    await after.room.start();
    after.pass(1, 2);
    const [again] = await after.room.desk.people();
    const later = again?.lines.find(
      ({ jurisdiction, kind, agent }) => jurisdiction === 'EU' && kind === 'TWA' && agent === 'H2S',
    );
    expect(again?.zone).toBe('hall');
    // History had nothing: the hour is between nothing and the trip of the interlock.
    expect(later?.soFar.lower).toBeLessThan(0.01);
    expect(later?.soFar.upper).toBeGreaterThan(0.25);
    await after.room.stop();
  });
  it('is not inside where the record did not take it', async () => {
    const { room, enter, keeper } = hall();
    await room.start();
    keeper.full = true;
    await expect(enter('hall')).rejects.toThrow('full');
    expect((await room.desk.zones())[0]?.people).toEqual([]);
    await room.stop();
  });
  it('cannot be logged for a time to come, but for one that has passed', async () => {
    const { room, enter, now } = hall();
    await room.start();
    expect(await enter('hall', now() + 1000)).toMatchObject({ done: false });
    expect(await enter('hall', now() - 600_000)).toEqual({ done: true });
    await room.stop();
  });
});

describe('above a ceiling', () => {
  it('everyone is called out and nobody let in; leaving is never refused, and it ends when the air is clean', async () => {
    const { room, pass, enter, alarms } = hall();
    await room.start();
    await enter('hall');
    pass(2, 20);
    expect(alarms.get('exposure.hall.H2S')).toMatchObject({ priority: 1, title: 'Leave Line hall: H2S' });
    expect((await room.desk.zones())[0]?.evacuate).toContain('ceiling 20 ppm');
    expect(await enter(null)).toEqual({ done: true });
    expect(await enter('hall')).toMatchObject({ done: false, reason: expect.stringContaining('Nobody may go in') });
    pass(20, 0);
    expect((await room.desk.zones())[0]?.evacuate).toBeNull();
    await room.stop();
  });
});

describe('a shift report', () => {
  it('is made as CSV and as PDF', async () => {
    const { room, pass, enter, now } = hall();
    await room.start();
    await enter('hall');
    pass(5, 1);
    const csv = await room.desk.report(utcMs(now()), 'csv');
    expect(new TextDecoder().decode(csv.bytes)).toMatch(/P-rosa,Rosa Ortiz,H2S,gas,OSHA,ceiling,20,ppm,1,/u);
    const pdf = await room.desk.report(utcMs(now()), 'pdf');
    expect(new TextDecoder('latin1').decode(pdf.bytes.slice(0, 5))).toBe('%PDF-');
    expect(pdf.fileName).toBe('exposure-2026-10-02T0600.pdf');
    await room.stop();
  });
});
