/** A unit's events as lines of the batch's record, and back. What stands in the record is all that a restart knows. */
import { batchStates, unitModes, type BatchState, type UnitMode } from '../../../plant/batch-view.ts';
import type { UtcMs } from '../../../plant/clock.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../../plant/record-event.ts';
import { setPointNames, type SetPoints } from '../../../plant/recipe/roles.ts';
import type { Tree } from '../procedure/tree.ts';
import type { CollectedVolume, PromptForm, UnitEvent } from './unit-events.ts';
import type { UnitLasting } from './unit-lasting.ts';

type Line = Pick<RecordEvent, 'action' | 'object'> &
  Partial<Pick<RecordEvent, 'old' | 'new' | 'unit' | 'reason' | 'data'>>;
type Data = Readonly<Record<string, RecordValue>>;

/** @param before the unit as it was when this happened */
export function lineOf(tree: Tree, before: UnitLasting, event: UnitEvent): Line {
  const place = (node: number): Pick<Line, 'object'> & Readonly<{ element: string }> => ({
    object: objectOf(tree, node),
    element: recordNumber(node),
  });
  const at = (action: string, node: number, data: Data = {}, reason?: string): Line => {
    const { object, element } = place(node);
    return { action, object, data: { element, ...data }, ...(reason === undefined ? {} : { reason }) };
  };
  const own = (action: string, more: Omit<Line, 'action' | 'object'> = {}): Line => ({
    action,
    object: before.skid,
    ...more,
  });
  switch (event.kind) {
    case 'state-changed':
      return own('state-changed', { old: before.state, new: event.to, reason: event.reason });
    case 'step-started':
      return at('step-started', event.node, {
        purpose: event.purpose,
        run: recordNumber((before.runs.get(event.node)?.runs ?? 0) + 1),
      });
    case 'step-finished':
      return at('step-finished', event.node);
    case 'step-ended':
      return at('step-ended', event.node, { purpose: event.purpose, figures: event.figures });
    case 'procedure':
      return procedureLine(event, at);
    case 'restart-planned':
      return own('restart-planned', {
        data: {
          steps: event.nodes.map((node) => tree[node]?.path ?? ''),
          elements: event.nodes.map(recordNumber),
        },
      });
    case 'ending':
      return own('ending-begun', { new: event.to });
    case 'set-points-asked':
      return own('set-points-asked', {
        data: {
          setPoints: Object.fromEntries(Object.entries(event.writes).map(([name, v]) => [name, recordNumber(v)])),
        },
      });
    case 'mode-changed':
      return own('mode-changed', { old: before.mode, new: event.to, reason: event.reason });
    case 'prompt-asked': {
      const { form } = event;
      const limits = { low: numberOrNull(form.low), high: numberOrNull(form.high) };
      return at('prompt-asked', event.node, { prompt: event.id, turn: recordNumber(event.turn), ...form, ...limits });
    }
    case 'prompt-answered': {
      const { value, reason, ...answer } = event.answer;
      const data = { by: answer.by, checkedBy: answer.checkedBy, at: recordNumber(answer.at), outside: answer.outside };
      return { action: 'prompt-answered', object: event.id, new: value, data, ...(reason === null ? {} : { reason }) };
    }
    case 'prompt-withdrawn':
      return { action: 'prompt-withdrawn', object: event.id, reason: event.reason };
    case 'volume':
      return { action: 'volume-collected', object: 'collected volume', unit: 'mL', data: volumeData(event.volume) };
    case 'flush-liquid':
      return own('flush-liquid-changed', { new: event.liquid });
    case 'exception-raised':
      return { action: 'exception-raised', object: event.what, reason: event.reason };
    case 'service-restarted':
      return own('service-restarted', { old: event.was });
    case 'reconciled':
      return own('reconciled');
    case 'given-up':
      return own('unit-given-up', { reason: event.reason });
    case 'archived':
      return own('unit-archived', { old: event.outcome });
  }
}

