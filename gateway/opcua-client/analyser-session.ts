/**
 * One connection to an analyser's server, from its endpoints to its end: the safest endpoint it offers, one session, one
 * subscription. When anything of it fails, all of it is given up; whoever made it makes another.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  AttributeIds,
  browseAll,
  BrowseDirection,
  coerceSecurityPolicy,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  resolveNodeId,
  SecurityPolicy,
  TimestampsToReturn,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
  type EndpointDescription,
  type NodeId,
} from 'node-opcua';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { badConfigurationError, badDecodingError } from '../../plant/quality.ts';
import type { AnalyserSetup, PointNews, SpectrumNews } from './messages.ts';
import { removeDamaged } from './own-key.ts';
import { parseNodeItem } from './node-item.ts';
import { pin, pinFile, thumbprintOf } from './pinned-certificate.ts';
import { abscissae, axisOf, faultOfCurve, numbersOf, pointNews, type AxisInformation } from './values.ts';

export type SessionListener = Readonly<{
  news: (points: readonly PointNews[], spectra: readonly SpectrumNews[]) => void;
  /** Once; the session is of no use any more. */
  lost: (reason: string) => void;
  log: (level: 'info' | 'warn', message: string, fields: object) => void;
}>;

const badNodeIdUnknown = 0x8034_0000;
const policies: readonly string[] = [
  SecurityPolicy.Aes256_Sha256_RsaPss,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Basic256Sha256,
];

export class AnalyserSession {
  readonly #setup: AnalyserSetup;
  readonly #listener: SessionListener;
  #client: OPCUAClient | null = null;
  #session: ClientSession | null = null;
  #over = false;

  constructor(setup: AnalyserSetup, listener: SessionListener) {
    this.#setup = setup;
    this.#listener = listener;
  }

  /** @returns whether it is encrypted @throws where any part of it cannot be had */
  async open(): Promise<boolean> {
    const chosen = await this.#choose();
    const encrypted = chosen.securityMode === MessageSecurityMode.SignAndEncrypt;
    const client = this.#newClient(chosen, encrypted);
    this.#client = client;
    client.on('connection_lost', () => this.#lose('The connection was lost.'));
    client.on('close', () => this.#lose('The connection was closed.'));
    await client.connect(this.#setup.endpoint);
    const session = await client.createSession();
    this.#session = session;
    session.on('session_closed', (status) => this.#lose(`Its session was closed (${status.toString()}).`));
    await this.#subscribe(session);
    return encrypted;
  }

  async close(): Promise<void> {
    this.#over = true;
    const [client, session] = [this.#client, this.#session];
    this.#client = null;
    this.#session = null;
    await session?.close(true).catch(() => undefined);
    await client?.disconnect().catch(() => undefined);
  }

  #lose(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.lost(reason);
  }

  #newClient(endpoint: EndpointDescription | null, encrypted: boolean): OPCUAClient {
    const { name, pkiFolder, timeoutMs } = this.#setup;
    return OPCUAClient.create({
      applicationName: 'Mesoline',
      clientName: name,
      applicationUri: 'urn:mesoline:analysers',
      endpointMustExist: false,
      securityMode: encrypted ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
      securityPolicy:
        encrypted && endpoint !== null ? coerceSecurityPolicy(endpoint.securityPolicyUri) : SecurityPolicy.None,
      ...(encrypted && endpoint !== null ? { serverCertificate: endpoint.serverCertificate } : {}),
      // It was compared with the one that was kept; there is no other authority.
      clientCertificateManager: new OPCUACertificateManager({
        rootFolder: pkiFolder,
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      }),
      // Trying again is ours: what is left of a connection that was lost is not gone by.
      connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
      transportTimeout: timeoutMs,
      defaultTransactionTimeout: timeoutMs,
      keepSessionAlive: false,
    });
  }

  /** The best encrypted endpoint; an open one only where there is no other and none was ever kept. */
  async #choose(): Promise<EndpointDescription> {
    const { endpoint, name, pkiFolder } = this.#setup;
    removeDamaged(pkiFolder);
    const client = this.#newClient(null, false);
    let offered: readonly EndpointDescription[];
    try {
      await client.connect(endpoint);
      offered = await client.getEndpoints();
    } finally {
      await client.disconnect().catch(() => undefined);
    }
    const file = pinFile(pkiFolder);
    const rank = ({ securityMode, securityPolicyUri }: EndpointDescription): number =>
      securityMode === MessageSecurityMode.SignAndEncrypt ? policies.indexOf(securityPolicyUri ?? '') : -1;
    const encrypted = offered.filter((each) => rank(each) >= 0).sort((one, other) => rank(one) - rank(other));
    const [best] = encrypted;
    if (best !== undefined) {
      const certificate = Uint8Array.from(best.serverCertificate);
      const pinned = pin(file, certificate);
      const thumbprint = thumbprintOf(certificate);
      if (pinned === 'other')
        throw mesolineError(
          'certificate-other',
          name,
          `The server shows another certificate (${thumbprint}) than the one that was kept.`,
          `If the analyser was exchanged, remove ${file}.`,
        );
      if (pinned === 'new')
        this.#listener.log('info', 'the certificate of an analyser is kept; no other is taken from now on', {
          thumbprint,
        });
      return best;
    }
    const open = offered.find(({ securityMode }) => securityMode === MessageSecurityMode.None);
    if (open === undefined || existsSync(file))
      throw mesolineError(
        'endpoint-refused',
        name,
        'The server offers no encrypted endpoint, and offered one before or offers none at all.',
        'Look at its security settings.',
      );
    return open;
  }

