/** The shipped CdSe line with nothing but its field controller: for what is not about analysers and gas panels. */
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
