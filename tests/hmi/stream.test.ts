import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventText, type StreamClient } from '../../hmi/server/stream/client.ts';
import { createStreamHub } from '../../hmi/server/stream/hub.ts';
import { createSkidNews } from '../../hmi/server/stream/skid-news.ts';
import type { LiveSample } from '../../hmi/api/answers.ts';
import type { StreamEventName, StreamEvents } from '../../hmi/api/stream.ts';
import type { Block } from '../../plant/block.ts';
import { badNoCommunication, good, type Quality } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { alarmOf, batchOf, fakeRooms, interlocksOf, scanOf } from './support/fakes.ts';
import { smallSkid } from './support/skid.ts';

type Told = { [E in StreamEventName]: readonly [E, StreamEvents[E]] }[StreamEventName];

/** A page that reads everything, until it is made slow. */
function page(token = 'token-rosa') {
  const told: Told[] = [];
  const state = { slow: false, ended: false };
  const client: StreamClient = {
    token,
    send(text) {
      if (state.slow) return false;
      const [, event, data] = /^event: (.+)\ndata: (.+)\n\n$/.exec(text) ?? [];
      told.push([event, JSON.parse(data ?? '')] as unknown as Told);
      return true;
    },
    end: () => void (state.ended = true),
  };
  const of = <E extends StreamEventName>(name: E): StreamEvents[E][] =>
    told.filter(([event]) => event === name).map(([, data]) => data as StreamEvents[E]);
  return { client, told, state, of };
}

function plant() {
  const rooms = fakeRooms([smallSkid('QD-1'), smallSkid('QD-2')]);
  return { rooms, hub: createStreamHub(rooms.ports) };
}

describe('a site of many skids', () => {
  it('is told a few skids at a time, and of each what changed since it was told last', () => {
    const { hub } = plant();
    const { client, of } = page();
    hub.join(client);
    hub.accept(scanOf('QD-1', 1, { a: 1 }));
    hub.accept(scanOf('QD-2', 1, { a: 2 }));
    hub.flush([skidName('QD-2')]);
    expect(of('values').map(({ skids }) => Object.keys(skids))).toEqual([['QD-2']]);
    hub.flush([skidName('QD-1'), skidName('QD-2')]);
    expect(of('values').map(({ skids }) => Object.keys(skids))).toEqual([['QD-2'], ['QD-1']]);
  });
});

describe('what blocks a skid', () => {
  it('is told with the values, and gone with the scan that says so', () => {
    const { hub } = plant();
    const { client, of } = page();
    hub.join(client);
    const block: Block = { device: 'PLC-1', kind: 'locked out', message: 'Locked out.', by: 'Mara', since: null };
    hub.accept({ ...scanOf('QD-1', 1, {}), blocks: [block] });
    hub.flush();
    expect(of('values').at(-1)?.skids['QD-1']?.blocks).toEqual([block]);
    hub.accept(scanOf('QD-1', 2, {}));
    hub.flush();
    expect(of('values').at(-1)?.skids['QD-1']?.blocks).toEqual([]);
  });
});

describe('a page that joins', () => {
  it('first gets everything as it is, then only what changes', async () => {
    const { rooms, hub } = plant();
    rooms.alarms.push(alarmOf('QD-1/a.high'));
    rooms.batches.set('B-1', batchOf('B-1'));
    await hub.beat();
    hub.accept(scanOf('QD-1', 1, { a: 1, b: 2 }));
    hub.flush();
    const { client, told, of } = page();
    hub.join(client);
    expect(told).toMatchObject([
      [
        'snapshot',
        {
          skids: { 'QD-1': { scan: 1, samples: { a: expect.arrayContaining([1]), b: expect.arrayContaining([2]) } } },
          alarms: [{ id: 'QD-1/a.high' }],
          batches: [{ id: 'B-1' }],
        },
      ],
    ]);
    hub.accept(scanOf('QD-1', 2, { a: 1, b: 3 }));
    hub.accept(scanOf('QD-1', 3, { a: 1, b: 4 }));
    hub.flush();
    expect(of('values')).toMatchObject([{ skids: { 'QD-1': { scan: 3 } } }]);
    expect(Object.keys(of('values')[0]!.skids['QD-1']!.samples)).toEqual(['b']);
    hub.flush();
    expect(of('values')).toHaveLength(1);
  });

  it('is told of alarms and batches that change, each once with its newest state', async () => {
    const { hub } = plant();
    const { client, of } = page();
    await hub.beat();
    hub.join(client);
    hub.alarmChanged(alarmOf('QD-1/a.high'));
    hub.alarmChanged(alarmOf('QD-1/a.high', { acknowledged: true }));
    hub.batchChanged(batchOf('B-1', { state: 'Holding' }));
    hub.batchChanged(batchOf('B-1', { state: 'Held' }));
    hub.flush();
    expect(of('alarms')).toMatchObject([[{ id: 'QD-1/a.high', acknowledged: true }]]);
    expect(of('batches')).toMatchObject([[{ id: 'B-1', state: 'Held' }]]);
  });

  it('later finds no alarm that has cleared and was acknowledged', async () => {
    const { hub } = plant();
    await hub.beat();
    hub.alarmChanged(alarmOf('QD-1/a.high'));
    hub.alarmChanged(alarmOf('QD-1/a.high', { active: false, acknowledged: true }));
    const { client, of } = page();
    hub.join(client);
    expect(of('snapshot')).toMatchObject([{ alarms: [] }]);
  });

  it('is not told an old alarm by a list that was asked for before the alarm cleared', async () => {
    const { rooms, hub } = plant();
    rooms.alarms.push(alarmOf('QD-1/a.high'));
    const asking = hub.beat();
    hub.alarmChanged(alarmOf('QD-1/a.high', { active: false, acknowledged: true }));
    await asking;
    const { client, of } = page();
    hub.join(client);
    expect(of('snapshot')).toMatchObject([{ alarms: [] }]);
  });
});

