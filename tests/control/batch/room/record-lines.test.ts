/** What happens to a unit, a batch or shared equipment is a line of the record, and out of the line comes what has happened. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreOf, type BatchCore } from '../../../../control/batch/batch-core.ts';
import { batchCommanded, batchEnded, batchEvent, unitJoined } from '../../../../control/batch/batch-events.ts';
import { foldBatch, readOn } from '../../../../control/batch/batch-fold.ts';
import { eventIn, recordOf } from '../../../../control/batch/shared/shared-record.ts';
import type { ArbiterEvent } from '../../../../control/batch/shared/places.ts';
import type { UnitEvent } from '../../../../control/batch/unit/unit-events.ts';
import { newUnit } from '../../../../control/batch/unit/unit-lasting.ts';
import { eventOf, lineOf } from '../../../../control/batch/unit/unit-record.ts';
import { bodyOf, eventOf as storedOf, type EventBody } from '../../../../control/records/format/event-body.ts';
import { canonicalText } from '../../../../control/records/format/canonical.ts';
import { checkEvent } from '../../../../control/records/ledger/event-check.ts';
import { batchStates, unitModes } from '../../../../plant/batch-view.ts';
import { monotonic, utcMs, type UtcMs } from '../../../../plant/clock.ts';
import type { Actor } from '../../../../plant/people.ts';
import type { RecordEvent, StoredEvent } from '../../../../plant/record-event.ts';
import { setPointNames } from '../../../../plant/recipe/roles.ts';
import { skidName } from '../../../../plant/sample.ts';
import { whole } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

const world = new World(whole('replace'), 2, 1, ['nmr-31p']);
const { core } = world;
const { tree } = core;
const [skid] = world.skids;
const now = utcMs(Date.UTC(2026, 0, 2));

/** As the ledger stores it and gives it back: checked, canonical text, and read anew. */
function stored(event: RecordEvent): RecordEvent {
  checkEvent(event);
  const text = canonicalText(bodyOf(event, 1, { utc: now, monotonic: monotonic(5) }));
  return storedOf(JSON.parse(text) as EventBody).event;
}

const at = fc.integer({ min: 0, max: 4_102_444_800_000 }).map((ms): UtcMs => utcMs(ms));
const text = fc.string({ maxLength: 60, unit: 'grapheme' });
/** A name that a record bears: not empty, and no longer than it may be. */
const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const node = fc.integer({ min: 0, max: tree.length - 1 });
const whole0 = fc.nat(100_000);
const state = fc.constantFrom(...batchStates);
const purpose = fc.constantFrom('procedure' as const, 'restart' as const);
const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const writes = fc
  .uniqueArray(fc.constantFrom(...setPointNames))
  .chain((names) =>
    fc.tuple(...names.map(() => number)).map((values) => Object.fromEntries(names.map((one, i) => [one, values[i]]))),
  );

const form = fc.record({
  name: text,
  title: text,
  kind: fc.constantFrom('confirm' as const, 'number' as const, 'text' as const),
  unit: orNull(text),
  low: orNull(number),
  high: orNull(number),
  done: text,
  checked: orNull(text),
});
const answer = fc.record({
  value: text,
  by: text,
  checkedBy: orNull(text),
  at,
  reason: orNull(text),
  outside: fc.boolean(),
});
const is = <const K>(kind: K): fc.Arbitrary<K> => fc.constant(kind);
const procedure = fc.oneof(
  fc.record({ kind: is('branch-chosen'), node, part: whole0 }),
  fc.record({ kind: is('turn-ended'), node, again: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('wait-ended' as const, 'granted' as const, 'not granted' as const), node }),
  fc.record({ kind: is('begun') }),
);

