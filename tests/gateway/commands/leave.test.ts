import { describe, expect, it } from 'vitest';
import type { Course } from '../../../gateway/commands/course.ts';
import { leaveByReset } from '../../../gateway/commands/leave.ts';
import { FieldWriter } from '../../../gateway/field-writer.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { GuardVerdict } from '../../../plant/ports/scan-guard.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { Desk } from '../support/desk.ts';
import { free, HandClock, HandTimers, silentLog } from '../support/house.ts';

const booted: GuardVerdict = {
  demand: 'B',
  causes: [{ row: null, title: 'Boot', message: 'The service started.', latched: true, demand: 'B' }],
  releasing: false,
};

describe('a reset on a skid without a field controller', () => {
  const clock = new HandClock();
  const timers = new HandTimers(clock);

  async function resetting() {
    const desk = new Desk();
    const { skid } = desk.field;
    const image = new FieldImage(skid, utcMs(0));
    const writer = new FieldWriter({
      name: skid.name,
      controller: null,
      image,
      lockedOut: () => null,
      clock,
      timers,
      log: silentLog,
    });
    writer.scanned(booted, true);
    const { samples, linked, blocks } = desk.field;
    const field: Course['field'] = {
      skid,
      writer,
      controller: null,
      samples,
      linked,
      blocks,
      plan: () => [],
      write: () => Promise.resolve(),
      readBack: () => Promise.resolve(new Map()),
    };
    const course: Course = {
      command: desk.command({ kind: 'reset', inspected: true }),
      field,
      expired: () => null,
      askings: 0,
      intend: () => Promise.resolve(null),
    };
    const outcome = leaveByReset(course, {
      view: () => Promise.reject(new Error('not asked here')),
      reset: () => Promise.resolve({ done: true }),
    });
    await desk.settle();
    return { writer, outcome };
  }

  it('is done when the interlocks have looked again, and names no cause from before', async () => {
    const { writer, outcome } = await resetting();
    writer.scanned(free, true);
    expect(await outcome).toEqual({ status: 'done', message: 'The interlocks were reset.', readBack: null });
  });

  it('names what still blocks a start after it', async () => {
    const { writer, outcome } = await resetting();
    const message = 'FT-1 has no Good channel.';
    writer.scanned({ ...free, demand: 'B', causes: [{ row: 3, title: 'Flow', message }] }, true);
    expect(await outcome).toMatchObject({
      status: 'done',
      message: `The interlocks were reset. A start is still blocked: ${message}`,
    });
  });

  it('is not called done where no scan follows', async () => {
    const { outcome } = await resetting();
    timers.advance(1000);
    expect(await outcome).toMatchObject({ status: 'failed', message: expect.stringContaining('no scan followed') });
  });
});
