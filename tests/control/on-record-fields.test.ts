/** That of what is asked of the rooms of materials, labels and orders every field is on record where the list says. */
import { afterAll, describe, expect, it } from 'vitest';
import type { RecordEvent, StoredEvent } from '../../plant/record-event.ts';
import { fieldsLost } from '../support/on-record.ts';
import { clean, schedule, started as startedExchange } from './materials/exchange/world.ts';
import { by as signersOf, carl as cora, olga as otto, started as startedLabels } from './materials/labels/world.ts';
import { olga, selenium, started, tcep } from './materials/world.ts';

afterAll(clean);

/** Who signed is in the signature, which the ledger writes. */
const signatures = ['signers[].userName'];

type Done = Readonly<{ request: object; events: readonly RecordEvent[] }>;

async function asked(stored: readonly StoredEvent[], request: object, deed: Promise<unknown>): Promise<Done> {
  const before = stored.length;
  expect(await deed).toMatchObject({ done: true });
  return { request, events: stored.slice(before).map(({ event }) => event) };
}

const routes: Readonly<Record<string, () => Promise<Done>>> = {
  '/api/materials/dispensings/:id/give-back': async () => {
    const at = await started();
    const kit = await at.dispensed(await at.released(selenium), await at.released(tcep));
    await at.room.gate.facts(at.question('B-1'));
    const request = at.as(olga, 'it never began');
    return asked(at.stored, { ...request, ':id': kit }, at.desk.giveBack({ ...request, kit }));
  },
  '/api/labels/known': async () => {
    const at = await startedLabels();
    const request = { ...at.as(otto, 'the first ones'), containers: ['SE-1'] };
    return asked(at.stored, request, at.desk.printKnown(request));
  },
  '/api/labels/product': async () => {
    const at = await startedLabels();
    const containers = [{ container: 'V-1', content: '20 mL' }];
    const request = { ...at.as(otto, 'for the shelf'), batch: 'B-2026-0001', containers, hazards: ['H350'] };
    return asked(at.stored, request, at.desk.printProduct(request));
  },
  '/api/labels/of/:id/reprint': async () => {
    const at = await startedLabels();
    await at.vials(1);
    const request = at.as(otto, 'smeared');
    return asked(at.stored, { ...request, ':id': '26000001' }, at.desk.reprint({ ...request, serial: '26000001' }));
  },
  '/api/labels/mark': async () => {
    const at = await startedLabels();
    await at.vials(1);
    const request = { ...at.as(otto, 'torn'), codes: ['2600000101'], as: 'destroyed' } as const;
    return asked(at.stored, request, at.desk.mark(request));
  },
  '/api/labels/reconcile': async () => {
    const at = await startedLabels();
    await at.vials(1);
    const request = { ...at.as(otto, 'as counted'), subject: 'B-2026-0001', left: ['2600000101'] };
    return asked(at.stored, request, at.desk.reconcile({ ...request, signers: signersOf(otto, cora) }));
  },
  '/api/exchange/orders/:id/assign': async () => {
    const at = await startedExchange();
    at.put('orders.xml', schedule());
    await at.twice();
    const request = { ...at.as(), reason: 'as planned', batch: 'B-2026-0001' };
    const done = await asked(at.stored, { ...request, ':id': 'R-1' }, at.desk.assign({ ...request, order: 'R-1' }));
    await at.room.stop();
    return done;
  },
  '/api/exchange/samples': async () => {
    const at = await startedExchange();
    const request = { ...at.as(), reason: 'at the end', batch: 'B-2026-0001', sample: 'V-1', analyses: ['size'] };
    const done = await asked(at.stored, request, at.desk.requestAnalyses(request));
    await at.room.stop();
    return done;
  },
};

describe('what is asked of a room', () => {
  it.each(Object.entries(routes))('is on record in every field: %s', async (route, deed) => {
    const { request, events } = await deed();
    expect(fieldsLost(route, request, events, signatures)).toEqual([]);
  });
});
