/** `npm run bench -- NAME [--quick] [--json]`: measures one thing in one run, on this machine. */
import { runByName } from '../support/measured.ts';

process.exitCode = await runByName(
  'bench',
  {
    start: async () => (await import('./start.ts')).run,
    modbus: async () => (await import('./modbus.ts')).run,
    skids: async () => (await import('./skids.ts')).run,
    opcua: async () => (await import('./opcua.ts')).run,
    batch: async () => (await import('./batch.ts')).run,
    interlock: async () => (await import('./interlock.ts')).run,
    exposure: async () => (await import('./exposure.ts')).run,
    pat: async () => (await import('./pat.ts')).run,
    twin: async () => (await import('./twin.ts')).run,
    record: async () => (await import('./record.ts')).run,
    embedded: async () => (await import('./embedded.ts')).run,
    historian: async () => (await import('./historian.ts')).run,
    ledger: async () => (await import('./ledger.ts')).run,
  },
  process.argv.slice(2),
);
