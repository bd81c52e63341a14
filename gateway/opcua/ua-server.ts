/** The stack's server as we run it: encrypted endpoints only, user names only, limits, keys and certificates in one folder. */
import { MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy, UserTokenType } from 'node-opcua';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { nodesetsOf } from './companion-models.ts';
import type { WorkerSetup } from './messages.ts';
import type { Logins } from './logins.ts';

const securityPolicies = [
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Aes256_Sha256_RsaPss,
];

const productUri = 'urn:mesoline';

/** Stands in the certificate, so it must not change with the machine's name. */
const applicationUri = (site: string): string => `urn:mesoline:site:${site}`;

export async function makeUaServer(setup: WorkerSetup, logins: Logins): Promise<OPCUAServer> {
  const name = advertised(setup.host);
  const server = new OPCUAServer({
    port: setup.port,
    host: setup.host,
    hostname: name,
    alternateHostname: isLoopback(name) ? ['localhost'] : [],
    securityModes: [MessageSecurityMode.SignAndEncrypt],
    securityPolicies,
    allowAnonymous: false,
    serverInfo: {
      applicationUri: applicationUri(setup.site),
      productUri,
      applicationName: { text: `Mesoline ${setup.site}` },
    },
    buildInfo: {
      productName: 'Mesoline',
      productUri,
      manufacturerName: 'Mesoline',
      softwareVersion: setup.build,
      buildNumber: setup.build,
    },
    serverCertificateManager: certificates(setup.pkiFolder, setup.trustUnknownClients),
    userCertificateManager: certificates(join(setup.pkiFolder, 'users'), false),
    userManager: logins.userManager(),
    nodesets: [...nodesetsOf(setup.skids)],
    nodesetLoaderOptions: { trustSiblingImages: true },
    isAuditing: false,
    maxConnectionsPerEndpoint: 100,
    serverCapabilities: {
      maxSessions: 20,
      maxSubscriptions: 100,
      maxSubscriptionsPerSession: 10,
      maxMonitoredItems: 50_000,
      maxMonitoredItemsPerSubscription: 10_000,
      maxMonitoredItemsQueueSize: 1000,
      maxArrayLength: 10_000,
      maxStringLength: 64 * 1024,
      maxByteStringLength: 64 * 1024,
      minSupportedSampleRate: 0,
      operationLimits: {
        maxNodesPerRead: 10_000,
        maxNodesPerBrowse: 10_000,
        maxNodesPerWrite: 100,
        maxNodesPerMethodCall: 10,
        maxMonitoredItemsPerCall: 10_000,
        maxNodesPerTranslateBrowsePathsToNodeIds: 10_000,
      },
    },
  });
  await server.initialize();
  for (const endpoint of server.endpoints) {
    for (const description of endpoint.endpointDescriptions()) {
      description.userIdentityTokens = (description.userIdentityTokens ?? []).filter(
        ({ tokenType }) => tokenType === UserTokenType.UserName,
      );
    }
  }
  return server;
}

/** What a client is told to connect to: the address we listen on, or this machine's name where we listen on all. */
export function advertised(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname();
  return host.includes(':') ? `[${host}]` : host;
}

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '[::1]';

const certificates = (rootFolder: string, automaticallyAcceptUnknownCertificate: boolean): OPCUACertificateManager =>
  new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate, keySize: 2048 });
