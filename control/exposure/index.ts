/** The room of exposure: who breathes what, against which limits, and what follows. */
import { ExposureRoom, type Exposure, type ExposureOptions } from './room.ts';

export type { Exposure, ExposureOptions } from './room.ts';

export const createExposure = (options: ExposureOptions): Exposure => new ExposureRoom(options);
