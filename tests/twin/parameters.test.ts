import { mkdtempSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadParameters } from '../../twin/skid/parameters-file.ts';
import { repository } from './skid-in-hand.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-parameters-'));
afterAll(() => rmSync(folder, { recursive: true }));
copyFileSync(repository('twin/parameters/cdse.yaml'), join(folder, 'cdse.yaml'));

const fileOf = (text: string): string => {
  const file = join(folder, 'variant.yaml');
  writeFileSync(file, text);
  return file;
};

describe('parameters of a twin', () => {
  it('are there for every skid type: a material each, and a shell step for one', () => {
    const skids = ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) =>
      loadParameters(repository(`twin/parameters/${name}.yaml`)),
    );
    expect(skids.map(({ skidType }) => skidType)).toEqual([
      'cdse-two-stage',
      'cds-two-stage',
      'cdte-two-stage',
      'cdse-zns-three-stage',
    ]);
    expect(skids.map(({ dots }) => dots.material)).toEqual(['CdSe', 'CdS', 'CdTe', 'CdSe/ZnS']);
    expect(skids.map(({ shell }) => shell !== undefined)).toEqual([false, false, false, true]);
    expect(skids.map(({ feeds }) => feeds.pumpLimitMlPerMin.shell > 0)).toEqual([false, false, false, true]);
  });

  it('may say only what is different from another file', () => {
    const { dots, reactor } = loadParameters(fileOf('skidType: other\nlike: cdse.yaml\nreactor: { volumeMl: 30 }\n'));
    expect(reactor.volumeMl).toBe(30);
    expect(reactor.cells).toBe(20);
    expect(dots.material).toBe('CdSe');
  });

  it('are refused with the line of the number that is wrong, or of the file that is not there', () => {
    const read = (text: string) => () => loadParameters(fileOf(text));
    expect(read('skidType: other\nlike: cdse.yaml\nreactor:\n  volumeMl: 0\n')).toThrow(/variant\.yaml:4/u);
    expect(read('skidType: other\nlike: cdse.yaml\nstage1: { volume: 3 }\n')).toThrow(/volume/u);
    expect(read('skidType: other\nlike: ../cdse.yaml\n')).toThrow(/"like" names no file/u);
    expect(read('skidType: other\nlike: missing.yaml\n')).toThrow(/missing\.yaml/u);
    expect(read('skidType: other\nlike: variant.yaml\n')).toThrow(/stand on its own/u);
  });
});
