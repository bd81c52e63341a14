/** The client of the OPC UA bench in its process, the same for both sides: ENDPOINT SECURITY FOLDER SKIDS. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  type ClientSubscription,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  StatusCodes,
  TimestampsToReturn,
  UserTokenType,
  type DataValue,
  type UserIdentityInfo,
} from 'node-opcua';
import { answerAsks } from '../support/measuring-child.ts';
import { siteOf } from './site-of-2000.ts';

export type ClientQuestion =
  | Readonly<{ kind: 'subscribe' }>
  | Readonly<{ kind: 'unsubscribe' }>
  /** Counts what the subscription brings. */
  | Readonly<{ kind: 'count'; milliseconds: number }>
  /** Reads a hundred values a batch, one batch after the other. */
  | Readonly<{ kind: 'read'; milliseconds: number }>;

export type ClientFigures = Readonly<{ milliseconds: number; count: number; bad: number }>;

const batchSize = 100;
const [endpoint = '', security = 'encrypted', folder = '', count = '20', user = ''] = process.argv.slice(2);
const encrypted = security === 'encrypted';
const client = OPCUAClient.create({
  applicationName: 'bench client',
  clientCertificateManager: new OPCUACertificateManager({
    rootFolder: join(folder, 'client'),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  }),
  securityMode: encrypted ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
  securityPolicy: encrypted ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
  endpointMustExist: false,
  connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 10 },
});
await client.connect(endpoint);
const identity: UserIdentityInfo =
  user === '' ? { type: UserTokenType.Anonymous } : { type: UserTokenType.UserName, userName: user, password: 'any' };
const session = await client.createSession(identity);
const namespace = (await session.readNamespaceArray()).findIndex(
  (uri, i) => i > 0 && (uri === 'urn:mesoline:plant' || user === ''),
);
const nodes = siteOf(Number(count)).flatMap(({ name, type }) =>
  type.tags.map((tag) => ({ nodeId: `ns=${namespace};s=${name}/${tag.name}`, attributeId: AttributeIds.Value })),
);

let subscription: ClientSubscription | null = null;
let seen = 0;
let bad = 0;
const look = (value: DataValue): void => {
  seen += 1;
  if (value.statusCode.isNot(StatusCodes.Good)) bad += 1;
};

async function subscribe(): Promise<void> {
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 100,
    requestedLifetimeCount: 1000,
    requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 1,
  });
  const group = ClientMonitoredItemGroup.create(
    subscription,
    nodes,
    { samplingInterval: 0, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  group.on('changed', (_, value) => look(value));
  const ready = Promise.withResolvers<undefined>();
  group.once('initialized', () => ready.resolve(undefined));
  group.once('err', (reason?: string) => ready.reject(new Error(reason)));
  await ready.promise;
}

async function read(milliseconds: number): Promise<void> {
  const from = performance.now();
  for (let at = 0; performance.now() - from < milliseconds; at = (at + batchSize) % nodes.length) {
    for (const value of await session.read(nodes.slice(at, at + batchSize))) look(value);
  }
}

async function measured(act: () => Promise<unknown>): Promise<ClientFigures> {
  const before = { seen, bad };
  const from = performance.now();
  await act();
  return { milliseconds: performance.now() - from, count: seen - before.seen, bad: bad - before.bad };
}

answerAsks(
  async (question: ClientQuestion) => {
    switch (question.kind) {
      case 'subscribe':
        return subscribe();
      case 'unsubscribe':
        return subscription?.terminate();
      case 'count':
        return measured(() => pause(question.milliseconds));
      case 'read':
        return measured(() => read(question.milliseconds));
    }
  },
  async () => {
    await client.disconnect().catch(() => undefined);
  },
);