describe('the heartbeat', () => {
  it('comes with every beat and the server’s time, also where a room does not answer', async () => {
    const { rooms, hub } = plant();
    rooms.ports.field.links = () => Promise.reject(new Error('gone'));
    const { client, of } = page();
    hub.join(client);
    await hub.beat();
    rooms.clock.pass(1000);
    await hub.beat();
    const [first, second] = of('heartbeat');
    expect(second!.serverTime - first!.serverTime).toBe(1000);
  });

  it('brings along links, interlocks and running batches where they changed', async () => {
    const { rooms, hub } = plant();
    rooms.batches.set('B-1', batchOf('B-1', { collectedMl: 1 }));
    const { client, of } = page();
    await hub.beat();
    hub.join(client);
    rooms.state.interlocks.set('QD-1', interlocksOf('QD-1', { demand: 'S' }));
    rooms.batches.set('B-1', batchOf('B-1', { collectedMl: 2 }));
    await hub.beat();
    await hub.beat();
    hub.flush();
    expect(of('interlocks').flat()).toEqual(
      expect.arrayContaining([expect.objectContaining({ skid: 'QD-1', demand: 'S' })]),
    );
    expect(of('batches')).toMatchObject([[{ collectedMl: 2 }]]);
    const before = of('interlocks').length;
    await hub.beat();
    expect(of('interlocks')).toHaveLength(before);
  });
});

describe('a page that does not read', () => {
  it('is cut, and the others hear everything', async () => {
    const { hub } = plant();
    const slow = page();
    const quick = page();
    hub.join(slow.client);
    hub.join(quick.client);
    slow.state.slow = true;
    await hub.beat();
    expect(hub.figures()).toEqual({ streams: 1, streamsCut: 1 });
    expect(quick.of('heartbeat')).toHaveLength(1);
  });

  it('gets everything anew when it comes again', async () => {
    const { hub } = plant();
    const { client, state } = page();
    hub.join(client);
    state.slow = true;
    await hub.beat();
    hub.accept(scanOf('QD-1', 5, { a: 9 }));
    hub.flush();
    const again = page();
    hub.join(again.client);
    expect(again.of('snapshot')).toMatchObject([
      { skids: { 'QD-1': { samples: { a: expect.arrayContaining([9]) } } } },
    ]);
  });
});

describe('a session that ends', () => {
  it('ends its own streams and no other', () => {
    const { hub } = plant();
    const [mine, other] = [page('mine'), page('other')];
    hub.join(mine.client);
    hub.join(other.client);
    hub.endSession('mine');
    expect([mine.state.ended, other.state.ended]).toEqual([true, false]);
    expect(hub.tokens()).toEqual(['other']);
  });
});

describe('a page that follows the changes', () => {
  const sample = fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom(good, badNoCommunication),
  );
  const step = fc.oneof(fc.array(sample, { maxLength: 3 }), fc.constant('tell' as const));

  it('always knows what one that asks anew is told, times of unchanged Good values aside', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const news = createSkidNews();
        const seen: Record<string, LiveSample> = {};
        /** A scan names every tag. */
        let whole: Record<string, readonly [number, Quality]> = { a: [0, good], b: [0, good], c: [0, good] };
        [...steps, 'tell' as const].forEach((one, index) => {
          if (one !== 'tell') {
            whole = {
              ...whole,
              ...Object.fromEntries(one.map(([tag, value, quality]) => [tag, [value, quality] as const])),
            };
            news.accept(scanOf('QD-1', index + 1, whole));
            return;
          }
          Object.assign(seen, news.changes()?.samples);
        });
        const withoutTimes = (all: Readonly<Record<string, LiveSample>>) =>
          Object.fromEntries(Object.entries(all).map(([tag, [value, quality]]) => [tag, [value, quality]]));
        expect(withoutTimes(seen)).toEqual(withoutTimes(news.all()?.samples ?? {}));
      }),
    );
  });

  it('gets no line break inside an event, whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const text = eventText('alarms', [alarmOf(id, { skid: skidName('QD-1') })]);
        expect(text.split('\n')).toHaveLength(4);
      }),
    );
  });
});
