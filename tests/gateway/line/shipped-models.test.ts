import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';

const files = readdirSync(shippedDeviceModelFolder).filter((name) => name.endsWith('.yaml'));
const models = files.map(
  (file) => [file.replace('.yaml', ''), loadDeviceModel(`${shippedDeviceModelFolder}/${file}`)] as const,
);

describe('the shipped device models', () => {
  it('are all there', () => {
    expect(files.map((file) => file.replace('.yaml', ''))).toEqual(
      expect.arrayContaining([
        'alicat-coda',
        'alicat-standard',
        'bronkhorst',
        'eurotherm-3200',
        'eurotherm-epc3000',
        'generic-skid-plc',
        'huber-pb',
        'julabo',
        'knauer-azura-10',
        'knauer-azura-50',
        'lauda',
      ]),
    );
  });

  it.each(models)('%s is named as its file, and says of every point where its facts come from', (name, model) => {
    expect(model.model).toBe(name);
    for (const { source, verified } of model.points) {
      expect(source.length).toBeGreaterThan(5);
      expect(typeof verified).toBe('boolean');
    }
  });

  it.each(models)('%s writes nothing that wears out, and says the range of every number it writes', (_, model) => {
    for (const point of model.points.filter(({ access }) => access === 'read-write')) {
      expect(point).not.toHaveProperty('wears', true);
      const controllerWord = model.protocol === 'modbus' && point.via === 'register' && model.controller !== undefined;
      if (point.kind === 'number' && !controllerWord) expect(point).toHaveProperty('range');
    }
  });

  it('set a Eurotherm 3200 by its remote set point, never by what its memory keeps', () => {
    const [, model] = models.find(([name]) => name === 'eurotherm-3200')!;
    const registers = model.points.flatMap((point) => (point.via === 'register' ? [point] : []));
    const floatOf = (parameter: number) => registers.find(({ address }) => address === 0x8000 + 2 * parameter);
    for (const parameter of [2, 24, 25]) expect(floatOf(parameter)).toMatchObject({ access: 'read', wears: true });
    expect(registers.filter(({ access }) => access === 'read-write')).toEqual([floatOf(26)]);
  });

  it('start no motor of a pump over its own link', () => {
    for (const name of ['knauer-azura-10', 'knauer-azura-50']) {
      const [, model] = models.find(([each]) => each === name)!;
      if (model.protocol !== 'line') throw new Error(`${name} speaks no lines`);
      expect(model.setup.map(({ ask }) => ask)).toEqual(['STARTLEVEL:0', 'STARTMODE:0']);
      const sent = model.points.flatMap(({ set, setOn, setOff }) => [set, setOn, setOff]);
      expect(sent).not.toContain('ON');
    }
  });
});
