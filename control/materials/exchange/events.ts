/** What the record says of orders, samples and files: written here, read back here, and folded. Pure. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type {
  ExchangedFile,
  LabResult,
  Order,
  OrderView,
  SampleRequest,
  SampleView,
} from '../../../plant/ports/exchange-desk.ts';
import { recordNumber, type RecordValue, type StoredEvent } from '../../../plant/record-event.ts';

export const exchangeScope = 'materials/exchange';

type Inbound = Readonly<{ file: string; digest: string }>;
export type ExchangeEvent =
  | (Inbound & Readonly<{ kind: 'orders-received'; orders: readonly Order[] }>)
  | (Inbound & Readonly<{ kind: 'results-received'; results: readonly LabResult[] }>)
  | (Inbound & Readonly<{ kind: 'file-refused'; reason: string }>)
  | Readonly<{ kind: 'order-assigned'; order: string; batch: string }>
  | Readonly<{ kind: 'analyses-requested'; sample: SampleRequest }>
  /** `about`: a sample request, or the batch that has ended. */
  | (Inbound & Readonly<{ kind: 'message-sent'; about: string }>);

export type ExchangeBook = Readonly<{
  orders: ReadonlyMap<string, OrderView>;
  samples: ReadonlyMap<string, SampleView>;
  files: readonly ExchangedFile[];
  /** Digests of the files that were taken. */
  taken: ReadonlySet<string>;
  /** What a message was sent about. */
  sent: ReadonlySet<string>;
}>;
export const emptyExchange: ExchangeBook = {
  orders: new Map(),
  samples: new Map(),
  files: [],
  taken: new Set(),
  sent: new Set(),
};
const mostFiles = 500;

const text = Type.String({ minLength: 1 });
const orNull = Type.Union([Type.String(), Type.Null()]);
const inbound = { digest: text } as const;
const order = Type.Object({
  id: text,
  schedule: text,
  recipe: text,
  quantity: orNull,
  unit: orNull,
  earliestStart: orNull,
  latestEnd: orNull,
  priority: orNull,
});
const result = Type.Object({
  request: text,
  analysis: text,
  value: text,
  unit: Type.String(),
  analyst: text,
  measuredAt: text,
});
const forms = {
  orders: Compile(Type.Object({ ...inbound, orders: Type.Array(order) })),
  results: Compile(Type.Object({ ...inbound, results: Type.Array(result) })),
  refused: Compile(Type.Object(inbound)),
  assigned: Compile(Type.Object({ batch: text })),
  requested: Compile(
    Type.Object({
      batch: text,
      sample: text,
      analyses: Type.Array(text),
      by: text,
      at: Type.String({ pattern: '^[0-9]{1,15}$' }),
    }),
  ),
  sent: Compile(Type.Object({ ...inbound, about: text })),
};

export function contentOf(
  event: ExchangeEvent,
): Readonly<{ object: string; reason: string; own: Readonly<Record<string, RecordValue>> }> {
  const from = (file: string, own: Readonly<Record<string, RecordValue>>, reason = '') => ({
    object: file,
    reason,
    own,
  });
  switch (event.kind) {
    case 'orders-received':
      return from(event.file, { digest: event.digest, orders: event.orders });
    case 'results-received':
      return from(event.file, { digest: event.digest, results: event.results });
    case 'file-refused':
      return from(event.file, { digest: event.digest }, event.reason);
    case 'order-assigned':
      return from(event.order, { batch: event.batch });
    case 'analyses-requested': {
      const { id, at, ...sample } = event.sample;
      return from(id, { ...sample, at: recordNumber(at) });
    }
    case 'message-sent':
      return from(event.file, { digest: event.digest, about: event.about });
  }
}

/** The event a stored one tells; null where it is of another kind, `unreadable` where it is one of these and cannot be read. */
export function readExchange({ event }: StoredEvent): ExchangeEvent | null | 'unreadable' {
  const { action, object, data, reason = '' } = event;
  switch (action) {
    case 'orders-received':
      return forms.orders.Check(data)
        ? { kind: action, file: object, digest: data.digest, orders: data.orders }
        : 'unreadable';
    case 'results-received':
      return forms.results.Check(data)
        ? { kind: action, file: object, digest: data.digest, results: data.results }
        : 'unreadable';
    case 'file-refused':
      return forms.refused.Check(data) ? { kind: action, file: object, digest: data.digest, reason } : 'unreadable';
    case 'order-assigned':
      return forms.assigned.Check(data) ? { kind: action, order: object, batch: data.batch } : 'unreadable';
    case 'analyses-requested': {
      if (!forms.requested.Check(data)) return 'unreadable';
      const { batch, sample, analyses, by, at } = data;
      return { kind: action, sample: { id: object, batch, sample, analyses, by, at: utcMs(Number(at)) } };
    }
    case 'message-sent':
      return forms.sent.Check(data)
        ? { kind: action, file: object, digest: data.digest, about: data.about }
        : 'unreadable';
    default:
      return null;
  }
}

export function evolveExchange(book: ExchangeBook, event: ExchangeEvent, at: UtcMs): ExchangeBook {
  switch (event.kind) {
    case 'orders-received': {
      const views = event.orders
        .filter(({ id }) => !book.orders.has(id))
        .map((each) => [each.id, { ...each, file: event.file, receivedAt: at, batch: null }] as const);
      const orders = new Map([...book.orders, ...views]);
      return { ...withFile(book, event, 'taken', at), orders, taken: new Set([...book.taken, event.digest]) };
    }
    case 'results-received': {
      const samples = new Map(book.samples);
      for (const each of event.results) {
        const sample = samples.get(each.request);
        if (sample?.results.some(({ analysis }) => analysis === each.analysis) === false)
          samples.set(sample.id, { ...sample, results: [...sample.results, each] });
      }
      return { ...withFile(book, event, 'taken', at), samples, taken: new Set([...book.taken, event.digest]) };
    }
    case 'file-refused':
      return withFile(book, event, 'refused', at, event.reason);
    case 'order-assigned': {
      const found = book.orders.get(event.order);
      if (found === undefined) return book;
      return { ...book, orders: new Map([...book.orders, [found.id, { ...found, batch: event.batch }]]) };
    }
    case 'analyses-requested': {
      const view = { ...event.sample, sent: false, results: [] };
      return { ...book, samples: new Map([...book.samples, [view.id, view]]) };
    }
    case 'message-sent': {
      const sample = book.samples.get(event.about);
      const samples =
        sample === undefined ? book.samples : new Map([...book.samples, [sample.id, { ...sample, sent: true }]]);
      return { ...withFile(book, event, 'sent', at), samples, sent: new Set([...book.sent, event.about]) };
    }
  }
}

const withFile = (
  book: ExchangeBook,
  { file, digest }: Inbound,
  fate: ExchangedFile['fate'],
  at: UtcMs,
  reason = '',
): ExchangeBook => ({ ...book, files: [...book.files.slice(1 - mostFiles), { name: file, digest, at, fate, reason }] });
