/**
 * Genealogy as the events tell it, one after the other in the order of each scope: lots and weighings, batches, labels, calibrations.
 * Scopes are read side by side, so that nothing here depends on which of two scopes came first.
 */
import type { UtcMs } from '../../../plant/clock.ts';
import type { Weighing } from '../../../plant/material-view.ts';
import type { EventPlace, GenealogyItem } from '../../../plant/ports/genealogy.ts';
import type { RecordValue, StoredEvent } from '../../../plant/record-event.ts';
import { dayOf, type MaterialEvent } from '../book.ts';
import { readMaterial } from '../events.ts';
import { readLabelEvent } from '../labels/events.ts';
import { item, Links, put, type Link } from './links.ts';
import type { Calibrated } from './trace.ts';

export const batchPrefix = 'batch/';
export const equipmentPrefix = 'equipment/';

type Lot = Readonly<{ material: string; unit: string; supplier: string; supplierLot: string; status: string }>;
type Batch = Readonly<{ recipe: string; purpose: string; outcome: string; disposition: string; began: UtcMs | null }>;

export class GenealogyBook {
  readonly links = new Links();
  /** Entries about lots and labels that cannot be read: what they say is in no trace. */
  readonly unreadable: EventPlace[] = [];
  readonly #lots = new Map<string, Lot>();
  /** Of each dispensing, what every weighing put into its container, in order: one that is struck out keeps its number. */
  readonly #weighings = new Map<string, Link[]>();
  readonly #batches = new Map<string, Batch>();
  /** Prompts that ask for a container's code, by batch and prompt, with what it is asked for. */
  readonly #asked = new Map<string, string>();
  /** Of each instrument, in order. */
  readonly #calibrations = new Map<string, Link[]>();

  remember(stored: StoredEvent): void {
    const { scope } = stored;
    if (scope.startsWith(batchPrefix)) {
      this.#ofBatch(scope.slice(batchPrefix.length), stored);
      return;
    }
    if (scope.startsWith(equipmentPrefix)) {
      this.#ofEquipment(scope.slice(equipmentPrefix.length), stored);
      return;
    }
    const material = readMaterial(stored);
    const label = readLabelEvent(stored);
    if (material === 'unreadable' || label === 'unreadable') this.unreadable.push(placed(stored).event);
    else if (material !== null) this.#ofMaterial(material, stored);
    else if (label?.kind === 'labels-printed')
      for (const { serial, container, what, batch, lot, content } of label.labels) {
        const said = { what: `${what}, ${content}, label ${serial} on ${container}`, ...placed(stored) };
        const to = item('label', serial);
        if (batch !== null) {
          this.links.add({ from: item('batch', batch), to: item('container', container), ...said });
          this.links.add({ from: item('batch', batch), to, ...said });
        } else if (lot !== null) this.links.add({ from: item('lot', lot), to, ...said });
        this.links.say(to, `${what}, ${content}`);
      }
  }

