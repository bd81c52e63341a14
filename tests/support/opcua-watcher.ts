/** An OPC UA client of its own, with a signed and encrypted session, that watches one node. */
import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  UserTokenType,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
} from 'node-opcua';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Quality } from '../../plant/quality.ts';
import type { Service } from './service.ts';
import { until } from './waiting.ts';

export class OpcUaWatcher {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly #subscription: ClientSubscription;
  latest: DataValue | null = null;
  /** Everything that was reported, with our own time of it. */
  readonly seen: { value: DataValue; at: number }[] = [];

  private constructor(client: OPCUAClient, session: ClientSession, subscription: ClientSubscription) {
    this.client = client;
    this.session = session;
    this.#subscription = subscription;
  }

  static async connect(service: Service, userName: string, password: string, tag: string): Promise<OpcUaWatcher> {
    const certificates = new OPCUACertificateManager({
      rootFolder: join(service.data, 'test-client-pki'),
      automaticallyAcceptUnknownCertificate: true,
    });
    await certificates.initialize();
    const client = await connectTrusted(service, certificates);
    const session = await client.createSession({ type: UserTokenType.UserName, userName, password });
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 20,
      maxNotificationsPerPublish: 100,
      publishingEnabled: true,
      priority: 1,
    });
    const watcher = new OpcUaWatcher(client, session, subscription);
    const namespaces = await session.readNamespaceArray();
    const item = await subscription.monitor(
      { nodeId: `ns=${namespaces.indexOf('urn:mesoline:plant')};s=${tag}`, attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 100, discardOldest: true },
      TimestampsToReturn.Both,
    );
    item.on('changed', (value: DataValue) => {
      watcher.latest = value;
      watcher.seen.push({ value, at: Date.now() });
    });
    return watcher;
  }

  async until(holds: (quality: Quality) => boolean): Promise<void> {
    await until(() => this.latest !== null && holds(this.latest.statusCode.value as Quality), {
      everyMs: 5,
      what: 'a quality over OPC UA',
    });
  }

  /** Calls a method of a skid. @returns the name of the call's status. */
  async call(skid: string, method: string, ...inputs: readonly (string | number | boolean)[]): Promise<string> {
    const namespace = (await this.session.readNamespaceArray()).indexOf('urn:mesoline:plant');
    const types = { string: DataType.String, number: DataType.Double, boolean: DataType.Boolean } as const;
    const { statusCode } = await this.session.call({
      objectId: `ns=${namespace};s=${skid}`,
      methodId: `ns=${namespace};s=${skid}.${method}`,
      inputArguments: inputs.map((value) => ({ dataType: types[typeof value as keyof typeof types], value })),
    });
    return statusCode.name;
  }

  async close(): Promise<void> {
    await this.#subscription.terminate();
    await this.session.close();
    await this.client.disconnect();
  }
}

/** Connects; where the service does not know the client's certificate, it is trusted first, as a person would trust it. */
async function connectTrusted(service: Service, certificates: OPCUACertificateManager): Promise<OPCUAClient> {
  const connected = async (): Promise<OPCUAClient | null> => {
    const client = OPCUAClient.create({
      clientCertificateManager: certificates,
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 5, initialDelay: 200, maxDelay: 1000 },
    });
    try {
      await client.connect(`opc.tcp://127.0.0.1:${service.opcua}`);
      return client;
    } catch {
      await client.disconnect();
      return null;
    }
  };
  const pki = join(service.data, 'pki');
  for (let tries = 0; tries < 100; tries++) {
    const client = await connected();
    if (client !== null) return client;
    for (const name of readdirSync(join(pki, 'rejected'))) {
      renameSync(join(pki, 'rejected', name), join(pki, 'trusted/certs', name));
    }
    await pause(100);
  }
  throw new Error('the client is not trusted');
}
