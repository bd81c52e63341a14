import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { milliseconds, monotonic } from '../../plant/clock.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { loadDefinition, type DefinitionFiles } from '../../twin/definition.ts';
import { trialSight, wallPeriodMs } from '../../twin/instruments/sight.ts';
import { createSkidInstrument, type SkidInstrumentOptions } from '../../twin/instruments/skid-instrument.ts';
import { CommandLine } from '../../twin/options.ts';
import { initialLine, stepLine, withFault } from '../../twin/line/line.ts';
import { silence } from '../../twin/random.ts';
import { sightOf } from '../../twin/line/sights.ts';
import { shippedModel } from '../gateway/spectra/support/bench.ts';
import { writeFullSkid, writeVariant } from './full-skid.ts';
import { repository } from './skid-in-hand.ts';

const folder = mkdtempSync(join(tmpdir(), 'twin-devices-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files: DefinitionFiles;
beforeAll(() => {
  files = {
    skidTypeFile: writeFullSkid(folder),
    fitted: [],
    controller: '',
    parametersFile: '',
    parametersFolder: repository('twin/parameters'),
  };
});

describe('what a twin is a twin of', () => {
  it('is the device that holds the run-enables, and every other beside it, with the parameters of its type', () => {
    const { controller, others, parameters } = loadDefinition(files);
    expect([controller, parameters.skidType]).toEqual(['PLC-1', 'cdse-two-stage']);
    const places = others.filter(({ model }) => model.model === 'ph-transmitter');
    expect(places.map(({ device, place }) => [device, place])).toEqual([
      ['PH-91', 0],
      ['PH-92', 1],
    ]);
  });

  it('is without what its skid is not fitted with, and the rest keep their numbers', () => {
    const whole = loadDefinition(files).others.find(({ device }) => device === 'PH-92');
    expect(loadDefinition({ ...files, fitted: ['PLC-1', 'PH-92'] }).others).toEqual([whole]);
  });

  it('of a type like another has the parameters of that one', () => {
    const { parameters } = loadDefinition({ ...files, skidTypeFile: writeVariant(folder) });
    expect(parameters.skidType).toBe('cdse-two-stage');
  });

  it('of a type that lies elsewhere than the shipped one it is like has the parameters of that one', () => {
    const skidTypeFile = join(mkdtempSync(join(folder, 'own-')), 'own.yaml');
    writeFileSync(skidTypeFile, 'like: cdse.yaml\ntype: cdse-elsewhere\ntitle: CdSe line of ours\ndefinition: 1\n');
    expect(loadDefinition({ ...files, skidTypeFile }).parameters.skidType).toBe('cdse-two-stage');
  });

  it.each([
    [{ fitted: ['PLC-1', 'XX-1'] }, /no device XX-1/u],
    [{ fitted: ['NMR-9'] }, /holds the run-enables/u],
    [{ controller: 'NMR-9' }, /no field controller/u],
    [{ parametersFile: repository('twin/parameters/cds.yaml') }, /describes cds-two-stage/u],
    [{ parametersFolder: repository('plant/skids') }, /describes a skid of this type/u],
  ])('is not made of %j', (change, words) => {
    expect(() => loadDefinition({ ...files, ...change })).toThrow(words);
  });
});

describe('an instrument of a skid', () => {
  const options = (change: Partial<SkidInstrumentOptions>): SkidInstrumentOptions => ({
    ...{ device: 'RA-9', model: shippedModel('raman-spc-folder', 'spectra-folder'), host: '127.0.0.1', port: 0 },
    ...{ clock: systemClock(), seed: 1, index: 1, folder, sightOf: () => trialSight },
    bank: () => {
      throw new Error('none');
    },
    onFault: () => undefined,
    ...change,
  });

  it('that writes files is told where', async () => {
    await expect(createSkidInstrument(options({ folder: null }))).rejects.toThrow(/--folder/u);
  });

  it('that the twin has nothing like is refused by its model', async () => {
    const model = { ...shippedModel('julabo', 'line'), model: 'unheard-of' };
    await expect(createSkidInstrument(options({ model }))).rejects.toThrow(/nothing like a unheard-of/u);
  });

  it('that is a thermostat is served as its maker has it', async () => {
    const instrument = await createSkidInstrument(options({ model: shippedModel('julabo', 'line') }));
    expect(await instrument.start()).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/u);
    await instrument.stop();
  });

  it('measures in process time, and once a second at most', () => {
    expect(wallPeriodMs({ timeScale: 1 }, milliseconds(10_000))).toBe(10_000);
    expect(wallPeriodMs({ timeScale: 5 }, milliseconds(10_000))).toBe(2000);
    expect(wallPeriodMs({ timeScale: 1000 }, milliseconds(10_000))).toBe(1000);
  });

  it('looks at the line as it stands, through what is wrong with its optics', () => {
    const { parameters } = loadDefinition(files);
    let line = initialLine(parameters, silence, null);
    const sight = sightOf('light', parameters, () => line);
    expect([sight.chalcogen, sight.truth().dots]).toEqual(['Se', null]);
    line = withFault(parameters, line, { fault: 'window-film', place: 'stage2', share: 0.4 });
    line = stepLine(parameters, silence, line, monotonic(0));
    line = { ...line, faults: { ...line.faults, laserShiftPerCm: 3, lampShare: 0.8 } };
    expect(sight.optics()).toEqual({ laserShiftPerCm: 3, lampShare: 0.8 });
    expect(sight.truth().film).toBeCloseTo(0.4, 3);
    expect(sightOf('NMR', parameters, () => line).truth().film).toBeLessThan(0.01);
  });
});

describe('ports on a command line', () => {
  const ports = (text: string) =>
    new CommandLine('twin', { ports: ['JSON', 'the ports of devices'] }, ['--ports', text]).ports('ports');

  it('are given by the names of devices', () => {
    expect(ports('{"PLC-1": 15021, "NMR-1": 0}')).toEqual({ 'PLC-1': 15021, 'NMR-1': 0 });
  });

  it.each(['', '{', 'null', '3', '{"a": "502"}', '{"a": -1}', '{"a": 65536}', '{"a": 1.5}'])('are not "%s"', (text) => {
    expect(() => ports(text)).toThrow(/cannot be used/u);
  });
});
