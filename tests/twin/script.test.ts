import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFaultScript, readFaultScript } from '../../twin/faults/fault-script.ts';
import { withScript } from '../../twin/line/line.ts';
import type { ScriptEntry } from '../../twin/faults/script-entry.ts';
import { repository, SkidInHand } from './skid-in-hand.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string): string => {
  const file = join(folder, 'script.yaml');
  writeFileSync(file, text);
  return file;
};

const running = (entries: readonly ScriptEntry[]): SkidInHand => {
  const skid = new SkidInHand();
  skid.line = withScript(skid.line, entries);
  return skid;
};

describe('a fault script', () => {
  it('puts a fault on at its time, and takes it away at its end', () => {
    const skid = running(
      loadFaultScript(fileOf('faults:\n  - { at: 10 s, until: 20 s, fault: { fault: pump-stop, pump: ligand } }\n')),
    );
    const stands = (): boolean => skid.line.faults.stoppedPumps.has('ligand');
    skid.wait(9.9);
    expect(stands()).toBe(false);
    skid.wait(0.2);
    expect(stands()).toBe(true);
    skid.wait(9.8);
    expect(stands()).toBe(true);
    skid.wait(0.2);
    expect(stands()).toBe(false);
  });

  it('takes away its own fault only', () => {
    const skid = running(
      readFaultScript({ faults: [{ at: '1 s', until: '2 s', fault: { fault: 'pump-stop', pump: 'ligand' } }] }),
    );
    skid.fault({ fault: 'pump-stop', pump: 'flush' });
    skid.wait(3);
    expect([...skid.line.faults.stoppedPumps]).toEqual(['flush']);
  });

  it('is done in the order of time, however it is written', () => {
    const at = (when: string, percent: number) => ({ at: when, fault: { fault: 'waste-level', percent } });
    const skid = running(readFaultScript({ faults: [at('2 s', 60), at('1 s', 40)] }));
    expect(skid.wait(1.5).line.readings.wasteLevelPercent).toBeCloseTo(40, 0);
    expect(skid.wait(1).line.readings.wasteLevelPercent).toBeCloseTo(60, 0);
  });

  it('goes on after what cannot be done at its time, and says what that was', () => {
    const skid = running(
      readFaultScript({
        faults: [
          { at: '1 s', fault: { fault: 'loop-mode', mode: 'manual', percent: 10 } },
          { at: '2 s', fault: { fault: 'air-loss' } },
        ],
      }),
    );
    skid.wait(3);
    expect(skid.line.missed.map(({ reason }) => reason)).toEqual([expect.stringContaining('step 1')]);
    expect(skid.line.faults.airLost).toBe(true);
  });

  it.each(globSync(repository('twin/scripts/*.yaml')))('that is shipped can be done to its end: %s', (file) => {
    const entries = loadFaultScript(file);
    expect(entries.length).toBeGreaterThan(2);
    const skid = running(entries.map((entry) => ({ ...entry, atS: entry.atS / 1000 })));
    skid.wait(10);
    expect(skid.line.script).toEqual([]);
    expect(skid.line.missed).toEqual([]);
  });

  it.each([
    ['no time', '- { at: soon, fault: { fault: air-loss } }', /"soon" cannot be read\. Write a span of time/u],
    ['an end before its beginning', '- { at: 2 min, until: 1 min, fault: { fault: air-loss } }', /ends at 1 min/u],
    ['an end of what is done once', '- { at: 0 s, until: 1 s, fault: { fault: waste-level, percent: 5 } }', /once/u],
    ['a fault that is not known', '- { at: 0 s, fault: { fault: gremlins } }', /gremlins/u],
    ['a value out of range', '- { at: 0 s, fault: { fault: check-valve, pump: ligand, share: 2 } }', /0 to 1/u],
    ['a word that is not known', '- { at: 0 s, fault: { fault: air-loss, hard: true } }', /hard/u],
    ['a key that is not known', '- { at: 0 s, forever: true, fault: { fault: air-loss } }', /forever/u],
    ['no fault', '- { at: 0 s }', /"fault"/u],
  ])('is refused at its line with %s', (_, entry, says) => {
    const file = fileOf(`faults:\n  - { at: 0 s, fault: { fault: air-loss } }\n  ${entry}\n`);
    expect(() => loadFaultScript(file)).toThrow(says);
    expect(() => loadFaultScript(file)).toThrow(/script\.yaml:3/u);
  });

  it('that is a message is told once where in it each fault is', () => {
    const timed = (at: string, fault: string) => ({ at, fault: { fault } });
    const faults = [timed('1 s', 'air-loss'), timed('soon', 'air-loss'), timed('1 s', 'gremlins')];
    expect(() => readFaultScript({ faults })).toThrow(
      expect.objectContaining({
        faults: [
          expect.objectContaining({ where: '/faults/1' }),
          expect.objectContaining({ where: expect.stringMatching(/^\/faults\/2, (?!.*\/faults)/u) as string }),
        ],
      }),
    );
  });

  it.each([
    [null],
    ['faults'],
    [{ faults: [{ at: 3, fault: {} }] }],
    [{ faults: [{ at: '1 s', fault: { fault: 'x' } }] }],
  ])('is refused as a message that is none: %j', (value) => {
    expect(() => readFaultScript(value)).toThrow(expect.objectContaining({ code: 'fault-script-invalid' }));
  });
});
