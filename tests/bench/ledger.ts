/**
 * The ledger: how many events a second are on disk through the room of records, beside a bare SQLite file that takes the same rows one by one
 * with the same settings, in turns; what of the difference is whose; and how long the verifier takes over a million of them, as a process of its own, and how much memory.
 */
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { temporaryFolder } from '../control/records/support.ts';
import { makeLargeLedger } from './ledger/large-ledger.ts';
import { durably } from './ledger/durably.ts';
import { oneEvent } from './ledger/one-event.ts';
import { verifying } from './ledger/verifying.ts';
import { interleaved, median, rounded } from './support/pairs.ts';

export const run: Run = async ({ say, quick = false, rounds }) => {
  const events = quick ? 2000 : 1_000_000;
  const [pairs, eachMs] = quick ? [1, 200] : [Math.max(7, rounds), 2000];
  const ratios = async (callers: number): Promise<Readonly<{ ratio: number; ours: number; bare: number }>> => {
    const folder = temporaryFolder();
    const sides = await durably(folder.path, callers);
    const { pairs: measured } = await interleaved(pairs, (side) => sides[side](eachMs));
    await sides.end();
    folder.remove();
    const of = (side: 'ours' | 'bare'): number => Math.round(median(measured.map((pair) => pair[side])));
    const ratio = rounded(median(measured.map(({ ours, bare }) => ours / bare)), 2);
    say(`${callers} callers: ${of('ours')} events/s, bare ${of('bare')}, ratio ${ratio}`);
    return { ratio, ours: of('ours'), bare: of('bare') };
  };
  const alone = await ratios(1);
  const many = await ratios(32);
  const apart = temporaryFolder();
  const stages = await oneEvent(apart.path, pairs, quick ? 50 : 500);
  apart.remove();
  for (const { name, microseconds } of stages) say(`${name}: ${microseconds} µs`);

  const folder = temporaryFolder();
  const trusted = await makeLargeLedger(folder.path, events);
  say(`a ledger of ${events} events is made`);
  const verified = await verifying(folder.path, trusted);
  folder.remove();
  return [
    atLeast('bare inserts of a row, each durable', alone.bare, '/s'),
    atLeast('events of one caller who waits for each, durable', alone.ours, '/s'),
    atLeast('  as a share of bare inserts', alone.ratio, '', 0.8),
    ...stages.map(({ name, microseconds }) => atMost(`  one event: ${name}`, microseconds, 'µs')),
    atLeast('events of 32 callers, durable', many.ours, '/s'),
    atLeast('  as a share of bare inserts', many.ratio, '', 0.8),
    atLeast('events verified', verified.events, '', events),
    atMost('  by npm run verify as a process, from start to end', rounded(verified.tookMs / 1000, 2), 's', 15),
    atMost('  most memory it held', Math.round(verified.mostMb), 'MB', 200),
  ];
};
