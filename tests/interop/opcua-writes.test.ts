import { batchViewOf } from '../support/batch-view.ts';
import { readFileSync } from 'node:fs';
import {
  AttributeIds,
  DataType,
  DataValue,
  NumericRange,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  VariantArrayType,
  WriteValue,
  type ClientSession,
  type ClientSubscription,
  type OPCUAClient,
  type WriteValueOptions,
} from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valueBytes } from '../../gateway/opcua/limits/limits.ts';
import type { CommandOutcome } from '../../plant/command.ts';
import { badDeviceFailure } from '../../plant/quality.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const queueBytes = 400_000;
const plant = new Plant({ queueBytes });
const setPoint = 'QD-1/R201/TIC-201.SP';
const flow = 'QD-1/F100/FIC-101.SP';
let client: OPCUAClient;
let olga: ClientSession;
let otto: ClientSession;
let node: Node;

/** First column of the table in the docs that has this heading, with the status beside it. */
function documented(heading: string): readonly (readonly [string, string])[] {
  const lines = readFileSync('docs/opc-ua.md', 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rows = lines.slice(
    start + 2,
    lines.findIndex((line, i) => i > start && !line.startsWith('|')),
  );
  return rows.map((row) => {
    const [, first = '', second = ''] = row.split('|').map((cell) => cell.trim());
    return [first, second.replaceAll('`', '')];
  });
}

const refusal = (by: Extract<CommandOutcome, { status: 'refused' }>['by']): CommandOutcome => ({
  status: 'refused',
  by,
  message: `Refused by ${by}.`,
  live: null,
});

beforeAll(async () => {
  await plant.server.start();
  client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
  olga = await logIn(client, 'olga');
  otto = await logIn(client, 'otto');
  node = await Node.space(olga);
});

afterAll(async () => {
  await olga.close();
  await otto.close();
  await client.disconnect();
  await plant.stop();
});

beforeEach(() => {
  plant.commands.length = 0;
  plant.outcome = (command) =>
    command.actor.kind === 'person' && command.actor.userName === 'otto'
      ? refusal('authority')
      : command.action.kind === 'write' && command.action.writes.some(({ value }) => value === 900)
        ? refusal('limits')
        : { status: 'done', message: 'Written.', readBack: 1 };
});

const double = (value: number) => new Variant({ dataType: DataType.Double, value });
const write = (name: string, value: Variant | null, more: object = {}): WriteValueOptions => ({
  nodeId: node.id(name),
  attributeId: AttributeIds.Value,
  value: new DataValue({ ...(value === null ? {} : { value }), ...more }),
});
const writing = async (...writes: WriteValueOptions[]): Promise<readonly string[]> =>
  (await olga.write(writes)).map(({ name }) => name);

describe('the Write service', () => {
  const tries: Readonly<Record<string, () => Promise<string>>> = {
    "a set point's type, within its limits": async () => (await writing(write(setPoint, double(160))))[0]!,
    'a value of another type, an array, nothing': async () => {
      const all = await writing(
        write(setPoint, new Variant({ dataType: DataType.Float, value: 160 })),
        write(setPoint, new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [160] })),
        write(setPoint, null),
      );
      expect(new Set(all).size).toBe(1);
      return all[0]!;
    },
    'a number outside a limit, or no finite number': async () => {
      const [infinite] = await writing(write(setPoint, double(Infinity)));
      expect(plant.commands).toEqual([]);
      const [far] = await writing(write(setPoint, double(900)));
      plant.commands.length = 0;
      expect(far).toBe(infinite);
      return far!;
    },
    'a value with a time': async () =>
      (await writing(write(setPoint, double(160), { sourceTimestamp: new Date() })))[0]!,
    'a value with a status other than Good': async () =>
      (await writing(write(setPoint, double(160), { statusCode: StatusCodes.Uncertain })))[0]!,
    'a part of a value (IndexRange)': async () =>
      (await olga.write([new WriteValue({ ...write(setPoint, double(160)), indexRange: new NumericRange('0:1') })]))[0]!
        .name,
    'a measurement, a property, a standard node': async () => {
      const all = await writing(
        write('QD-1/R201/TT-201A', double(160)),
        write(`${setPoint}#Definition`, new Variant({ dataType: DataType.String, value: 'mine' })),
        { ...write(setPoint, new Variant({ dataType: DataType.Int32, value: 0 })), nodeId: 'i=2259' },
      );
      expect(new Set(all).size).toBe(1);
      return all[0]!;
    },
    'another attribute than the Value': async () => {
      const text = new Variant({ dataType: DataType.LocalizedText, value: { text: 'mine' } });
      return (await writing({ ...write(setPoint, text), attributeId: AttributeIds.Description }))[0]!;
    },
    'a node that is not there': async () => (await writing(write('QD-1/R201/nothing', double(1))))[0]!,
    'the same set point twice in a request': async () => {
      const all = await writing(write(setPoint, double(1)), write(setPoint, double(2)));
      expect(all[1]).toBe(all[0]);
      return all[0]!;
    },
    'a set point, without the role': async () => {
      const [status] = await otto.write([write(setPoint, double(160))]);
      // Asked of the service all the same, so that the refusal is recorded.
      expect(plant.commands.splice(0)).toHaveLength(1);
      return status!.name;
    },
    'more than 64 nodes in a request': async () => {
      const many = Array.from({ length: 65 }, () => write(setPoint, double(160)));
      return olga.write(many).then(
        () => 'written',
        (error: unknown) => /Bad\w+/.exec(String(error))?.[0] ?? String(error),
      );
    },
  };

  it.each(documented('What is written'))('answers %s by %s', async (what, status) => {
    const attempt = tries[what];
    if (attempt === undefined) throw new Error(`No attempt at "${what}".`);
    expect(await attempt()).toBe(status);
    expect(plant.commands.length > 0).toBe(status === 'Good');
  });

  it('makes one command of what one request writes to one skid', async () => {
    const other = setPoint.replace('QD-1', 'QD-2');
    expect(await writing(write(setPoint, double(160)), write(other, double(1)), write(flow, double(2)))).toEqual([
      'Good',
      'Good',
      'Good',
    ]);
    expect(plant.commands.map(({ skid, action }) => [skid, action])).toEqual([
      [
        'QD-1',
        {
          kind: 'write',
          writes: [
            { tag: 'R201/TIC-201.SP', value: 160 },
            { tag: 'F100/FIC-101.SP', value: 2 },
          ],
        },
      ],
      ['QD-2', { kind: 'write', writes: [{ tag: 'R201/TIC-201.SP', value: 1 }] }],
    ]);
    expect(plant.commands[0]).toMatchObject({ actor: { userName: 'olga' } });
    const { issuedAt, expiresAt } = plant.commands[0]!;
    expect(expiresAt - issuedAt).toBe(5000);
  });

  it('leaves the value what the field says, while a write is under way and after it', async () => {
    plant.scan('QD-1', { 'R201/TIC-201.SP': 150 });
    await until(async () => (await node.read(setPoint)).value.value === 150, { what: 'the value' });
    const asked = Promise.withResolvers<CommandOutcome>();
    const path = plant.outcome;
    plant.outcome = () => asked.promise as unknown as CommandOutcome;
    const pending = writing(write(setPoint, double(160)));
    await until(() => plant.commands.length > 0);
    expect((await node.read(setPoint)).value.value).toBe(150);
    asked.resolve(refusal('interlock'));
    expect(await pending).toEqual(['BadInvalidState']);
    plant.outcome = path;
    expect(await writing(write(setPoint, double(160)))).toEqual(['Good']);
    expect((await node.read(setPoint)).value.value).toBe(150);
  });

  it.each(documented('Refused by'))('answers a refusal by %s with %s, as a call does', async (by, status) => {
    plant.outcome = () => refusal(by.replaceAll('`', '') as 'state');
    expect(await writing(write(setPoint, double(160)))).toEqual([status]);
    expect((await node.call('QD-1', 'HotHold', 'now')).statusCode.name).toBe(status);
  });
});

