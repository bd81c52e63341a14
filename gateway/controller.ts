/** The field controller of a skid, as its writer has it. */
import type { ControllerWords, RegisterModel, RegisterPoint } from '../plant/device-model.ts';
import type { ModbusLink } from './modbus/link.ts';

export type Controller = Readonly<{ device: string; words: ControllerWords; model: RegisterModel; link: ModbusLink }>;

/** The points that only the field writer itself writes. */
export const ownPoints = ({ words }: Controller): readonly string[] => [
  words.request,
  words.reset,
  words.heartbeat,
  ...(words.measures === undefined ? [] : [words.measures.request]),
  ...(words.row === undefined ? [] : [words.row.request]),
];

export const pointOf = (model: RegisterModel, name: string): RegisterPoint | undefined =>
  model.points.find((point) => point.name === name);
