/**
 * A Raman analyser with an OPC UA server of its own, built as an ADI device is: identification, a channel with its
 * parameters, and the scaled data as an array variable with its axis. Strict: it has what is below and nothing else.
 */
import { join } from 'node:path';
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
  Variant,
  VariantArrayType,
  type Namespace,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { mesolineError } from '../../plant/errors.ts';
import type { Clock } from '../../plant/clock.ts';
import { drawsOf } from '../spectra/draws.ts';
import { raman785, ramanAxis, ramanOf } from '../spectra/raman.ts';
import type { InstrumentServer } from './instrument.ts';
import { trialSight, type Sight } from './sight.ts';

export type RamanServerOptions = Readonly<{
  host: string;
  port: number;
  /** Where its keys are kept. */
  folder: string;
  clock: Clock;
  random: () => number;
  /** What it looks at; a liquid of its own where it is tried out alone. */
  sight?: Sight;
  /** From one spectrum to the next; without it only when it is told to. */
  everyMs?: number;
  /** Offers no encrypted endpoint, as old ones do. */
  open?: boolean;
}>;

export const ramanNamespace = 'urn:mesoline:twin:raman';

export class RamanServer implements InstrumentServer {
  readonly #options: RamanServerOptions;
  #server: OPCUAServer | null = null;
  #nodes: Readonly<Record<'laserPower' | 'temperature' | 'shutterOpen' | 'spectrum', UAVariable>> | null = null;
  #every: NodeJS.Timeout | null = null;

  constructor(options: RamanServerOptions) {
    this.#options = options;
  }

  async start(): Promise<number> {
    const { host, port, folder, open = false } = this.#options;
    const certificates = new OPCUACertificateManager({
      rootFolder: join(folder, 'pki'),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    const server = new OPCUAServer({
      host,
      hostname: host,
      port,
      serverInfo: { applicationUri: 'urn:mesoline:twin:raman-server', applicationName: { text: 'Raman analyser' } },
      serverCertificateManager: certificates,
      securityModes: open ? [MessageSecurityMode.None] : [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
      securityPolicies: open ? [SecurityPolicy.None] : [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
      nodeset_filename: [nodesets.standard],
    });
    await server.initialize();
    this.#build(server);
    await server.start();
    this.#server = server;
    this.measure();
    if (this.#options.everyMs !== undefined) this.#repeat(this.#options.everyMs);
    return server.endpoints[0]?.port ?? port;
  }

  async stop(): Promise<void> {
    if (this.#every !== null) clearInterval(this.#every);
    this.#every = null;
    const server = this.#server;
    this.#server = null;
    await server?.shutdown(0);
  }

  /** `{"measure": true}`, `{"everyMs": 2000}`, `{"set": "temperature", "value": 31, "status": "UncertainSensorNotAccurate"}`. */
  take(message: unknown): void {
    const { measure, everyMs, set, value, status } = (
      typeof message === 'object' && message !== null ? message : {}
    ) as Record<string, unknown>;
    const variable =
      typeof set === 'string' && Object.hasOwn(this.#nodes ?? {}, set)
        ? this.#nodes?.[set as 'temperature']
        : undefined;
    if (measure === true) this.measure();
    else if (typeof everyMs === 'number' && everyMs >= 50) {
      this.#repeat(everyMs);
    } else if (variable !== undefined) {
      const code =
        typeof status === 'string' && status in StatusCodes ? StatusCodes[status as 'Good'] : StatusCodes.Good;
      const dataType = typeof value === 'boolean' ? DataType.Boolean : DataType.Double;
      variable.setValueFromSource({ dataType, value }, code, new Date(this.#options.clock.utc()));
    } else
      throw mesolineError(
        'message-unknown',
        'message',
        `${JSON.stringify(message)} is no message.`,
        'Send {"measure": true}, {"everyMs": …} or {"set": …, "value": …}.',
      );
  }

  /** One more spectrum. */
  measure(values?: Float64Array): void {
    const { sight = trialSight, random } = this.#options;
    const y = values ?? ramanOf(sight.truth(), sight.chalcogen, raman785, sight.optics(), drawsOf(random)).y;
    this.#nodes?.spectrum.setValueFromSource(
      new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: y }),
      StatusCodes.Good,
      new Date(this.#options.clock.utc()),
    );
  }

  #repeat(everyMs: number): void {
    if (this.#every !== null) clearInterval(this.#every);
    this.#every = setInterval(() => this.measure(), everyMs);
  }

  #build(server: OPCUAServer): void {
    const { addressSpace } = server.engine;
    if (addressSpace === null) throw new TypeError('the server has no address space');
    const own = addressSpace.registerNamespace(ramanNamespace);
    const object = (browseName: string, parent: UAObject): UAObject =>
      own.addObject({ browseName, nodeId: `s=${browseName}`, componentOf: parent });
    const device = own.addObject({
      browseName: 'RamanAnalyser',
      nodeId: 's=RamanAnalyser',
      organizedBy: addressSpace.rootFolder.objects,
    });
    const text = (browseName: string, value: string): UAVariable =>
      own.addVariable({
        browseName,
        nodeId: `s=${browseName}`,
        propertyOf: device,
        dataType: 'String',
        value: { dataType: DataType.String, value },
      });
    text('Manufacturer', 'Mesoline twin');
    text('Model', 'Raman 785');
    text('SerialNumber', 'RA-2077');
    text('SoftwareRevision', '3.2.1');
    const channel = object('Channel1', device);
    const number = (browseName: string, value: number): UAVariable =>
      own.addVariable({
        browseName,
        nodeId: `s=${browseName}`,
        componentOf: channel,
        dataType: 'Double',
        value: { dataType: DataType.Double, value },
      });
    const shutterOpen = own.addVariable({
      browseName: 'ShutterOpen',
      nodeId: 's=ShutterOpen',
      componentOf: channel,
      dataType: 'Boolean',
      value: { dataType: DataType.Boolean, value: true },
    });
    const laserPower = number('LaserPower', 400);
    const temperature = number('DetectorTemperature', -60);
    this.#nodes = { laserPower, temperature, shutterOpen, spectrum: spectrumOf(own, channel) };
    for (const node of Object.values(this.#nodes)) node.minimumSamplingInterval = 0;
  }
}

function spectrumOf(own: Namespace, channel: UAObject): UAVariable {
  const spectrum = own.addVariable({
    browseName: 'ScaledData',
    nodeId: 's=ScaledData',
    componentOf: channel,
    dataType: 'Double',
    valueRank: 1,
  });
  const { addressSpace } = own;
  const type = addressSpace.findDataType('AxisInformation');
  if (type === null) throw new TypeError('there is no AxisInformation');
  const x = ramanAxis(raman785);
  const axis = addressSpace.constructExtensionObject(type, {
    engineeringUnits: { displayName: { text: 'cm-1' } },
    euRange: { low: x[0], high: x.at(-1) },
    title: { text: 'Raman shift' },
    axisScaleType: 0,
    axisSteps: x,
  });
  own.addVariable({
    browseName: { name: 'XAxisDefinition', namespaceIndex: 0 },
    propertyOf: spectrum,
    dataType: type.nodeId,
    value: { dataType: DataType.ExtensionObject, value: axis },
  });
  spectrum.setValueFromSource({ dataType: DataType.Null }, StatusCodes.BadWaitingForInitialData);
  return spectrum;
}