/** Every kind of event of a unit: one that is missing here does not compile. */
const kinds: { [K in UnitEvent['kind']]: fc.Arbitrary<Extract<UnitEvent, Readonly<{ kind: K }>>> } = {
  'state-changed': fc.record({ at, kind: is('state-changed'), to: state, reason: text }),
  'step-started': fc.record({ at, kind: is('step-started'), node, purpose }),
  'step-finished': fc.record({ at, kind: is('step-finished'), node }),
  'step-ended': fc.record({ at, kind: is('step-ended'), node, purpose, figures: fc.dictionary(text, text) }),
  procedure: fc.record({ at, kind: is('procedure'), event: procedure, because: text }),
  'restart-planned': fc.record({ at, kind: is('restart-planned'), nodes: fc.array(node) }),
  ending: fc.record({ at, kind: is('ending'), to: fc.constantFrom('Stopped' as const, 'Aborted' as const) }),
  'set-points-asked': fc.record({ at, kind: is('set-points-asked'), writes }),
  'mode-changed': fc.record({ at, kind: is('mode-changed'), to: fc.constantFrom(...unitModes), reason: text }),
  'prompt-asked': fc.record({ at, kind: is('prompt-asked'), id: name, node, turn: whole0, form }),
  'prompt-answered': fc.record({ at, kind: is('prompt-answered'), id: name, answer }),
  'prompt-withdrawn': fc.record({ at, kind: is('prompt-withdrawn'), id: name, reason: text }),
  volume: fc.record({
    at,
    kind: is('volume'),
    volume: fc.record({ closedMl: number, open: orNull(fc.record({ fromMl: number, lastMl: number })) }),
  }),
  'flush-liquid': fc.record({ at, kind: is('flush-liquid'), liquid: fc.constantFrom('water', 'oil', 'acid') }),
  'exception-raised': fc.record({ at, kind: is('exception-raised'), what: name, reason: text }),
  'service-restarted': fc.record({ at, kind: is('service-restarted'), was: state }),
  reconciled: fc.record({ at, kind: is('reconciled') }),
  'given-up': fc.record({ at, kind: is('given-up'), reason: text }),
  archived: fc.record({ at, kind: is('archived'), outcome: state }),
};

const lineFor = (event: UnitEvent): RecordEvent => {
  const { data = {}, action, object, ...line } = lineOf(tree, newUnit(skid!, tree), event);
  return batchEvent(core.facts.id, action, object, { ...line, data: { skid: skid!, ...data }, happenedAt: event.at });
};

describe('an event of a unit that its line did not bring back would be lost with the service', () => {
  it.each(Object.entries(kinds))('%s', (_, events) => {
    fc.assert(
      fc.property(events as fc.Arbitrary<UnitEvent>, (event) => {
        const line = stored(lineFor(event));
        expect(eventOf(tree, line, line.happenedAt!)).toEqual(event);
        expect(line.data?.skid).toBe(skid);
      }),
      { numRuns: 60 },
    );
  });

  it('and two kinds whose lines bore one name could not be told apart', () => {
    const [first] = fc.sample(kinds['step-started'], 1);
    const names = Object.entries(kinds).flatMap(([kind, events]) =>
      kind === 'procedure'
        ? (['begun', 'branch-chosen', 'turn-ended', 'wait-ended', 'granted', 'not granted'] as const).map((of) =>
            lineFor({
              at: first!.at,
              kind: 'procedure',
              event: { kind: of, node: 1, part: 0, again: false } as never,
              because: '',
            }),
          )
        : [lineFor(fc.sample(events as fc.Arbitrary<UnitEvent>, 1)[0]!)],
    );
    expect(new Set(names.map(({ action }) => action)).size).toBe(names.length);
  });
});

describe('a line that was altered, or is of another procedure, and was read all the same would move a unit that it never moved', () => {
  const started = lineFor({ at: now, kind: 'step-started', node: 3, purpose: 'procedure' });
  it.each([
    ['its element is another', { data: { ...started.data, element: '4' } }],
    ['its element is none', { data: { ...started.data, element: String(tree.length) } }],
    ['its element is missing', { data: { skid: skid! } }],
    ['its object is another path', { object: 'no/such/step' }],
    ['its purpose is no purpose', { data: { ...started.data, purpose: 'fun' } }],
  ])('%s', (_, altered) => {
    expect(() => eventOf(tree, { ...started, ...altered }, now)).toThrow(/cannot be read/);
  });

  it.each([
    ['a state', lineFor({ at: now, kind: 'state-changed', to: 'Held', reason: '' }), { new: 'Resting' }],
    [
      'a volume',
      lineFor({ at: now, kind: 'volume', volume: { closedMl: 5, open: null } }),
      { data: { skid: skid!, closedMl: 'NaN' } },
    ],
    [
      'a set point',
      lineFor({ at: now, kind: 'set-points-asked', writes: { flush: 1 } }),
      { data: { skid: skid!, setPoints: { speed: '1' } } },
    ],
    ['a mode', lineFor({ at: now, kind: 'mode-changed', to: 'manual', reason: '' }), { new: 'magic' }],
  ])('%s that there is not', (_, line, altered) => {
    expect(() => eventOf(tree, { ...line, ...altered }, now)).toThrow(/cannot be read/);
  });
});

