/** Who looks on while trips are measured: a page at its live stream, and an OPC UA client that subscribes to a whole skid. */
import { AttributeIds, ClientMonitoredItemGroup, TimestampsToReturn } from 'node-opcua';
import { skidName } from '../../../plant/sample.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import { ApiPerson } from '../../support/api.ts';
import { OpcUaWatcher } from '../../support/opcua-watcher.ts';
import type { Service } from '../../support/service.ts';

export type Attached = Readonly<{
  /** What came to each of them so far: bytes of the stream, changes of values. */
  figures: () => Readonly<{ streamBytes: number; changes: number }>;
  leave: () => Promise<void>;
}>;

export async function attach(service: Service, tags: readonly LocalTag[]): Promise<Attached> {
  const operator = await ApiPerson.firstLogin(service, 'operator');
  const page = await openStream(service, operator);
  const watcher = await OpcUaWatcher.connect(
    service,
    'operator',
    operator.password,
    `${skidName('QD-1')}/${tags[0] ?? ''}`,
  );
  const changes = await subscribe(watcher, tags);
  return {
    figures: () => ({ streamBytes: page.bytes(), changes: changes() }),
    async leave() {
      page.close();
      await watcher.client.disconnect().catch(() => undefined);
    },
  };
}

/** The stream as a page has it open. */
async function openStream(service: Service, person: ApiPerson) {
  const login = await fetch(`${service.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: service.url },
    body: JSON.stringify({ userName: person.user, password: person.password }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  await login.arrayBuffer();
  const closing = new AbortController();
  const stream = await fetch(`${service.url}/api/stream`, { headers: { cookie }, signal: closing.signal });
  if (!stream.ok || stream.body === null) throw new Error(`No stream: ${stream.status} ${await stream.text()}`);
  let bytes = 0;
  const { body } = stream;
  const reading = (async () => {
    for await (const chunk of body) bytes += chunk.length;
  })();
  reading.catch(() => undefined);
  return { bytes: () => bytes, close: () => closing.abort() };
}

async function subscribe({ session }: OpcUaWatcher, tags: readonly LocalTag[]): Promise<() => number> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  const namespace = (await session.readNamespaceArray()).indexOf('urn:mesoline:plant');
  const nodes = tags.map((tag) => ({ nodeId: `ns=${namespace};s=QD-1/${tag}`, attributeId: AttributeIds.Value }));
  const parameters = { samplingInterval: 0, queueSize: 10, discardOldest: true };
  const group = ClientMonitoredItemGroup.create(subscription, nodes, parameters, TimestampsToReturn.Both);
  let changes = 0;
  group.on('changed', () => void (changes += 1));
  return () => changes;
}
