/** What a record at rest says of materials, labels and samples: read once, from its first line to its last, where no service runs. */
import type { UtcMs } from '../../plant/clock.ts';
import type { ExchangeDesk } from '../../plant/ports/exchange-desk.ts';
import type { LabelDesk } from '../../plant/ports/label-desk.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { unfit } from './book.ts';
import { lotsScope } from './events.ts';
import { exchangeScope } from './exchange/events.ts';
import { ExchangeLedger } from './exchange/ledger.ts';
import { kitViews } from './kits.ts';
import { labelsScope } from './labels/events.ts';
import { LabelLedger } from './labels/ledger.ts';
import { LedgerBook } from './ledger-book.ts';
import { loadSubstances } from './substances.ts';
import { weighingTolerance } from './tolerance.ts';

export type MaterialsAtRest = Readonly<{
  materials: Pick<MaterialDesk, 'lots' | 'kits'>;
  labels: Pick<LabelDesk, 'labels' | 'counts'>;
  exchange: Pick<ExchangeDesk, 'samples'>;
}>;

const atOnce = 500;

/** @param at the time at which a lot is in date or not */
export async function materialsAtRest(records: Pick<RecordKeeper, 'read'>, at: UtcMs): Promise<MaterialsAtRest> {
  const [lots, labels, exchange] = [new LedgerBook(), new LabelLedger(), new ExchangeLedger()];
  await readInto(records, lotsScope, lots);
  await readInto(records, labelsScope, labels);
  await readInto(records, exchangeScope, exchange);
  const weighed = { book: lots.book, substances: loadSubstances(), tolerance: weighingTolerance };
  return {
    materials: {
      lots: () => Promise.resolve([...lots.book.lots.values()].map((lot) => ({ ...lot, unfit: unfit(lot, at)?.found ?? null }))), // prettier-ignore
      kits: () => Promise.resolve(kitViews(weighed, at).toReversed()),
    },
    labels: {
      labels: (subject) =>
        Promise.resolve([...labels.book.labels.values()].reverse().filter((one) => subject === null || one.subject === subject)), // prettier-ignore
      counts: () => Promise.resolve([...labels.book.counts.values()]),
    },
    exchange: { samples: () => Promise.resolve([...exchange.book.samples.values()].reverse()) },
  };
}

async function readInto(
  records: Pick<RecordKeeper, 'read'>,
  scope: string,
  into: Readonly<{ remember: (stored: StoredEvent) => void }>,
): Promise<void> {
  for (let from = 1; ; from += atOnce) {
    const stored = await records.read(scope, from, atOnce);
    for (const each of stored) into.remember(each);
    if (stored.length < atOnce) return;
  }
}
