/** Findings and differences to look at. */
import type { RecipeDifference, RecipeFinding } from '../../../plant/recipe-view.ts';

export const servedFindings: readonly RecipeFinding[] = [
  {
    severity: 'error',
    where: 'import:31',
    problem: 'The unit mL does not measure a temperature. <img src=x onerror=alert(1)>',
    remedy: 'Write it in °C.',
  },
  {
    severity: 'review',
    where: 'import:12',
    problem: 'backPressure is critical, and no range of it is proven.',
    remedy: 'Add "proven": what the process was shown to bear.',
  },
];

export const servedDifferences: readonly RecipeDifference[] = [
  {
    area: 'header',
    place: 'title',
    kind: 'changed',
    old: 'CdSe',
    new: 'CdSe quantum dots, 3.6 nm',
    critical: false,
    text: 'The title goes from CdSe to CdSe quantum dots, 3.6 nm.',
  },
  {
    area: 'formula',
    place: 'temperature',
    kind: 'changed',
    old: '155 °C',
    new: '160 °C',
    critical: true,
    text: 'The value of temperature goes from 155 °C to 160 °C.',
  },
];