  /** Of each instrument of the skid, its last calibration before the batch began. */
  readonly calibratedFor: Calibrated = (batch, skid) => {
    const began = this.#batches.get(batch.id)?.began ?? null;
    if (began === null) return [];
    return [...this.#calibrations.values()].flatMap((all) => {
      const last = all.findLast(({ to, at }) => to.id === skid.id && at <= began);
      return last === undefined ? [] : [last];
    });
  };

  #ofMaterial(event: MaterialEvent, stored: StoredEvent): void {
    const { links } = this;
    const place = placed(stored);
    switch (event.kind) {
      case 'lot-received': {
        const { id, material, unit, supplier, supplierLot, received, expires, containers } = event.lot;
        const to = item('lot', id);
        const what = `${received} ${unit} ${material} received, to be used by ${dayOf(expires)}`;
        links.add({ from: supplied(supplier, supplierLot), to, what, ...place });
        for (const code of containers) links.add({ from: item('container', code), to, what, ...place });
        this.#lot(id, { material, unit, supplier, supplierLot, status: 'quarantine' });
        return;
      }
      case 'lot-corrected': {
        const to = item('lot', event.lot);
        const { supplier, supplierLot, received, expires, containers } = event.to;
        links.remove(to, (link) => link.to.id === event.lot && link.to.kind === 'lot');
        const what = `corrected: ${received} received, to be used by ${dayOf(expires)}`;
        links.add({ from: supplied(supplier, supplierLot), to, what, ...place });
        for (const code of containers) links.add({ from: item('container', code), to, what, ...place });
        const known = this.#lots.get(event.lot);
        if (known !== undefined) this.#lot(event.lot, { ...known, supplier, supplierLot });
        return;
      }
      case 'lot-status-changed': {
        const known = this.#lots.get(event.lot);
        if (known !== undefined) this.#lot(event.lot, { ...known, status: event.status });
        return;
      }
      case 'dispensing-opened':
        links.say(item('dispensing', event.kit.id), `for ${event.kit.recipe} v${event.kit.version}`);
        return;
      case 'weighing-entered':
        this.#weighed(event.weighing, place);
        return;
      case 'weighing-struck':
        this.#struck(event.kit, event.number, event.strike.gone, place);
        return;
      case 'dispensing-taken':
        links.add({
          from: item('dispensing', event.kit),
          to: item('batch', event.batch),
          what: 'taken by the batch',
          ...place,
        });
        return;
      case 'dispensing-given-back':
        links.remove(item('dispensing', event.kit), ({ from, to }) => from.id === event.kit && to.kind === 'batch');
        return;
      case 'dispensing-given-up':
        links.say(item('dispensing', event.kit), 'given up');
    }
  }

  #lot(id: string, lot: Lot): void {
    this.#lots.set(id, lot);
    this.links.say(item('lot', id), `${lot.material}, ${lot.supplier} ${lot.supplierLot}, ${lot.status}`);
  }

  #weighed(weighing: Omit<Weighing, 'number'>, place: Placed): void {
    const { lot, kit, material, amount, container, scale, by, checkedBy } = weighing;
    const unit = this.#lots.get(lot)?.unit ?? '';
    const checked = checkedBy === null ? '' : `, checked by ${checkedBy}`;
    const what = `${amount} ${unit} ${material} into ${container} on ${scale}, by ${by}${checked}`;
    const [from, to, filled] = [item('lot', lot), item('dispensing', kit), item('container', container)];
    this.links.add({ from, to, what, ...place });
    const entered: Link = { from, to: filled, what, ...place, ofContainer: true };
    this.links.add(entered);
    this.links.add({ from: filled, to, what, ...place, ofContainer: true });
    put(this.#weighings, kit, entered);
  }

  #struck(kit: string, number: number, gone: boolean, { event }: Placed): void {
    const entered = this.#weighings.get(kit)?.[number - 1];
    if (entered === undefined) return;
    const isOfIt = (link: Link): boolean =>
      link.event.seq === entered.event.seq && link.event.scope === entered.event.scope;
    this.links.remove(entered.from, isOfIt);
    this.links.remove(entered.to, isOfIt);
    const what = `${entered.what}; struck out (#${event.seq}), and gone from the lot`;
    if (gone) this.links.add({ from: entered.from, to: entered.to, what, at: entered.at, event: entered.event });
  }

  #ofBatch(id: string, stored: StoredEvent): void {
    const { event } = stored;
    const data = event.data ?? {};
    const batch = item('batch', id);
    const known = this.#batches.get(id) ?? { recipe: '', purpose: '', outcome: '', disposition: '', began: null };
    const place = placed(stored);
    switch (event.action) {
      case 'batch-started': {
        const recipe = `${textOf(data['recipe'])} v${textOf(data['version'])}`;
        const digest = textOf(data['masterDigest']).slice(0, 12);
        this.links.add({ from: item('recipe', recipe), to: batch, what: `started by it, text ${digest}…`, ...place });
        for (const skid of textsOf(data['skids']))
          this.links.add({ from: item('skid', skid), to: batch, what: 'started on it', ...place });
        this.#batch(id, { ...known, recipe, purpose: textOf(data['purpose']), outcome: 'running', began: place.at });
        return;
      }
      case 'unit-joined':
        this.links.add({
          from: item('skid', textOf(data['joined'])),
          to: batch,
          what: `in the place of ${textOf(data['inPlaceOf'])}`,
          ...place,
        });
        return;
      case 'batch-not-started':
        this.#batch(id, { ...known, outcome: 'not started' });
        return;
      case 'batch-ended':
        this.#batch(id, { ...known, outcome: textOf(event.new) });
        return;
      case 'batch-disposed':
        this.#batch(id, { ...known, disposition: textOf(event.new) });
        return;
      case 'prompt-asked':
        if (textOf(data['name']) === 'container')
          this.#asked.set(`${id} ${textOf(data['prompt'])}`, textOf(data['title']));
        return;
      case 'prompt-answered': {
        const title = this.#asked.get(`${id} ${event.object}`);
        const code = textOf(event.new);
        if (title !== undefined && code !== '')
          this.links.add({ from: batch, to: item('container', code), what: title, ...place });
      }
    }
  }

  #batch(id: string, batch: Batch): void {
    this.#batches.set(id, batch);
    const { recipe, purpose, outcome, disposition } = batch;
    const said = [recipe, purpose === 'rehearsal' ? purpose : '', outcome, disposition].filter((part) => part !== '');
    this.links.say(item('batch', id), said.join(', '));
  }

  #ofEquipment(skid: string, stored: StoredEvent): void {
    const { event } = stored;
    if (event.action !== 'calibration-recorded') return;
    const { certificate, due, at, asLeftWithin } = event.data ?? {};
    const days = (value: RecordValue | undefined): string => dayOf(Number(textOf(value)) as UtcMs);
    const link: Link = {
      from: item('instrument', `${skid}/${event.object}`),
      to: item('skid', skid),
      what: `calibrated ${days(at)}, due ${days(due)}, certificate ${textOf(certificate)}${asLeftWithin === false ? ', left out of tolerance' : ''}`,
      ...placed(stored),
    };
    put(this.#calibrations, link.from.id, link);
    this.links.add(link);
  }
}

type Placed = Readonly<{ at: UtcMs; event: EventPlace }>;

const placed = ({ scope, seq, utc, event }: StoredEvent): Placed => ({
  at: event.happenedAt ?? utc,
  event: { scope, seq },
});
const supplied = (supplier: string, lot: string): GenealogyItem => item('supplier lot', `${supplier} ${lot}`);
const textOf = (value: RecordValue | undefined): string => (typeof value === 'string' ? value : '');
const textsOf = (value: RecordValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly RecordValue[]).map(textOf) : [];
