/** Files from above and from the laboratory: each once, whole or not at all, and what is refused lies beside its reason. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { settled, type FileSight, type Seen } from '../../../../control/materials/exchange/settling.ts';
import { readXml } from '../../../../control/materials/exchange/xml.ts';
import { monotonic } from '../../../../plant/clock.ts';
import { batchOf, clean, over, schedule, started } from './world.ts';

afterEach(clean);

describe('an order', () => {
  it('comes in from an operations schedule, and its file is put aside', async () => {
    const { desk, put, twice, names, room } = await started();
    put('schedule.xml', schedule());
    await twice();
    expect(await desk.orders()).toEqual([
      {
        id: 'R-1',
        schedule: 'S-7',
        recipe: 'CdSe-3.6',
        quantity: '250',
        unit: 'mL',
        earliestStart: '2026-10-05T06:00:00Z',
        latestEnd: '2026-10-06T06:00:00+00:00',
        priority: '2',
        file: 'schedule.xml',
        receivedAt: expect.any(Number),
        batch: null,
      },
    ]);
    expect([names('in'), names('refused')]).toEqual([[], []]);
    expect(names('taken')).toEqual([expect.stringMatching(/^[0-9a-f]{12}-schedule\.xml$/)]);
    await room.stop();
  });

  it('comes in from a production schedule of V0600 too, within its transaction', async () => {
    const { desk, put, twice, room } = await started();
    const text = `<b:ProcessProductionSchedule xmlns:b="http://www.mesa.org/xml/B2MML-V0600" releaseID="1"><b:ApplicationArea/><b:DataArea><b:Process/>
      <b:ProductionSchedule><b:ID>S-8</b:ID><b:ProductionRequest><b:ID>R-2</b:ID><b:ProductProductionRuleID>CdS-3.6</b:ProductProductionRuleID>
      <b:SegmentRequirement><b:MaterialProducedRequirement><b:MaterialDefinitionID>CdS</b:MaterialDefinitionID>
      <b:Quantity><b:QuantityString>0.5</b:QuantityString><b:UnitOfMeasure>L</b:UnitOfMeasure></b:Quantity></b:MaterialProducedRequirement></b:SegmentRequirement>
      </b:ProductionRequest></b:ProductionSchedule></b:DataArea></b:ProcessProductionSchedule>`;
    put('p.xml', text);
    await twice();
    expect(await desk.orders()).toMatchObject([
      { id: 'R-2', schedule: 'S-8', recipe: 'CdS-3.6', quantity: '0.5', unit: 'L' },
    ]);
    await room.stop();
  });

  it('is taken once, though its file comes again, under another name, and after a restart', async () => {
    const { desk, put, twice, stored, root, room, names } = await started();
    put('a.xml', schedule());
    await twice();
    put('b.xml', schedule());
    await twice();
    expect(await desk.orders()).toHaveLength(1);
    await room.stop();
    const later = await started({ root, stored });
    put('c.xml', schedule());
    await later.twice();
    expect(stored.filter(({ event }) => event.action === 'orders-received')).toHaveLength(1);
    expect(names('in')).toEqual([]);
    await later.room.stop();
  });

  it('whose record was written and not acknowledged is taken once', async () => {
    const { desk, put, twice, stored, faults, room, names } = await started();
    faults.silentFor = 'orders-received';
    put('a.xml', schedule());
    await twice();
    expect(room.health().state).toBe('degraded');
    faults.silentFor = null;
    await room.look();
    expect(await desk.orders()).toHaveLength(1);
    expect([stored.length, names('in').length, room.health().state]).toEqual([1, 0, 'ready']);
    await room.stop();
  });

  it('is given the batch that is made for it, which makes the same', async () => {
    const { desk, put, twice, as, state, room } = await started();
    put('a.xml', schedule());
    await twice();
    expect(await desk.assign({ ...as('observer'), order: 'R-1', batch: 'B-2026-0001' })).toMatchObject({ done: false });
    expect(await desk.assign({ ...as(), order: 'R-9', batch: 'B-2026-0001' })).toMatchObject({ done: false });
    state.batch = batchOf({ recipe: 'CdS-3.6' });
    expect(await desk.assign({ ...as(), order: 'R-1', batch: 'B-2026-0001' })).toMatchObject({
      reason: 'B-2026-0001 makes CdS-3.6, and R-1 asks for CdSe-3.6.',
    });
    state.batch = batchOf();
    const asked = { ...as(), order: 'R-1', batch: 'B-2026-0001' };
    expect(await desk.assign(asked)).toEqual({ done: true, id: 'R-1' });
    expect(await desk.assign(asked)).toEqual({ done: true, id: 'R-1' });
    expect((await desk.orders())[0]?.batch).toBe('B-2026-0001');
    await room.stop();
  });
});

describe('a file', () => {
  it.each([
    [
      'with a document type',
      'a.xml',
      schedule({ head: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' }),
      /document type/,
    ],
    ['that is not well formed', 'a.xml', schedule().replace('</OperationsSchedule>', ''), /well formed/],
    ['of another namespace', 'a.xml', schedule().replace('mesa.org', 'example.org'), /namespace/],
    ['of another message', 'a.xml', '<Hello><World/></Hello>', /no message that is taken/],
    ['for a recipe that there is not', 'a.xml', schedule({ recipe: 'CdX' }), /There is no recipe CdX/],
    ['with an amount that is none', 'a.xml', schedule({ quantity: '-1' }), /"-1 mL" is no volume/],
    ['with a unit that is no volume', 'a.xml', schedule({ unit: 'kg' }), /is no volume/],
    [
      'without orders',
      'a.xml',
      '<OperationsSchedule xmlns="http://www.mesa.org/xml/B2MML"><ID>1</ID></OperationsSchedule>',
      /0 orders/,
    ],
    ['that is no UTF-8', 'a.xml', Buffer.from([0x3c, 0xff, 0xfe]), /UTF-8/],
    ['of another kind', 'a.exe', 'MZ', /neither \.xml nor \.csv/],
    ['too large to be read', 'a.xml', ' '.repeat(1_048_577), /1048577 bytes/],
    [
      'of results nobody asked for',
      'a.csv',
      'request,analysis,value,unit,analyst,measuredAt\nS-1,pH,7,,A,2026-10-02T08:00:00Z\n',
      /No analysis was asked/,
    ],
    ['with another head', 'a.csv', 'a,b\n', /first line/],
    ['with a quote that does not end', 'a.csv', 'request,analysis,value,unit,analyst,measuredAt\n"x', /quote/],
  ])('%s is refused beside its reason, and changes nothing', async (_what, name, text, reason) => {
    const { desk, put, twice, names, text: read, stored, room } = await started();
    put(name, text);
    await twice();
    const [kept, why] = names('refused');
    expect([names('in'), names('taken'), why]).toEqual([[], [], `${kept}.reason.txt`]);
    expect(read('refused', why!)).toMatch(reason);
    expect(await desk.orders()).toEqual([]);
    expect(stored.map(({ event }) => event.action)).toEqual(['file-refused']);
    expect(await desk.files()).toMatchObject([{ name, fate: 'refused', reason: expect.stringMatching(reason) }]);
    await room.stop();
  });

  it('with one bad order brings in none of its orders', async () => {
    const { desk, put, twice, room } = await started();
    const second = /<OperationsRequest>[\s\S]*<\/OperationsRequest>/.exec(schedule({ id: 'R-2', recipe: 'CdX' }))![0];
    put('a.xml', schedule().replace('</OperationsSchedule>', `${second}</OperationsSchedule>`));
    await twice();
    expect(await desk.orders()).toEqual([]);
    await room.stop();
  });

  it('that asks for a known order otherwise is refused, and the first stays', async () => {
    const { desk, put, twice, names, room } = await started();
    put('a.xml', schedule());
    await twice();
    put('b.xml', schedule({ quantity: '999' }));
    await twice();
    expect((await desk.orders())[0]?.quantity).toBe('250');
    expect(names('refused')).toHaveLength(2);
    await room.stop();
  });

  it('still being written is left alone until it has stood still', async () => {
    const { desk, put, pass, room } = await started();
    const text = schedule();
    for (const end of [40, 400, text.length]) {
      put('a.xml', text.slice(0, end));
      await room.look();
      pass(1000);
    }
    await room.look();
    expect(await desk.files()).toEqual([]);
    pass(1000);
    await room.look();
    expect(await desk.orders()).toHaveLength(1);
    await room.stop();
  });

  it('is whole only when nothing of it has changed for the time it takes, however it is looked at', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 1500 }), size: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let seen: Seen = new Map();
        let now = 0;
        let same = 0;
        let last: FileSight = { name: 'a', size: -1, modified: 1 };
        for (const { wait, size } of steps) {
          now += wait;
          if (last.size !== size) same = now;
          last = { name: 'a', size, modified: 1 };
          const sight = settled(seen, monotonic(now), [last, { ...last, name: 'a.tmp' }], 2000);
          seen = sight.seen;
          expect(sight.whole).toEqual(now - same >= 2000 ? ['a'] : []);
        }
      }),
    );
  });

  it('of any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `<a>${text}</a>`),
        ),
        (text) => {
          try {
            expect(typeof readXml('a.xml', text).root).toBe('string');
          } catch (thrown) {
            expect(thrown).toMatchObject({ code: 'message-refused' });
          }
        },
      ),
    );
  });
});

describe('what a batch has made', () => {
  it('goes out once at its end, for the order it was made for, with what it used and where its record stands', async () => {
    const { desk, put, twice, as, state, room, names, text, stored, root } = await started();
    put('a.xml', schedule());
    await twice();
    await desk.assign({ ...as(), order: 'R-1', batch: 'B-2026-0001' });
    room.changed(state.batch);
    await room.look();
    expect(names('out')).toEqual([]);
    state.batch = over;
    room.changed(over);
    await room.look();
    expect(names('out')).toEqual(['performance-B-2026-0001.xml']);
    const sent = text('out', 'performance-B-2026-0001.xml');
    for (const part of [
      '<OperationsRequestID>R-1</OperationsRequestID>',
      '<OperationsScheduleID>S-7</OperationsScheduleID>',
      '<QuantityString>250.123</QuantityString>',
      '<MaterialLotID>L-2026-0001</MaterialLotID><MaterialUse>Consumed</MaterialUse>',
      '<ValueString>f00d</ValueString>',
      '<EquipmentID>QD-1</EquipmentID>',
      '<ActualEndTime>2026-10-02T09:00:00.000+00:00</ActualEndTime>',
    ])
      expect(sent).toContain(part);
    expect(readXml('out', sent).root).toBe('OperationsPerformance');
    room.changed(over);
    await room.look();
    await room.stop();
    const later = await started({ root, stored });
    later.state.batch = over;
    later.room.changed(over);
    await later.room.look();
    expect(stored.filter(({ event }) => event.action === 'message-sent')).toHaveLength(1);
    await later.room.stop();
  });

  it('goes out after a restart where the service was not there at its end', async () => {
    const { room, state, names, stored } = await started();
    await room.stop();
    state.batch = over;
    await room.start();
    await room.look();
    expect(names('out')).toHaveLength(1);
    expect(stored.at(-1)?.event).toMatchObject({ action: 'message-sent', data: { about: 'B-2026-0001' } });
    await room.stop();
  });

  it('is not told of a rehearsal', async () => {
    const { room, state, names } = await started();
    state.batch = { ...over, purpose: 'rehearsal' };
    room.changed(state.batch);
    await room.look();
    expect(names('out')).toEqual([]);
    await room.stop();
  });
});

describe('a sample', () => {
  const results = (rows: readonly string[]): string =>
    `<SampleResults xmlns="urn:mesoline:lims:1">${rows.join('')}</SampleResults>`;
  const result = (analysis: string, value: string): string =>
    `<Result><Request>S-2026-0001</Request><Analysis>${analysis}</Analysis><Value>${value}</Value><Unit>nm</Unit><Analyst>Ann</Analyst><MeasuredAt>2026-10-02T10:00:00Z</MeasuredAt></Result>`;
  const ask = { batch: 'B-2026-0001', sample: 'V-1', analyses: ['size', 'pH'] };

  it('is sent to the laboratory, and its results come back to it', async () => {
    const { desk, as, room, put, twice, names, text } = await started();
    expect(await desk.requestAnalyses({ ...as(), ...ask })).toEqual({ done: true, id: 'S-2026-0001' });
    await room.look();
    expect(names('out')).toEqual(['request-S-2026-0001.xml']);
    expect(text('out', 'request-S-2026-0001.xml')).toContain('<Analysis>size</Analysis><Analysis>pH</Analysis>');
    put('r.xml', results([result('size', '&lt;3.6')]));
    put(
      'r.csv',
      'request,analysis,value,unit,analyst,measuredAt\r\nS-2026-0001,pH,"10,5",,"Ann ""A""",2026-10-02T10:00:00Z\r\n',
    );
    await twice();
    const [sample] = await desk.samples();
    expect(sample).toMatchObject({ sent: true });
    expect(sample?.results.toSorted((a, b) => a.analysis.localeCompare(b.analysis))).toMatchObject([
      { analysis: 'pH', value: '10,5', analyst: 'Ann "A"' },
      { analysis: 'size', value: '<3.6', unit: 'nm' },
    ]);
    await room.stop();
  });

  it('goes out as CSV where the laboratory takes that', async () => {
    const { desk, as, room, text } = await started({ laboratory: 'csv' });
    await desk.requestAnalyses({ ...as(), ...ask });
    await room.look();
    expect(text('out', 'request-S-2026-0001.csv').split('\r\n').slice(0, 2)).toEqual([
      'request,batch,sample,analysis,requestedAt',
      'S-2026-0001,B-2026-0001,V-1,size,2026-10-02T08:00:00.000+00:00',
    ]);
    await room.stop();
  });

  it('keeps the first result of each analysis', async () => {
    const { desk, as, put, twice, names, room } = await started();
    await desk.requestAnalyses({ ...as(), ...ask });
    put('a.xml', results([result('size', '3.6')]));
    await twice();
    put('b.xml', results([result('size', '3.7')]));
    put('c.xml', results([result('XRD', '1')]));
    put('d.xml', results([result('pH', '9'), result('pH', '10')]));
    await twice();
    expect((await desk.samples())[0]?.results).toMatchObject([{ analysis: 'size', value: '3.6' }]);
    expect(names('refused')).toHaveLength(6);
    await room.stop();
  });

  it.each([
    ['of no batch', { batch: 'B-9' }],
    ['without analyses', { analyses: [] }],
    ['with one analysis twice', { analyses: ['pH', 'pH'] }],
    ['with a name that a file cannot carry', { sample: '<V>' }],
  ])('%s is not asked for', async (_what, more) => {
    const { desk, as, stored, room } = await started();
    expect(await desk.requestAnalyses({ ...as(), ...ask, ...more })).toMatchObject({ done: false });
    expect(stored).toEqual([]);
    await room.stop();
  });
});