describe('a line of the whole batch', () => {
  const person: Actor = {
    kind: 'person',
    id: 'P-1',
    userName: 'o',
    printedName: 'O',
    roles: ['operator'],
    terminal: 't',
  };
  const read = (event: RecordEvent): BatchCore['lasting'] => {
    const line = stored(event);
    return readOn(core, core.lasting, line, line.happenedAt ?? now);
  };

  it('that says its end and brought back another would let an ended batch run', () => {
    fc.assert(
      fc.property(state, at, (as, utc) => {
        expect(read(batchEnded(core, as, utc)).ended).toEqual({ as, at: utc });
      }),
      { numRuns: 60 },
    );
  });

  it('that says who joined and brought back nobody would leave a skid that runs to nobody', () => {
    fc.assert(
      fc.property(text, at, (reason, utc) => {
        const [spare] = world.spares;
        const { units } = read(unitJoined(core, spare!, skid!, reason, utc));
        expect([...units.keys()]).toEqual([...core.lasting.units.keys(), spare]);
        expect(units.get(spare!)).toEqual(newUnit(spare!, tree));
      }),
      { numRuns: 30 },
    );
  });

  it('that says what was asked and brought back another id or another person would carry it out twice', () => {
    fc.assert(
      fc.property(text, name, text, at, (commandId, what, reason, utc) => {
        const prepared = batchEvent(core.facts.id, 'batch-prepared', core.facts.id, {
          data: { skids: [...world.skids] },
        });
        const began = batchEvent(core.facts.id, 'batch-started', core.facts.id, {
          actor: person,
          data: { commandId: 'first' },
        });
        const asked = batchCommanded(
          core,
          { actor: person, commandId, asks: what, reason, utc, monotonic: monotonic(0) },
          what,
          [skid!],
        );
        const events = [prepared, began, asked].map((event, i): StoredEvent => {
          const line = stored(event);
          return { scope: line.scope, seq: i + 1, hash: '', utc: now, event: line };
        });
        const folded = foldBatch(events, () => core.facts, core.shared);
        expect(folded).toMatchObject({
          kind: 'batch',
          commands: [
            { key: 'P-1 first', command: 'start' },
            { key: `P-1 ${commandId}`, batch: core.facts.id, command: what, asks: what },
          ],
        });
        if (folded.kind === 'batch')
          expect(folded.core).toEqual(coreOf(core.facts, tree, { ...core.lasting, startedAt: now }, core.shared));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a line of shared equipment that brought back another owner would give one piece to two', () => {
  const user = fc.record({
    batch: name,
    skid: fc.constantFrom('QD-1', 'QD-2').map(skidName),
    path: text,
    turn: fc.nat(999_999_999),
  });
  const events: fc.Arbitrary<ArbiterEvent> = fc.oneof(
    fc.record({ kind: fc.constantFrom('asked' as const, 'granted' as const), equipment: name, at, user }),
    fc.record({
      kind: fc.constantFrom('withdrawn' as const, 'released' as const),
      equipment: name,
      at,
      user,
      reason: text,
    }),
    fc.record({ kind: is('settled'), equipment: name, at, owner: orNull(user), reason: text }),
  );

  it('whatever it says', () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = stored(recordOf(event, null));
        expect(eventIn({ scope: line.scope, seq: 1, hash: '', utc: now, event: line })).toEqual(event);
      }),
      { numRuns: 200 },
    );
  });

  it('and one that cannot be read is in doubt, not nobody’s', () => {
    const [event] = fc.sample(fc.record({ kind: is('granted'), equipment: name, at, user }), 1);
    const line = stored(recordOf(event!, null));
    const altered = { ...line, data: { ...line.data, turn: '-1' } };
    expect(eventIn({ scope: line.scope, seq: 7, hash: '', utc: now, event: altered })).toMatchObject({
      kind: 'unreadable',
      equipment: event!.equipment,
      reason: expect.stringContaining('entry 7') as string,
    });
  });
});
