import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { orderedWrites } from '../../../control/batch/set-point-order.ts';
import { equipmentOf } from '../../../plant/recipe/equipment.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const equipment = equipmentOf(
  loadSkidType(fileURLToPath(new URL('../../../plant/skids/cdse-zns.yaml', import.meta.url))),
);
if ('lacks' in equipment) throw new Error(equipment.lacks.join());
const order = (changes: Parameters<typeof orderedWrites>[0]): string[] =>
  orderedWrites(changes, equipment).map(({ tag }) => tag.split('/')[1] ?? '');

describe('the set points of one command', () => {
  it('turn ligand and chalcogen on before cadmium, and cadmium off before them', () => {
    expect(order({ cadmium: 22, ligand: 22, chalcogen: 22, flush: 0 })).toEqual([
      'FIC-103.SP', 'FIC-101.SP', 'FIC-102.SP', 'FIC-104.SP',
    ]); // prettier-ignore
    expect(order({ ligand: 0, chalcogen: 0, cadmium: 0, shell: 0, flush: 66, diverter: 0 })).toEqual([
      'XV-301.SP', 'FIC-105.SP', 'FIC-102.SP', 'FIC-103.SP', 'FIC-101.SP', 'FIC-104.SP',
    ]); // prettier-ignore
  });

  it('raise pressure before heat, and let heat go before pressure', () => {
    expect(order({ temperature: 160, ramp: 10, backPressure: 12 })).toEqual([
      'PIC-203.SP',
      'TIC-201.ramp',
      'TIC-201.SP',
    ]);
    expect(order({ backPressure: 0, temperature: 0 })).toEqual(['TIC-201.SP', 'PIC-203.SP']);
  });

  it('bring the flush back to water before its pump is told how fast', () => {
    expect(order({ flush: 40, flushLiquid: 0 })).toEqual(['HS-104.SP', 'FIC-104.SP']);
  });
});