/** A record names what something happened to in 200 characters at most; the whole procedure has no path. */
function objectOf(tree: Tree, node: number): string {
  const path = tree[node]?.path ?? '';
  return path === '' ? 'procedure' : path.slice(0, 200);
}

type At = (action: string, node: number, data?: Data, reason?: string) => Line;

function procedureLine({ event, because }: Extract<UnitEvent, Readonly<{ kind: 'procedure' }>>, at: At): Line {
  switch (event.kind) {
    case 'begun':
      return at('procedure-begun', 0, {}, because);
    case 'branch-chosen':
      return at('branch-chosen', event.node, { part: recordNumber(event.part) }, because);
    case 'turn-ended':
      return at('turn-ended', event.node, { again: event.again }, because);
    case 'wait-ended':
      return at('wait-ended', event.node, {}, because);
    case 'granted':
      return at('equipment-taken', event.node, {}, because);
    case 'not granted':
      return at('equipment-done-without', event.node, {}, because);
  }
}

const volumeData = ({ closedMl, open }: CollectedVolume): Data => ({
  closedMl: recordNumber(closedMl),
  fromMl: numberOrNull(open?.fromMl ?? null),
  lastMl: numberOrNull(open?.lastMl ?? null),
});

const numberOrNull = (value: number | null): string | null => (value === null ? null : recordNumber(value));

/**
 * @returns null where the line is none of a unit's
 * @throws RangeError where it should be one and cannot be read: the record is not of this software, or was altered
 */
export function eventOf(tree: Tree, line: RecordEvent, at: UtcMs): UnitEvent | null {
  const read = new LineReader(tree, line);
  const { object } = line;
  const reason = line.reason ?? '';
  switch (line.action) {
    case 'state-changed':
      return { at, kind: 'state-changed', to: read.state(line.new), reason };
    case 'step-started':
      return { at, kind: 'step-started', node: read.element(), purpose: read.purpose() };
    case 'step-finished':
      return { at, kind: 'step-finished', node: read.element() };
    case 'step-ended':
      return { at, kind: 'step-ended', node: read.element(), purpose: read.purpose(), figures: read.texts('figures') };
    case 'procedure-begun':
      return { at, kind: 'procedure', event: { kind: 'begun' }, because: reason };
    case 'branch-chosen': {
      const event = { kind: 'branch-chosen', node: read.element(), part: read.number('part') } as const;
      return { at, kind: 'procedure', event, because: reason };
    }
    case 'turn-ended': {
      const event = { kind: 'turn-ended', node: read.element(), again: line.data?.again === true } as const;
      return { at, kind: 'procedure', event, because: reason };
    }
    case 'wait-ended':
      return { at, kind: 'procedure', event: { kind: 'wait-ended', node: read.element() }, because: reason };
    case 'equipment-taken':
      return { at, kind: 'procedure', event: { kind: 'granted', node: read.element() }, because: reason };
    case 'equipment-done-without':
      return { at, kind: 'procedure', event: { kind: 'not granted', node: read.element() }, because: reason };
    case 'restart-planned':
      return { at, kind: 'restart-planned', nodes: read.numbers('elements') };
    case 'ending-begun':
      return { at, kind: 'ending', to: read.word(line.new, ['Stopped', 'Aborted']) };
    case 'set-points-asked':
      return { at, kind: 'set-points-asked', writes: read.setPoints() };
    case 'mode-changed':
      return { at, kind: 'mode-changed', to: read.word<UnitMode>(line.new, unitModes), reason };
    case 'prompt-asked':
      return {
        at,
        kind: 'prompt-asked',
        id: read.text('prompt'),
        node: read.element(),
        turn: read.number('turn'),
        form: read.form(),
      };
    case 'prompt-answered': {
      const answer = {
        value: read.value(line.new),
        by: read.text('by'),
        checkedBy: read.textOrNull('checkedBy'),
        at: read.number('at') as UtcMs,
        reason: line.reason ?? null,
        outside: line.data?.outside === true,
      };
      return { at, kind: 'prompt-answered', id: object, answer };
    }
    case 'prompt-withdrawn':
      return { at, kind: 'prompt-withdrawn', id: object, reason };
    case 'volume-collected':
      return { at, kind: 'volume', volume: read.volume() };
    case 'flush-liquid-changed':
      return { at, kind: 'flush-liquid', liquid: read.word(line.new, ['water', 'oil', 'acid']) };
    case 'exception-raised':
      return { at, kind: 'exception-raised', what: object, reason };
    case 'service-restarted':
      return { at, kind: 'service-restarted', was: read.state(line.old) };
    case 'reconciled':
      return { at, kind: 'reconciled' };
    case 'unit-given-up':
      return { at, kind: 'given-up', reason };
    case 'unit-archived':
      return { at, kind: 'archived', outcome: read.state(line.old) };
    default:
      return null;
  }
}