describe('the Call service', () => {
  const call = async (method: string, ...values: (number | boolean | string)[]): Promise<string> =>
    (await node.call('QD-1', method, ...values)).statusCode.name;
  const tries: Readonly<Record<string, () => Promise<string>>> = {
    'a method that is not there': () => call('Explode', 'now'),
    'a skid that is not there': async () => (await node.call('QD-9', 'HotHold', 'now')).statusCode.name,
    'too few arguments': () => call('Write', 'R201/TIC-201.SP'),
    'too many arguments': () => call('HotHold', 'now', 'at once'),
    'an argument of another type': () => call('Reset', 'yes', 'looked'),
    '`Write` of a tag that is not there': () => call('Write', 'R201/nothing', 1),
    "`Write` of a value not of the tag's type": () => call('Write', 'R201/TIC-201.SP', true),
    '`Reset` without an inspection': () => call('Reset', false, 'looked'),
    'a reason of more than 500 characters': () => call('Release', 'x'.repeat(501)),
    '`BatchCommand` of a command that is not there': () => call('BatchCommand', 'Explode', 'now'),
    '`StartBatch`': () => call('StartBatch', 'cdse-590'),
    '`SignRecord`': () => call('SignRecord', 'B-2026-0001', 'reviewed'),
  };

  it.each(documented('Call'))('answers %s by %s, and nothing is asked of the skid', async (what, status) => {
    const attempt = tries[what];
    if (attempt === undefined) throw new Error(`No attempt at "${what}".`);
    expect(await attempt()).toBe(status);
    expect(plant.commands).toEqual([]);
    expect(plant.batchCommands).toEqual([]);
  });

  it('hands a command of a batch to the batch that stands on the skid', async () => {
    expect(await call('BatchCommand', 'Hold', 'look')).toBe('BadInvalidState');
    plant.batches.push(batchViewOf(plant.skids[0]!.name, { id: 'B-2026-0007' }));
    expect(await call('BatchCommand', 'Hold', 'look')).toBe('BadInvalidState');
    expect(plant.batchCommands.splice(0)).toMatchObject([
      { batch: 'B-2026-0007', command: 'Hold', reason: 'look', actor: { userName: 'olga' } },
    ]);
    plant.batchAnswer = () => ({
      done: true,
      batch: batchViewOf(plant.skids[0]!.name, { id: 'B-2026-0007', state: 'Holding' }),
    });
    expect(await call('BatchCommand', 'Hold', 'look')).toBe('Good');
    plant.batchCommands.length = 0;
    const others = await Node.space(otto);
    expect((await others.call('QD-1', 'BatchCommand', 'Hold', 'look')).statusCode.name).toBe('BadUserAccessDenied');
    expect(plant.batchCommands).toEqual([]);
  });
});

