/** `npm run campaign -- NAME --rounds N [--json]`: faults, at length. `npm test` runs the short form of each. */
import { runByName } from '../support/measured.ts';

process.exitCode = await runByName(
  'campaign',
  {
    rig: async () => (await import('./rig.ts')).run,
    unplug: async () => (await import('./unplug.ts')).run,
    records: async () => (await import('./records.ts')).run,
    sealed: async () => (await import('./sealed.ts')).run,
    outage: async () => (await import('./outage.ts')).run,
    'historian-kill': async () => (await import('./historian-kill.ts')).run,
    attack: async () => (await import('./attack.ts')).run,
    'record-kill': async () => (await import('./record-kill.ts')).run,
    'attack-export': async () => (await import('./attack-export.ts')).run,
    fuzz: async () => (await import('./fuzz.ts')).run,
    soak: async () => (await import('./soak.ts')).run,
    mutation: async () => (await import('./mutation.ts')).run,
    spectra: async () => (await import('./spectra.ts')).run,
    'kill-in-trip': async () => (await import('./kill-in-trip.ts')).run,
    envelope: async () => (await import('./envelope.ts')).run,
    'batch-model': async () => (await import('./batch-model.ts')).run,
    'batch-kill': async () => (await import('./batch-kill.ts')).run,
    recipes: async () => (await import('./recipes.ts')).run,
    'dry-run': async () => (await import('./dry-run.ts')).run,
    balances: async () => (await import('./balances.ts')).run,
  },
  process.argv.slice(2),
);
