/** The dry run as people call it: what comes through, what does not, and what is refused; and that it is fast. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/service.ts';
import type { DryReport } from '../../deploy/dry-run/report.ts';

const called = promisify(execFile);

async function dryRun(...args: string[]): Promise<Readonly<{ code: number; out: string; complaint: string }>> {
  try {
    const { stdout, stderr } = await called(process.execPath, ['deploy/dry-run.ts', ...args]);
    return { code: 0, out: stdout, complaint: stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as Readonly<{ code: number; stdout: string; stderr: string }>;
    return { code, out: stdout, complaint: stderr };
  }
}

/** Every name of an object and of what is in it, once each; lists by what they hold. */
function namesIn(value: unknown, at = ''): readonly string[] {
  if (Array.isArray(value) && value.length === 0) return [`${at}[]`];
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => namesIn(each, `${at}[]`)))];
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, each]) => namesIn(each, at === '' ? name : `${at}.${name}`));
}

/** Others read them by these names: whoever changes one raises `form`, and says so in docs/dry-run.md. */
const stableNames = readFileSync('tests/faults/dry-run-names.txt', 'utf8').trim().split('\n');

describe('a dry run of the short recipe', () => {
  it('comes through on one skid, on another drawn beside it, and is the same again', async () => {
    const args = ['tests/e2e/recipes/short.yaml', '--skid', 'QD-1', '--json'];
    const [first, again] = await Promise.all([dryRun(...args, '--draws', '1'), dryRun(...args)]);
    const report = JSON.parse(first.out) as DryReport;
    expect([first.code, report.nominal.state, report.nominal.why]).toEqual([0, 'Complete', null]);
    expect(report.nominal.collectedMl).toBeGreaterThanOrEqual(140);
    expect(report.nominal.collectedMl).toBeLessThan(150);
    expect(report.nominal.steps.map(({ path }) => path)).toContain('produce/collect');
    expect(report.draws).toMatchObject({ runs: 1, complete: 1 });
    // The promise of 100 is held by the campaign, on a quiet machine; two run here at once.
    expect(report.timesRealTime).toBeGreaterThan(20);
    expect(namesIn(report)).toEqual(stableNames);
    const same = (of: DryReport): unknown => ({ ...of, draws: null, timesRealTime: 0 });
    expect(same(JSON.parse(again.out) as DryReport)).toEqual(same(report));
  }, 150_000);

  it('shares the volume on two skids', async () => {
    const { code, out } = await dryRun(
      'tests/e2e/recipes/short.yaml',
      '--skid',
      'cdse-two-stage',
      '--skids',
      '2',
      '--json',
    );
    const report = JSON.parse(out) as DryReport;
    expect([code, report.skids, report.nominal.state]).toEqual([0, 2, 'Complete']);
    expect(new Set(report.nominal.steps.map(({ skid }) => skid)).size).toBe(2);
  }, 60_000);

  it('says that a person who never comes holds it', async () => {
    const folder = temporaryFolder('dry-run');
    const hasty = readFileSync('tests/e2e/recipes/short.yaml', 'utf8').replace(
      '- line-clearance',
      '- line-clearance: { within: 2 min }',
    );
    expect(hasty).toContain('within: 2 min');
    writeFileSync(join(folder.path, 'hasty.yaml'), hasty);
    const { code, out } = await dryRun(join(folder.path, 'hasty.yaml'), '--skid', 'QD-1', '--answers-after', '86400');
    folder.remove();
    expect(code).toBe(1);
    expect(out).toContain('Held');
    expect(out).toContain('Not fit to run as it is.');
  }, 60_000);
});

describe('a dry run that comes through and breaks a limit', () => {
  it('ends with 1, and says which', async () => {
    const folder = temporaryFolder('dry-run');
    const short = readFileSync('tests/e2e/recipes/short.yaml', 'utf8').replace(
      'procedure:',
      'materials:\n  Cd(OAc)2: { amount: 0.1 mmol }\n  MPA: { amount: 1 mol }\n\nprocedure:',
    );
    writeFileSync(join(folder.path, 'scarce.yaml'), short);
    const { code, out } = await dryRun(join(folder.path, 'scarce.yaml'), '--skid', 'QD-1', '--json');
    folder.remove();
    const report = JSON.parse(out) as DryReport;
    expect([code, report.nominal.state, report.isFit]).toEqual([1, 'Complete', false]);
    expect(report.broken.map(({ kind, name }) => [kind, name])).toEqual([['material', 'Cd(OAc)2']]);
    expect(report.materials.map(({ name, isEnough }) => [name, isEnough])).toEqual([
      ['Cd(OAc)2', false],
      ['MPA', true],
    ]);
  }, 60_000);
});

describe('a dry run is refused', () => {
  it.each([
    ['without a recipe', [], 'recipe:dry-run'],
    ['of a recipe that is not there', ['CdSe-3.5', '--skid', 'QD-1'], 'CdSe-3.6'],
    ['on a skid that is not there', ['CdSe-3.6', '--skid', 'QD-99'], 'no such skid'],
    ['on a skid that lacks what it needs', ['CdSe-3.6', '--skid', 'cds-two-stage'], 'selenium'],
    ['with a value beyond its range', ['CdSe-3.6', '--skid', 'QD-1', '--value', 'temperature=190 °C'], '150..170'],
    ['with a count that is none', ['CdSe-3.6', '--skid', 'QD-1', '--draws', 'many'], '--draws'],
  ])('%s, with what to do', async (_, args, words) => {
    const { code, complaint } = await dryRun(...args);
    expect([code, complaint.includes(words) ? words : complaint]).toEqual([2, words]);
  });
});
