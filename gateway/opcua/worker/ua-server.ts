/** The stack's server as we run it: its name, what it is secured by, what it holds and its limits. */
import { OPCUAServer } from 'node-opcua';
import { hostname } from 'node:os';
import { nodesetsOf } from '../space/companion-models.ts';
import type { WorkerSetup } from './messages.ts';
import { mostFields, mostOperands } from '../limits/limits-items.ts';
import { transportWithin } from '../limits/limits-transport.ts';
import { limits } from '../limits/limits.ts';
import { stackLimits, type Endpoints } from '../trust/trust-endpoints.ts';

const productUri = 'urn:mesoline';

/** Stands in the certificate, so it must not change with the machine's name. */
const applicationUri = (site: string): string => `urn:mesoline:site:${site}`;

export async function makeUaServer(setup: WorkerSetup, { options, secure }: Endpoints): Promise<OPCUAServer> {
  const name = advertised(setup.host);
  const server = new OPCUAServer({
    port: setup.port,
    host: setup.host,
    hostname: name,
    alternateHostname: isLoopback(name) ? ['localhost'] : [],
    ...options,
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
    nodesets: [...nodesetsOf(setup.skids)],
    nodesetLoaderOptions: { trustSiblingImages: true },
    isAuditing: false,
    maxConnectionsPerEndpoint: 100,
    transportSettings: { adjustTransportLimits: transportWithin },
    serverCapabilities: {
      ...stackLimits,
      maxArrayLength: 10_000,
      maxStringLength: 64 * 1024,
      maxByteStringLength: 64 * 1024,
      minSupportedSampleRate: 0,
      maxSelectClauseParameters: mostFields,
      maxWhereClauseParameters: mostOperands,
      operationLimits: {
        maxNodesPerRead: 10_000,
        maxNodesPerBrowse: 10_000,
        maxNodesPerWrite: limits.maxNodesPerWrite,
        maxNodesPerMethodCall: limits.maxNodesPerMethodCall,
        maxMonitoredItemsPerCall: 10_000,
        maxNodesPerTranslateBrowsePathsToNodeIds: 10_000,
      },
    },
  });
  await server.initialize();
  secure(server);
  return server;
}

/** What a client is told to connect to: the address we listen on, or this machine's name where we listen on all. */
export function advertised(host: string): string {
  if (host === '0.0.0.0' || host === '::') return hostname();
  return host.includes(':') ? `[${host}]` : host;
}

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '[::1]';
