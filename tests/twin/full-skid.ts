/** A skid like the shipped CdSe line with every kind of instrument beside its field controller, in a folder of its own. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './skid-in-hand.ts';

const devices: Readonly<Record<string, string>> = {
  'NMR-9': 'magritek-spinsolve',
  'RA-9': 'raman-spc-folder',
  'UV-9': 'uv-vis-folder',
  'PL-9': 'emission-folder',
  'GD-9': 'gas-detection-panel',
  'PH-91': 'ph-transmitter',
  'PH-92': 'ph-transmitter',
};

/** @returns the file's path */
export function writeFullSkid(folder: string, more: Readonly<Record<string, string>> = {}): string {
  copyFileSync(repository('plant/skids/cdse.yaml'), join(folder, 'cdse.yaml'));
  const named = Object.entries({ ...devices, ...more }).map(([name, model]) => `  ${name}: { model: ${model} }`);
  const file = join(folder, 'full.yaml');
  writeFileSync(file, ['like: cdse.yaml', 'devices:', ...named, ''].join('\n'));
  return file;
}
