/** The spectrum of a finished measurement: its file may come late, and in pieces. */
import type { SpectrumSource } from '../../plant/device-model.ts';
import { messageOf } from '../../plant/errors.ts';
import { asModelled } from '../spectra/as-modelled.ts';
import type { FileSeen } from '../spectra/folder-files.ts';
import { bytesOf, companionsIn, lookAt } from '../spectra/folder-reader.ts';
import type { DriverContext, SpectrumTaken } from '../driver-context.ts';
import { pause } from '../timers.ts';

const lookEveryMs = 250;
const largestBytes = 64 * 1024 * 1024;

export type Result = SpectrumTaken | Readonly<{ fault: string }>;

/**
 * Looks for the file until it is whole and stands still, or until `settleMs` have passed.
 * @returns null where `signal` ended it
 */
export async function resultOf(
  folder: string,
  source: SpectrumSource,
  settleMs: number,
  context: Pick<DriverContext, 'clock' | 'timers' | 'reader'>,
  signal: AbortSignal,
): Promise<Result | null> {
  const { clock, timers } = context;
  const until = clock.monotonic() + settleMs;
  let before: Stand | null = null;
  for (;;) {
    const looked = await look(folder, source, before, context);
    if (signal.aborted) return null;
    if ('taken' in looked) return looked.taken;
    before = looked.seen;
    if (clock.monotonic() >= until) return { fault: looked.reason };
    await pause(timers, lookEveryMs, signal);
  }
}

/** The file, and when each of those beside it was changed. */
type Stand = FileSeen & Readonly<{ beside: string }>;
type Look = Readonly<{ taken: Result }> | Readonly<{ seen: Stand | null; reason: string }>;

/** Never throws. */
async function look(
  folder: string,
  source: SpectrumSource,
  before: Stand | null,
  { reader, clock }: Pick<DriverContext, 'reader' | 'clock'>,
): Promise<Look> {
  const { item, column } = source;
  try {
    const seen = await standOf(folder, item, reader?.companionsOf(item) ?? []);
    if (seen === null) return { seen, reason: `There is no ${item} in ${folder}.` };
    if (seen.size > largestBytes) return { taken: { fault: `${item} has ${seen.size} bytes.` } };
    const still = before?.size === seen.size && before.changedAt === seen.changedAt && before.beside === seen.beside;
    const bytes = still ? await bytesOf(folder, seen) : null;
    if (bytes === null || reader === null) return { seen, reason: `${item} is still being written.` };
    const companions = await companionsIn(folder, reader.companionsOf(item), largestBytes);
    const reading = await reader.read(item, bytes, { companions, ...(column === undefined ? {} : { column }) });
    if (reading.kind === 'incomplete') return { seen, reason: reading.reason };
    if (reading.kind === 'malformed') return { taken: { fault: reading.reason } };
    const modelled = asModelled(reading.data, source, clock.utc());
    if ('fault' in modelled) return { taken: modelled };
    const { digest } = reading;
    return { taken: { source: source.name, data: modelled.data, origin: `${folder}/${item}`, digest } };
  } catch (thrown) {
    return { seen: null, reason: `${item} cannot be read: ${messageOf(thrown)}` };
  }
}

async function standOf(folder: string, item: string, companions: readonly string[]): Promise<Stand | null> {
  const file = await lookAt(folder, item);
  if (file === null) return null;
  const beside: string[] = [];
  for (const name of companions) {
    const seen = await lookAt(folder, name);
    beside.push(`${seen?.size ?? 'none'} ${seen?.changedAt ?? ''}`);
  }
  return { ...file, beside: beside.join('; ') };
}
