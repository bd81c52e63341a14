/** What a file that came in says, against what is known: an event, or why it is refused. Pure. */
import { MesolineError, mesolineError, type Fault } from '../../../plant/errors.ts';
import type { LabResult, Order } from '../../../plant/ports/exchange-desk.ts';
import type { ExchangeBook, ExchangeEvent } from './events.ts';
import { readResultsCsv, readResultsXml } from './lims.ts';
import { isSchedule, readOrders } from './orders.ts';
import { readXml } from './xml.ts';

export const largestFile = 1_048_576;

/** @throws MesolineError `message-refused`, with each fault */
export function readMessage(
  file: string,
  bytes: Uint8Array,
  digest: string,
  book: ExchangeBook,
  recipes: readonly string[],
): ExchangeEvent {
  const text = textOf(file, bytes);
  if (/\.csv$/i.test(file)) return resultsOf(file, digest, readResultsCsv(file, text), book);
  if (!/\.xml$/i.test(file))
    throw mesolineError('message-refused', file, 'Its name ends in neither .xml nor .csv.', 'Name it for what it is.');
  const { root, node } = readXml(file, text);
  if (root === 'SampleResults') return resultsOf(file, digest, readResultsXml(file, node), book);
  if (isSchedule(root)) return ordersOf(file, digest, readOrders(file, root, node, recipes), book);
  throw mesolineError(
    'message-refused',
    file,
    `"${root.slice(0, 60)}" is no message that is taken here.`,
    'Send OperationsSchedule, ProductionSchedule or SampleResults.',
  );
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw mesolineError('message-refused', file, 'It is no UTF-8.', 'Send it as UTF-8.');
  }
}

const sameOrder = (a: Order, b: Order): boolean =>
  (['schedule', 'recipe', 'quantity', 'unit', 'earliestStart', 'latestEnd', 'priority'] as const).every(
    (field) => a[field] === b[field],
  );

function ordersOf(file: string, digest: string, orders: readonly Order[], book: ExchangeBook): ExchangeEvent {
  const faults = orders.flatMap((order): readonly Fault[] => {
    const known = book.orders.get(order.id);
    return known === undefined || sameOrder(known, order)
      ? []
      : [
          {
            where: order.id,
            problem: `It is known otherwise, from ${known.file}.`,
            remedy: 'Send it under another ID.',
          },
        ];
  });
  if (faults.length > 0) throw new MesolineError('message-refused', faults);
  return { kind: 'orders-received', file, digest, orders };
}

function resultsOf(file: string, digest: string, results: readonly LabResult[], book: ExchangeBook): ExchangeEvent {
  const keys = results.map(({ request, analysis }) => `${request} ${analysis}`);
  const faults = results.flatMap(({ request, analysis }, place): readonly Fault[] => {
    const where = `Result ${place + 1}`;
    const sample = book.samples.get(request);
    if (sample === undefined)
      return [{ where, problem: `No analysis was asked for as ${request}.`, remedy: 'Name the request.' }];
    if (!sample.analyses.includes(analysis))
      return [
        { where, problem: `${analysis} was not asked for.`, remedy: `Asked for: ${sample.analyses.join(', ')}.` },
      ];
    if (sample.results.some((each) => each.analysis === analysis) || keys.indexOf(`${request} ${analysis}`) !== place)
      return [
        { where, problem: `${analysis} of ${request} has a result.`, remedy: 'The first stays: ask for it anew.' },
      ];
    return [];
  });
  if (faults.length > 0) throw new MesolineError('message-refused', faults);
  return { kind: 'results-received', file, digest, results };
}
