/** The OPC UA server as the service has it, with people who may see everything. */
import { permittedRoles } from '../../../control/access/permissions.ts';
import { createOpcUaServer } from '../../../gateway/index.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Access } from '../../../plant/ports/access.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { forgetful } from '../support/forgetful-records.ts';
import { silentLog } from '../support/silent-log.ts';
import { nextWorker, type Security, type Side } from './side.ts';

const person = {
  id: 'p-1',
  userName: 'olga',
  printedName: 'Olga',
  roles: ['operator'],
  mustChangePassword: false,
} as const;
const refuse = (): Promise<never> => Promise.reject(mesolineError('not-here', 'access', 'Not asked for.', ''));
const access: Access = {
  authenticate: () => Promise.resolve(person),
  authenticateCertificate: refuse,
  login: refuse,
  logout: refuse,
  session: refuse,
  changePassword: refuse,
  unlock: refuse,
  certify: refuse,
  askSecurityKey: refuse,
  oidcName: () => null,
  beginOidc: refuse,
  loginOidc: refuse,
  askSecurityKeyOidc: refuse,
  beginSecurityKey: refuse,
  confirmSecurityKey: refuse,
  beginSecondFactor: refuse,
  confirmSecondFactor: refuse,
  refused: () => undefined,
  people: () => Promise.resolve([person]),
};

export async function startOurs(skids: readonly Skid[], security: Security, folder: string): Promise<Side> {
  const server = createOpcUaServer({
    skids,
    site: { name: 'bench', build: 'bench' },
    port: 0,
    dataFolder: folder,
    clock: systemClock(),
    log: silentLog,
    commands: {
      execute: () => Promise.resolve({ status: 'refused', by: 'authority', message: 'Not here.', live: null }),
    },
    access,
    authority: { decide: () => ({ allowed: true }) },
    records: forgetful,
    roles: permittedRoles,
    trustUnknownClients: true,
    securityNone: security === 'plain',
  });
  const worker = nextWorker();
  await server.start();
  return {
    endpoint: server.endpoint(),
    worker: await worker,
    accept: (_, news) => server.accept(news),
    coalesced: () => server.health().figures?.['valuesCoalesced'] ?? 0,
    stop: () => server.stop(),
  };
}