  async #subscribe(session: ClientSession): Promise<void> {
    const { periodMs, points, spectra } = this.#setup;
    const namespaces = await session.readNamespaceArray();
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: periodMs,
      // A publishing interval without news is answered by a keep-alive: silence is seen at once.
      requestedMaxKeepAliveCount: 1,
      requestedLifetimeCount: 60,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 1,
    });
    subscription.on('keepalive', () => this.#listener.news([], []));
    subscription.on('terminated', () => this.#lose('Its subscription ended.'));
    subscription.on('internal_error', (error) => this.#lose(error.message));
    for (const [i, { item, kind }] of points.entries()) {
      const missing = (status: number): void => this.#listener.news([[i, null, status, null]], []);
      await this.#watch(session, subscription, namespaces, item, 1, missing, (value) =>
        this.#listener.news([pointNews(i, kind, value)], []),
      );
    }
    for (const [i, item] of spectra.entries()) {
      const missing = (status: number): void =>
        this.#listener.news(
          [],
          [{ spectrum: i, status, curve: null, sourceTime: null, fault: `${item} is not there.` }],
        );
      const node = await this.#find(session, namespaces, item);
      const axis = node === null ? null : await this.#axis(session, node);
      await this.#watch(session, subscription, namespaces, item, 10, missing, (value) =>
        this.#listener.news([], [spectrumNews(i, value, axis)]),
      );
    }
  }

  async #watch(
    session: ClientSession,
    subscription: ClientSubscription,
    namespaces: readonly string[],
    item: string,
    queueSize: number,
    missing: (status: number) => void,
    changed: (value: DataValue) => void,
  ): Promise<void> {
    const nodeId = await this.#find(session, namespaces, item);
    if (nodeId === null) {
      missing(badNodeIdUnknown);
      return;
    }
    const monitored = await subscription.monitor(
      { nodeId, attributeId: AttributeIds.Value },
      { samplingInterval: this.#setup.periodMs, discardOldest: true, queueSize },
      TimestampsToReturn.Both,
    );
    const status = monitored.statusCode.value >>> 0;
    if (!monitored.statusCode.isGood()) missing(status);
    monitored.on('changed', changed);
    monitored.on('err', (message) =>
      this.#listener.log('warn', 'a node of an analyser cannot be watched', { item, message }),
    );
  }

  /** Null where the server has no such node, or two by one name. */
  async #find(session: ClientSession, namespaces: readonly string[], item: string): Promise<NodeId | null> {
    const parsed = parseNodeItem(item);
    if (parsed === null) return null;
    if (parsed.by === 'id') {
      const index = namespaces.indexOf(parsed.namespaceUri);
      return index < 0 ? null : resolveNodeId(`ns=${index};${parsed.id}`);
    }
    let node = resolveNodeId('ObjectsFolder');
    for (const name of parsed.names) {
      const below = await children(session, node);
      const [found, ...more] = below.filter(({ browseName }) => browseName.name === name);
      if (found === undefined || more.length > 0) return null;
      node = found.nodeId;
    }
    return node;
  }

  async #axis(session: ClientSession, node: NodeId): Promise<AxisInformation | null> {
    try {
      const below = await children(session, node);
      const definition = below.find(({ browseName }) => browseName.name === 'XAxisDefinition');
      if (definition === undefined) return null;
      const { value } = await session.read({ nodeId: definition.nodeId, attributeId: AttributeIds.Value });
      return axisOf(value.value);
    } catch (thrown) {
      this.#listener.log('warn', 'the axis of a spectrum cannot be read', { reason: messageOf(thrown) });
      return null;
    }
  }
}

async function children(session: ClientSession, nodeId: NodeId) {
  const result = await browseAll(session, {
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: resolveNodeId('HierarchicalReferences'),
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: 63,
  });
  return result.references ?? [];
}

function spectrumNews(spectrum: number, given: DataValue, axis: AxisInformation | null): SpectrumNews {
  const { value, statusCode, sourceTimestamp } = given;
  const status = statusCode.value >>> 0;
  const sourceTime = sourceTimestamp?.getTime() ?? null;
  const no = (by: number, fault: string | null): SpectrumNews => ({
    spectrum,
    status: by,
    curve: null,
    sourceTime,
    fault,
  });
  if (status >>> 30 >= 2) return no(status, null);
  const y = numbersOf(value);
  if (y === null) return no(badDecodingError, 'It is no array of numbers.');
  if (axis === null) return no(badConfigurationError, 'It has no XAxisDefinition.');
  const x = abscissae(axis, y.length);
  if (x === null) return no(badDecodingError, `Its axis is not that of ${y.length} values.`);
  const fault = faultOfCurve(x, y);
  if (fault !== null) return no(badDecodingError, fault);
  const digest = createHash('sha256').update(x).update(y).digest('hex');
  return { spectrum, status, curve: { x: Float64Array.from(x), y, unit: axis.unit, digest }, sourceTime, fault: null };
}
