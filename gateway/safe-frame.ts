/** How a safe state goes out: in one frame with everything that belongs to it, where the words lie side by side. Pure. */
import type { ControllerWords, RegisterModel, RegisterPoint } from '../plant/device-model.ts';
import type { Measure } from '../plant/safe-state.ts';

export type SafeFrame = Readonly<{
  address: number;
  values: readonly Readonly<{ point: RegisterPoint; value: number }>[];
}>;

/** What goes with the request; each is its safe value. */
export type SafeValues = Readonly<{ request: number; measures: number; row: number }>;

/**
 * Request, reset 0, diverter to waste, measures and row as one write; null where the controller has no such words, or they do
 * not lie in registers that follow each other: then the request goes alone.
 */
export function safeFrame(model: RegisterModel, words: ControllerWords, values: SafeValues): SafeFrame | null {
  const { request, reset, diverter, measures, row } = words;
  if (measures === undefined || row === undefined) return null;
  const wanted = new Map([
    [request, values.request],
    [reset, 0],
    [measures.request, values.measures],
    [row.request, values.row],
    ...(diverter === undefined ? [] : [[diverter.request, diverter.waste] as const]),
  ]);
  const parts = model.points
    .flatMap((point) => {
      const value = wanted.get(point.name);
      return value === undefined ? [] : [{ point, value }];
    })
    .sort((one, other) => one.point.address - other.point.address);
  const first = parts[0]?.point;
  if (first === undefined || parts.length !== wanted.size) return null;
  const joined = parts.every(
    ({ point }, i) =>
      point.area === 'holding' &&
      point.type === 'uint16' &&
      point.bits === undefined &&
      point.function !== 6 &&
      point.address === first.address + i,
  );
  return joined ? { address: first.address, values: parts } : null;
}

/** The measures as the controller's word has them. */
export const measureBits = (words: ControllerWords, asked: readonly Measure[]): number =>
  asked.reduce((bits, measure) => bits | (1 << (words.measures?.bits[measure] ?? 31)), 0) & 0xffff;

export type MeasureWishes = Readonly<{
  /** What is asked for now, as bits. */
  asked: number;
  /** Every bit that was asked for since the service started. */
  everAsked: number;
  /** Nothing is demanded of a skid that was seen whole, as after a reset. */
  free: boolean;
  /** What the request word holds; null while it is not known. */
  request: number | null;
  /** What is done of it; null while it is not known since the last write. */
  held: number | null;
}>;

/**
 * What the measure word has to hold, and whether it has to be written; null while nobody knows what it holds. A bit found there
 * that was never asked for from here is from before a restart: it stays until nothing is demanded.
 */
export function measuresWanted({ asked, everAsked, free, request, held }: MeasureWishes): Readonly<{
  value: number;
  due: boolean;
}> | null {
  if (request === null) return null;
  const value = free ? asked : asked | (request & ~everAsked);
  return { value, due: value !== request || (held !== null && (value & ~held) !== 0) };
}
