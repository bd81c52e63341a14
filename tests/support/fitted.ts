/**
 * The shipped CdSe line with nothing but its field controller, and without the interlock rows that stand on the devices beside it:
 * for what is not about analysers and gas panels.
 */
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./skids', import.meta.url));

/** Its type, the file of it, and the line of a site file by which it is found. */
export const controllerType = 'cdse-controller';
export const controllerTypeFile = `${folder}/cdse-controller.yaml`;
export const sixRowsTypeFile = `${folder}/cdse-six-rows.yaml`;
export const testTypes = `skidTypes: ${folder}`;

export const besideController = [
  'AE-105A',
  'AE-105B',
  'AE-305A',
  'AE-305B',
  'GDP-1',
  'AE-905A',
  'AE-905B',
  'NMR-1',
  'RAM-1',
  'UVV-1',
  'FLU-1',
] as const;

/** As a site file writes it. */
export const controllerAlone = `without: [${besideController.join(', ')}]`;
