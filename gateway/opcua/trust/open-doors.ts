/** What makes the server less than safe, and is taken on loopback only, where no other machine reaches it. Pure. */
import { mesolineError } from '../../../plant/errors.ts';

export type Doors = Readonly<{ host?: string; securityNone?: boolean; trustUnknownClients?: boolean }>;

/** In words for health, log and pages; null where nothing stands open. */
export function openDoors({ securityNone, trustUnknownClients }: Doors): string | null {
  const open = [
    ...(securityNone === true ? ['clients may connect without encryption (--opcua-none)'] : []),
    ...(trustUnknownClients === true ? ['clients are trusted unseen (--opcua-trust-unknown)'] : []),
  ];
  return open.length === 0 ? null : `For trials only: ${open.join('; ')}.`;
}

/** @throws MesolineError `opcua-refused` where other machines could come in by it. */
export function refuseOpenDoors(doors: Doors): void {
  const open = openDoors(doors);
  const { host = '127.0.0.1' } = doors;
  if (open === null || isLoopback(host)) return;
  const remedy = 'Leave these options out, or listen on loopback (--host 127.0.0.1).';
  throw mesolineError('opcua-refused', `OPC UA at ${host}`, open, remedy);
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/u.test(host);
