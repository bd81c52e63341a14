import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../../plant/clock.ts';
import { runHeadless, type HeadlessOptions, type HeadlessOutcome } from '../../twin/runs/headless.ts';
import { runHeadlessFiles } from '../../twin/runs/headless-run.ts';
import { model, parameters, repository } from './skid-in-hand.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-headless-'));
afterAll(() => rmSync(folder, { recursive: true }));

const what = { model, parameters, watchdog: milliseconds(3000), seed: 3 } as const;
const options: Omit<HeadlessOptions, 'trace'> = {
  ...what,
  forS: 120,
  everyS: 1,
  setPoints: [
    { atS: 2, set: { backPressureSetpoint: 12, chalcogenFlowSetpoint: 24, cadmiumFlowSetpoint: 24 } },
    { atS: 2, set: { ligandFlowSetpoint: 24 } },
    { atS: 60, set: { reactorRampRate: 30, reactorSetpoint: 120 } },
  ],
  script: [{ atS: 90, message: { fault: 'sensor-nan', point: 'outletTemperature' } }],
};

function traced(more: Partial<HeadlessOptions> = {}): { text: string; outcome: HeadlessOutcome } {
  let text = '';
  const outcome = runHeadless({ ...options, ...more, trace: (line) => void (text += line) });
  return { text, outcome };
}

const column = (text: string, name: string): string[] => {
  const [head = '', ...rows] = text.trim().split('\n');
  const index = head.split(',').indexOf(name);
  expect(index).toBeGreaterThan(0);
  return rows.map((row) => row.split(',')[index] ?? 'none');
};

describe('a headless run', () => {
  const once = traced();

  it('gives the same bytes for the same seed, and others for another', () => {
    expect(traced().text).toBe(once.text);
    expect(traced().outcome).toEqual(once.outcome);
    expect(traced({ seed: 4 }).text).not.toBe(once.text);
  });

  it('runs the skid: a row a second, flows after the reset, heat after its set point', () => {
    expect(
      column(once.text, 'safeStateStep')
        .slice(2)
        .every((step) => step === '0'),
    ).toBe(true);
    expect(Number(column(once.text, 'cadmiumFlow')[50])).toBeCloseTo(24, 0);
    const reactor = column(once.text, 'reactorTemperatureA').map(Number);
    expect(reactor).toHaveLength(120);
    expect(reactor.at(-1)!).toBeGreaterThan(reactor[59]! + 10);
    expect(once.outcome.refused).toEqual([]);
  });

  it('does what its script says, and leaves empty what has no value', () => {
    const outlet = column(once.text, 'outletTemperature');
    expect(outlet[85]).not.toBe('');
    expect(outlet[95]).toBe('');
  });

  it('is the same in two halves: saved in the middle and gone on with', () => {
    const first = traced({ forS: 70 });
    const second = traced({ forS: 50, state: first.outcome.state, script: [] });
    expect(first.text + second.text).toBe(once.text);
    expect(second.outcome.state).toBe(once.outcome.state);
  });

  it('says what the controller refused', () => {
    const { outcome } = traced({
      forS: 10,
      script: [{ atS: 2, message: { fault: 'emergency-stop' } }],
      setPoints: [{ atS: 5, set: { flushFlowSetpoint: 20 } }],
    });
    expect(outcome.refused).toEqual([{ atS: expect.closeTo(5, 1), points: ['flushFlowSetpoint'], exception: 4 }]);
  });

  it('refuses a set point that is none, before it begins', () => {
    expect(() => traced({ setPoints: [{ atS: 0, set: { reactorTemperatureA: 5 } }] })).toThrow(/reactorTemperatureA/u);
    expect(() => traced({ setPoints: [{ atS: 0, set: { reactorSetpoint: 900 } }] })).toThrow(/0 to 250/u);
  });
});

describe('the files of a headless run', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const none = { for: '5 s', every: '', script: '', setPoints: '', state: '', out: '', saveState: '' };

  it('are read, and its trace and state written', () => {
    const out = join(folder, 'trace.csv');
    const saveState = join(folder, 'state.json');
    const setPoints = file('set-points.yaml', 'setPoints:\n  - { at: 2 s, set: { flushFlowSetpoint: 30 } }\n');
    const said = runHeadlessFiles(what, { ...none, out, setPoints, saveState });
    expect(said).toMatch(/5 s of process time/u);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(6);
    runHeadlessFiles(what, { ...none, state: saveState, out });
    expect(readFileSync(out, 'utf8')).toMatch(/^6,/u);
  });

  it('are those of its command line, and the same bytes come of it again', async () => {
    const traces = await Promise.all(
      ['one.csv', 'two.csv'].map(async (name) => {
        const out = join(folder, name);
        const node = repository('node_modules/.bin/node');
        const words = ['--headless', '--for', '8 s', '--seed', '9', '--out', out];
        const { stdout } = await promisify(execFile)(node, [repository('twin/main.ts'), ...words]);
        expect(stdout).toMatch(/^8 s of process time/u);
        return readFileSync(out, 'utf8');
      }),
    );
    expect(traces[0]).toBe(traces[1]);
    expect(traces[0]!.trim().split('\n')).toHaveLength(9);
  });

  it.each([
    ['a time that is none', { for: 'long' }, /long/u],
    ['less than a cycle', { for: '1 ms' }, /cycle/u],
    ['a trace where none can be', { out: '/nowhere/at/all.csv' }, /Check the path/u],
    ['a state that is not there', { state: '/nowhere.json' }, /Check the path/u],
  ])('are refused with %s', (_, more, says) => {
    expect(() => runHeadlessFiles(what, { ...none, ...more })).toThrow(says);
  });

  it('are refused at the line of a set point whose time is none', () => {
    const setPoints = file('wrong.yaml', 'setPoints:\n  - { at: 2 parsecs, set: { flushFlowSetpoint: 30 } }\n');
    expect(() => runHeadlessFiles(what, { ...none, setPoints })).toThrow(/wrong\.yaml:2/u);
  });
});