describe('a greedy client', () => {
  const subscribe = (session: ClientSession): Promise<ClientSubscription> =>
    session.createSubscription2({
      requestedPublishingInterval: 100,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 1000,
      publishingEnabled: true,
      priority: 1,
    });
  const monitor = async (on: ClientSubscription, count: number, queueSize: number) => {
    const group = await on.monitorItems(
      Array.from({ length: count }, () => ({ nodeId: node.id(setPoint), attributeId: AttributeIds.Value })),
      { samplingInterval: 0, queueSize, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const results = group.monitoredItems.map(({ statusCode, result }) => ({
      status: statusCode.name,
      queue: result?.revisedQueueSize ?? 0,
    }));
    return { group, results };
  };

  it('gets shorter queues, then nothing; the others live on, and what it leaves is free again', async () => {
    const [greedy, modest] = [await subscribe(olga), await subscribe(otto)];
    const { results } = await monitor(greedy, 300, 5000);
    const taken = results.reduce((sum, { queue }) => sum + queue, 0) * valueBytes;
    expect(results[0]).toEqual({ status: 'Good', queue: queueBytes / 4 / valueBytes });
    expect(taken).toBeLessThanOrEqual(queueBytes / 4);
    expect(new Set(results.slice(1).map(({ status }) => status))).toEqual(new Set(['BadTooManyMonitoredItems']));

    const { group, results: others } = await monitor(modest, 10, 10);
    expect(others).toEqual(Array.from({ length: 10 }, () => ({ status: 'Good', queue: 10 })));
    let seen = 0;
    group.on('changed', () => (seen += 1));
    plant.scan('QD-1', { 'R201/TIC-201.SP': 151 });
    await until(() => seen >= 10, { what: 'the other to hear of it' });
    await until(() => (plant.server.health().figures?.['queuesShortened'] ?? 0) >= 300, { what: 'the figure' });

    await greedy.terminate();
    const again = await subscribe(olga);
    expect((await monitor(again, 1, 100)).results).toEqual([{ status: 'Good', queue: 100 }]);
    await again.terminate();
    await modest.terminate();
  });

  it('does not end the server by a short queue that runs over with Bad values', async () => {
    const slow = await olga.createSubscription2({
      requestedPublishingInterval: 5000,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 3,
      maxNotificationsPerPublish: 10,
      publishingEnabled: false,
      priority: 1,
    });
    await monitor(slow, 2, 2);
    for (let value = 0; value < 10; value += 1)
      plant.scan('QD-1', { 'R201/TIC-201.SP': value }, { quality: badDeviceFailure });
    await until(async () => (await node.read(setPoint)).value.value === 9, { what: 'the last value' });
    expect(plant.server.health()).toMatchObject({ figures: { restarts: 0 } });
    await slow.terminate();
  });
});
