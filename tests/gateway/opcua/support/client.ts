/** A client of another make would do the same: node-opcua's own, with a certificate folder of its own. */
import { join } from 'node:path';
import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
  Variant,
  type ClientSession,
  type DataValue,
} from 'node-opcua';
import { namespaceUri } from '../../../../gateway/opcua/plan/space-plan.ts';

export type ConnectOptions = Readonly<{
  folder: string;
  endpoint: string;
  mode?: MessageSecurityMode;
  policy?: SecurityPolicy;
}>;

type ClientOptions = Omit<ConnectOptions, 'endpoint'> & Readonly<{ serverCertificate?: Buffer }>;

export const makeClient = ({ folder, mode, policy, serverCertificate }: ClientOptions): OPCUAClient =>
  OPCUAClient.create({
    applicationName: 'test client',
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(folder, 'client'),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    }),
    securityMode: mode ?? MessageSecurityMode.SignAndEncrypt,
    securityPolicy: policy ?? SecurityPolicy.Basic256Sha256,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 10 },
    ...(serverCertificate === undefined ? {} : { serverCertificate }),
  });

export async function connect({ endpoint, ...options }: ConnectOptions): Promise<OPCUAClient> {
  const client = makeClient(options);
  await client.connect(endpoint);
  return client;
}

export const logIn = (client: OPCUAClient, userName: string, password = `${userName}-secret`): Promise<ClientSession> =>
  client.createSession({ type: UserTokenType.UserName, userName, password });

export class Node {
  readonly session: ClientSession;
  readonly #namespace: number;

  constructor(session: ClientSession, namespace: number) {
    this.session = session;
    this.#namespace = namespace;
  }

  static async space(session: ClientSession): Promise<Node> {
    return new Node(session, (await session.readNamespaceArray()).indexOf(namespaceUri));
  }

  id(name: string): string {
    return `ns=${this.#namespace};s=${name}`;
  }

  /** Asks for the value as the server has it: with a `maxAge` of 0 the stack stamps its own time of reading. */
  read(name: string): Promise<DataValue> {
    return this.session.read({ nodeId: this.id(name), attributeId: AttributeIds.Value }, 0x7fff_ffff);
  }

  async browse(name: string): Promise<readonly string[]> {
    const { references } = await this.session.browse(this.id(name));
    return (references ?? []).map(({ browseName }) => browseName.name ?? '');
  }

  async call(skid: string, method: string, ...values: readonly (number | boolean | string)[]) {
    return this.session.call({
      objectId: this.id(skid),
      methodId: this.id(`${skid}.${method}`),
      inputArguments: values.map(
        (value) =>
          new Variant({
            dataType: { number: DataType.Double, boolean: DataType.Boolean, string: DataType.String }[
              typeof value as 'number' | 'boolean' | 'string'
            ],
            value,
          }),
      ),
    });
  }
}
