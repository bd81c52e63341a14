/** Clients that are let in and mean harm: what they send costs them their own, and nobody else anything. */
import { writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { join } from 'node:path';
import {
  AttributeIds,
  constructEventFilter,
  ContentFilter,
  ContentFilterElement,
  DataType,
  FilterOperator,
  LiteralOperand,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  QualifiedName,
  SecurityPolicy,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  type ClientSession,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostAtOnce } from '../../gateway/opcua/calls/calls.ts';
import { mostLoginsOfOne } from '../../gateway/opcua/people/logins-desk.ts';
import { TrustFolder } from '../../gateway/opcua/trust/trust-folder.ts';
import { mostBytesOfStrangers } from '../../gateway/opcua/limits/unopened-sockets.ts';
import { utcMs } from '../../plant/clock.ts';
import type { AlarmDesk, AlarmView } from '../../plant/ports/alarm-desk.ts';
import { good } from '../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../plant/sample.ts';
import { makeCertificate } from '../gateway/opcua/support/certificates.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const skid = skidName('QD-1');
const quiet: AlarmView = {
  id: 'QD-1/R201/TI-201.temperature.high',
  skid,
  tag: tagName(skid, localTag('R201/TI-201')),
  level: 'high',
  priority: 2,
  limit: 300,
  unit: '°C',
  value: 20,
  quality: good,
  title: 'Reactor hot',
  cause: '',
  consequence: '',
  response: '',
  active: false,
  acknowledged: true,
  confirmed: true,
  suppressed: false,
  raisedAt: null,
  clearedAt: null,
  acknowledgedBy: null,
  confirmedBy: null,
  comment: null,
} as unknown as AlarmView;
const nothing = () => Promise.resolve([]);
const desk: AlarmDesk = {
  standing: nothing,
  known: () => Promise.resolve([quiet]),
  journal: nothing,
  acknowledge: nothing,
  confirm: nothing,
  comment: nothing,
};

const plant = new Plant({ alarms: desk });
let client: OPCUAClient;
let session: ClientSession;

beforeAll(async () => {
  await plant.server.start();
  client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
  session = await logIn(client, 'otto');
});

afterAll(async () => {
  await session.close();
  await client.disconnect();
  await plant.stop();
});

let raisings = 0;
function raise(): void {
  const at = utcMs(1_700_000_000_000 + 1000 * raisings++);
  plant.server.changed({ ...quiet, active: true, acknowledged: false, confirmed: false, raisedAt: at }, at);
}

const figure = (name: string): number => plant.server.health().figures?.[name] ?? 0;

const subscribe = (of: ClientSession, requestedPublishingInterval = 50) =>
  of.createSubscription2({
    requestedPublishingInterval,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });

describe('a filter that the stack stumbles over', () => {
  it('takes no event from anyone else, and does not end the server', async () => {
    const hostile = constructEventFilter(['EventId']);
    const time = new SimpleAttributeOperand({
      typeDefinitionId: 'i=2041',
      browsePath: [new QualifiedName({ name: 'Time' })],
      attributeId: AttributeIds.Value,
    });
    const none = new LiteralOperand({ value: new Variant({ dataType: DataType.Null }) });
    hostile.whereClause = new ContentFilter({
      elements: [new ContentFilterElement({ filterOperator: FilterOperator.Equals, filterOperands: [time, none] })],
    });
    const subscription = await subscribe(session);
    const watch = async (filter: typeof hostile, heard: (fields: readonly Variant[]) => void) => {
      const item = await subscription.monitor(
        { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
        { filter, queueSize: 10, samplingInterval: 0 },
        TimestampsToReturn.Both,
      );
      item.on('changed', (fields) => heard(fields as unknown as readonly Variant[]));
    };
    await watch(hostile, () => undefined);
    const heard: string[] = [];
    await watch(constructEventFilter(['SourceName']), ([name]) => heard.push(String(name?.value)));
    // The first of them may come before the stack listens.
    await until(
      () => {
        raise();
        return heard.length > 0 && figure('stackFaults') > 0;
      },
      { what: 'an alarm to be heard, and the fault to be counted' },
    );
    expect(heard[0]).toBe('QD-1/R201/TI-201');
    expect(figure('restarts')).toBe(0);
    await subscription.terminate();
  });
});

describe('a client that sends a chain of certificates', () => {
  it('is shown out when the first of them is rejected', async () => {
    const [own, other] = [
      await makeCertificate(plant.folder, { name: 'chained' }),
      await makeCertificate(plant.folder, { name: 'behind' }),
    ];
    const chainFile = join(plant.folder, 'chain.pem');
    writeFileSync(chainFile, own.pem + other.pem);
    const chained = OPCUAClient.create({
      applicationName: 'chained',
      applicationUri: 'urn:test:chained',
      clientCertificateManager: new OPCUACertificateManager({
        rootFolder: join(plant.folder, 'chained'),
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      }),
      certificateFile: chainFile,
      privateKeyFile: own.keyFile,
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 10 },
    });
    await chained.connect(plant.server.endpoint());
    await logIn(chained, 'olga');
    await until(() => figure('sessions') === 2, { what: 'two sessions' });
    new TrustFolder(join(plant.folder, 'pki')).move(own.thumbprint, 'rejected', utcMs(Date.now()));
    await until(() => figure('sessions') === 1, { what: 'the session to end', withinMs: 5000 });
    await chained.disconnect();
  });
});

describe('a client that asks for more than it waits for', () => {
  it('has only so many commands under way, and the others are refused', async () => {
    const released: (() => void)[] = [];
    const ordinary = plant.outcome;
    plant.outcome = () => new Promise((resolve) => released.push(() => resolve(ordinary({} as never)))) as never;
    const before = plant.commands.length;
    const own = await logIn(client, 'olga');
    const node = await Node.space(own);
    const calls = Array.from({ length: mostAtOnce + 5 }, () => node.call('QD-1', 'Write', 'R201/TIC-201.SP', 10));
    await until(() => plant.commands.length - before >= mostAtOnce, { what: 'the commands' });
    // Another skid has nothing to do with it.
    const other = node.call('QD-2', 'HotHold', '');
    await until(() => plant.commands.length - before === mostAtOnce + 1, { what: 'the one for the other skid' });
    plant.outcome = ordinary;
    for (const release of released) release();
    const names = (await Promise.all(calls)).map(({ statusCode }) => statusCode.name);
    expect(names.filter((name) => name === 'BadServerTooBusy')).toHaveLength(5);
    expect(names.filter((name) => name === 'Good')).toHaveLength(mostAtOnce);
    expect((await other).statusCode.name).toBe('Good');
    expect((await node.call('QD-1', 'Write', 'R201/TIC-201.SP', 10)).statusCode.name).toBe('Good');
    await own.close();
  });

  it('is on so many sessions and no more, and leaves room for others', async () => {
    const sessions: ClientSession[] = [];
    for (let i = 0; i < mostLoginsOfOne; i += 1) sessions.push(await logIn(client, 'olga'));
    await expect(logIn(client, 'olga')).rejects.toThrow(/BadUserAccessDenied|BadIdentityTokenRejected/);
    await (await logIn(client, 'otto')).close();
    await sessions.pop()?.close();
    sessions.push(await logIn(client, 'olga'));
    for (const one of sessions) await one.close();
  });
});

describe('a stranger', () => {
  const whole = (kind: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(kind), int(8 + body.length), body]);
  const int = (value: number): Buffer => {
    const four = Buffer.alloc(4);
    four.writeUInt32LE(value >>> 0);
    return four;
  };
  const text = (value: string): Buffer => Buffer.concat([int(value.length), Buffer.from(value)]);
  const none = int(0xffff_ffff);

  it('whose message has no end is cut off, long before it is large', async () => {
    const url = plant.server.endpoint();
    const socket = connectTo(Number(new URL(url.replace('opc.tcp', 'http')).port), '127.0.0.1');
    let answers = Buffer.alloc(0);
    let closed = false;
    socket.on('data', (data) => (answers = Buffer.concat([answers, data])));
    socket.on('error', () => undefined);
    socket.on('close', () => (closed = true));
    socket.write(whole('HELF', Buffer.concat([int(0), int(65_536), int(65_536), int(0), int(0), text(url)])));
    await until(() => answers.includes('ACKF'), { what: 'the acknowledgement', everyMs: 10 });
    // A channel without encryption, as everyone may open it to ask for the endpoints (Part 6, 6.7.4).
    const header = Buffer.concat([
      Buffer.from([0, 0]),
      Buffer.alloc(8),
      int(1),
      int(0),
      none,
      int(10_000),
      Buffer.from([0, 0, 0]),
    ]);
    const policy = text('http://opcfoundation.org/UA/SecurityPolicy#None');
    const asked = Buffer.concat([
      Buffer.from([1, 0, 0xbe, 0x01]),
      header,
      int(0),
      int(0),
      int(1),
      none,
      int(3_600_000),
    ]);
    socket.write(whole('OPNF', Buffer.concat([int(0), policy, none, none, int(1), int(1), asked])));
    await until(() => answers.includes('OPNF'), { what: 'a channel', everyMs: 10 });
    const opened = answers.subarray(answers.indexOf('OPNF'));
    const channel = opened.readUInt32LE(8);
    const token = opened.readUInt32LE(opened.indexOf(int(channel), 60) + 4);
    const part = Buffer.alloc(60_000, 'A');
    let sent = 0;
    const chunk = (): void => {
      socket.write(whole('MSGC', Buffer.concat([int(channel), int(token), int(sent + 2), int(2), part])));
      sent += 1;
    };
    await until(
      () => {
        if (sent < 60) chunk();
        return closed;
      },
      { what: 'the connection to be cut', everyMs: 20 },
    );
    expect(sent).toBeGreaterThan(mostBytesOfStrangers / part.length - 1);
    expect(sent).toBeLessThan(60);
    expect(figure('restarts')).toBe(0);
  });
});