class LineReader {
  readonly #tree: Tree;
  readonly #line: RecordEvent;

  constructor(tree: Tree, line: RecordEvent) {
    this.#tree = tree;
    this.#line = line;
  }

  /** By its number, and by its path as a proof that this is the procedure it was written of. */
  element(): number {
    const node = this.number('element');
    if (objectOf(this.#tree, node) !== this.#line.object) throw this.#unreadable('element');
    return node;
  }

  number(name: string): number {
    const number = this.#numberIn(this.#line.data?.[name]);
    if (number === null) throw this.#unreadable(name);
    return number;
  }

  numbers(name: string): readonly number[] {
    const list = this.#line.data?.[name];
    if (!Array.isArray(list)) throw this.#unreadable(name);
    return (list as readonly RecordValue[]).map((one) => this.#numberIn(one) ?? this.#fail(name));
  }

  text(name: string): string {
    return this.textOrNull(name) ?? this.#fail(name);
  }

  textOrNull(name: string): string | null {
    const text = this.#line.data?.[name] ?? null;
    return text === null || typeof text === 'string' ? text : this.#fail(name);
  }

  texts(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#record(name)).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : this.#fail(name),
      ]),
    );
  }

  value(value: RecordValue | undefined): string {
    return typeof value === 'string' ? value : this.#fail('new');
  }

  word<T extends string>(value: RecordValue | undefined, of: readonly T[]): T {
    return of.find((word) => word === value) ?? this.#fail('new');
  }

  state(value: RecordValue | undefined): BatchState {
    return this.word(value, batchStates);
  }

  purpose(): 'procedure' | 'restart' {
    return this.word(this.#line.data?.purpose, ['procedure', 'restart']);
  }

  setPoints(): SetPoints {
    return Object.fromEntries(
      Object.entries(this.#record('setPoints')).map(([name, value]) => [
        setPointNames.find((known) => known === name) ?? this.#fail(name),
        this.#numberIn(value) ?? this.#fail(name),
      ]),
    );
  }

  form(): PromptForm {
    return {
      name: this.text('name'),
      title: this.text('title'),
      kind: this.word(this.#line.data?.kind, ['confirm', 'number', 'text']),
      unit: this.textOrNull('unit'),
      low: this.#numberIn(this.#line.data?.low),
      high: this.#numberIn(this.#line.data?.high),
      done: this.text('done'),
      checked: this.textOrNull('checked'),
    };
  }

  volume(): CollectedVolume {
    const [fromMl, lastMl] = [this.#numberIn(this.#line.data?.fromMl), this.#numberIn(this.#line.data?.lastMl)];
    const open = fromMl === null || lastMl === null ? null : { fromMl, lastMl };
    return { closedMl: this.number('closedMl'), open };
  }

  #record(name: string): Data {
    const value = this.#line.data?.[name];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#unreadable(name);
    return value as Data;
  }

  #numberIn(value: RecordValue | undefined): number | null {
    if (typeof value !== 'string' || value === '') return null;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  }

  #fail(name: string): never {
    throw this.#unreadable(name);
  }

  #unreadable(name: string): RangeError {
    return new RangeError(`"${this.#line.action}" of ${this.#line.object} cannot be read: ${name}`);
  }
}
