/** How the server's endpoints are secured: encrypted, unless `--opcua-none` asks for one without as well, on loopback. */
import {
  MessageSecurityMode,
  SecurityPolicy,
  UserTokenType,
  type OPCUAServer,
  type OPCUAServerOptions,
} from 'node-opcua';
import { join } from 'node:path';
import type { Clock } from '../../../plant/clock.ts';
import { limits } from '../limits/limits.ts';
import { CertificateLogins } from '../people/logins-certificate.ts';
import type { Logins } from '../people/logins.ts';
import { reverseConnections } from '../worker/reverse.ts';
import type { SecuritySetup } from '../people/security-messages.ts';
import { certificatesJudgedBy, checkAgainst } from './trust-check.ts';
import { TrustFolder } from './trust-folder.ts';

const encrypted = [
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Aes256_Sha256_RsaPss,
];

export type Endpoints = Readonly<{
  options: OPCUAServerOptions;
  /** To be called once the server is initialized. */
  secure: (server: OPCUAServer) => void;
}>;

export function endpointsOf(pkiFolder: string, security: SecuritySetup, logins: Logins, clock: Clock): Endpoints {
  const users = new CertificateLogins(logins, new TrustFolder(join(pkiFolder, 'users')), clock);
  const { none, trustUnknown, reverse } = security;
  const options: OPCUAServerOptions = {
    securityModes: [MessageSecurityMode.SignAndEncrypt, ...(none ? [MessageSecurityMode.None] : [])],
    securityPolicies: [...encrypted, ...(none ? [SecurityPolicy.None] : [])],
    allowAnonymous: false,
    unresolvedPermissionPolicy: 'deny',
    serverCertificateManager: certificatesJudgedBy(
      pkiFolder,
      checkAgainst(new TrustFolder(pkiFolder), trustUnknown, clock),
    ),
    userCertificateManager: users.manager(join(pkiFolder, 'users')),
    userManager: logins.userManager(),
    ...(reverse.length > 0 ? { reverseConnect: reverseConnections(reverse) } : {}),
  };
  return {
    options,
    secure(server) {
      users.watch(server);
      for (const endpoint of server.endpoints) {
        for (const description of endpoint.endpointDescriptions()) {
          description.userIdentityTokens = (description.userIdentityTokens ?? []).filter(
            ({ tokenType }) => tokenType === UserTokenType.UserName || tokenType === UserTokenType.Certificate,
          );
        }
      }
    },
  };
}

/** What the stack itself keeps of the limits. */
export const stackLimits = {
  maxSessions: limits.maxSessions,
  maxSubscriptions: limits.maxSubscriptions,
  maxSubscriptionsPerSession: limits.maxSubscriptionsPerSession,
  maxMonitoredItems: limits.maxMonitoredItems,
  maxMonitoredItemsPerSubscription: limits.maxMonitoredItemsPerSubscription,
  maxMonitoredItemsQueueSize: limits.longestQueue,
} as const;
