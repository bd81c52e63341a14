/** The control: a server of bare node-opcua with analogue items as its documentation makes them. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  DataType,
  getStatusCodeFromCode,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  standardUnits,
  type UAVariable,
} from 'node-opcua';
import type { Security } from './side.ts';

export type BareSetup = Readonly<{
  security: Security;
  folder: string;
  /** Node ids of the items, skid by skid. */
  skids: readonly (readonly string[])[];
  range: Readonly<{ low: number; high: number }>;
}>;

/** Four numbers a value: its number in the skid, the value, its quality, its time. */
export type BareValues = Readonly<{ skid: number; values: Float64Array<ArrayBuffer> }>;

const { security, folder, skids, range } = workerData as BareSetup;
const encrypted = security === 'encrypted';
const server = new OPCUAServer({
  port: 0,
  host: '127.0.0.1',
  hostname: '127.0.0.1',
  securityModes: [encrypted ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None],
  securityPolicies: [encrypted ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None],
  allowAnonymous: true,
  serverCertificateManager: new OPCUACertificateManager({
    rootFolder: join(folder, 'pki'),
    automaticallyAcceptUnknownCertificate: true,
    keySize: 2048,
  }),
  nodeset_filename: [nodesets.standard],
  isAuditing: false,
  serverCapabilities: {
    maxMonitoredItems: 50_000,
    maxMonitoredItemsPerSubscription: 10_000,
    minSupportedSampleRate: 0,
    operationLimits: { maxNodesPerRead: 10_000, maxMonitoredItemsPerCall: 10_000 },
  },
});
await server.initialize();
const namespace = server.engine.addressSpace?.getOwnNamespace();
if (namespace === undefined) throw new TypeError('the server has no address space');
const objects = namespace.addressSpace.rootFolder.objects;
const items: readonly (readonly UAVariable[])[] = skids.map((ids, i) => {
  const parent = namespace.addFolder(objects, { browseName: `Skid ${i + 1}` });
  return ids.map((id) =>
    namespace.addAnalogDataItem({
      componentOf: parent,
      browseName: id,
      nodeId: `s=${id}`,
      dataType: 'Double',
      definition: id,
      valuePrecision: 1,
      engineeringUnitsRange: range,
      instrumentRange: range,
      engineeringUnits: standardUnits.degree_celsius,
      minimumSamplingInterval: 0,
    }),
  );
});
await server.start();

parentPort?.on('message', (message: BareValues | 'stop') => {
  if (message === 'stop') {
    void server.shutdown(0).finally(() => parentPort?.close());
    return;
  }
  const { skid, values } = message;
  const own = items[skid] ?? [];
  for (let at = 0; at < values.length; at += 4) {
    const [number = 0, value = 0, quality = 0, time = 0] = values.subarray(at, at + 4);
    own[number]?.setValueFromSource(
      { dataType: DataType.Double, value },
      getStatusCodeFromCode(quality),
      new Date(time),
    );
  }
});
parentPort?.postMessage({ port: server.endpoints[0]?.port ?? 0, namespace: namespace.index });
