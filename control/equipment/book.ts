/** What is known of equipment and training: the fold of the record, and the same while the service runs. */
import type { Calibration } from '../../plant/equipment-view.ts';
import type { SkidName } from '../../plant/sample.ts';
import { evolveUses, type Use } from './uses.ts';
import { evolveCleaning, unknownCleaning, type Cleaning } from './cleaning.ts';
import type { Known } from './events.ts';
import type { KnownIdentity } from './identity.ts';
import { TrainingBook } from './training.ts';

export class EquipmentBook {
  training = new TrainingBook();
  readonly #calibrations = new Map<string, Calibration[]>();
  readonly #cleaning = new Map<SkidName, Cleaning>();
  readonly #uses = new Map<SkidName, readonly Use[]>();
  /** In which order calibrations came to the record. */
  readonly #order = new Map<Calibration, number>();
  /** How many had come when the device was exchanged for another. */
  readonly #exchanged = new Map<string, number>();
  readonly #identities = new Map<string, KnownIdentity>();
  readonly #done = new Map<string, string>();
  readonly #unreadable: string[] = [];

  forget(): void {
    this.training = new TrainingBook();
    this.#calibrations.clear();
    this.#cleaning.clear();
    this.#uses.clear();
    this.#order.clear();
    this.#exchanged.clear();
    this.#identities.clear();
    this.#done.clear();
    this.#unreadable.splice(0);
  }

  remember(known: Known): void {
    switch (known.kind) {
      case 'unreadable':
        this.#unreadable.push(`${known.scope} ${known.seq} (${known.action})`);
        // Nobody knows what it said: what was clean is not relied on.
        if (known.dirties !== null) this.#cleaning.set(known.dirties, doubted(this.cleaning(known.dirties)));
        return;
      case 'calibration': {
        const { calibration } = known;
        const key = keyOf(calibration.skid, calibration.instrument);
        this.#calibrations.set(key, [...(this.#calibrations.get(key) ?? []), calibration]);
        this.#order.set(calibration, this.#order.size);
        break;
      }
      case 'cleaning':
        this.#cleaning.set(known.skid, evolveCleaning(this.cleaning(known.skid), known.event));
        this.#uses.set(known.skid, evolveUses(this.uses(known.skid), known.event));
        break;
      case 'training':
        this.training.remember(known.record);
        break;
      case 'identity': {
        const { skid, device, recorded, said } = known;
        const { accepted = null } = this.identity(skid, device) ?? {};
        this.#identities.set(keyOf(skid, device), { recorded, last: said, accepted });
        return;
      }
      case 'instrument accepted': {
        const { skid, device, said, accepted } = known;
        if (said.serial !== this.identity(skid, device)?.recorded.serial)
          this.#exchanged.set(keyOf(skid, device), this.#order.size);
        this.#identities.set(keyOf(skid, device), { recorded: said, last: said, accepted });
      }
    }
    if (known.done !== null) this.#done.set(known.done.commandId, known.done.digest);
  }

  cleaning(skid: SkidName): Cleaning {
    return this.#cleaning.get(skid) ?? unknownCleaning;
  }

  /** In the order in which they were recorded. */
  calibrations(skid: SkidName, instrument: string): readonly Calibration[] {
    return this.#calibrations.get(keyOf(skid, instrument)) ?? [];
  }

  /** Those that were recorded since its device was exchanged last: the others are of another instrument. */
  calibrationsOf(skid: SkidName, instrument: string, device: string | null): readonly Calibration[] {
    const since = device === null ? 0 : (this.#exchanged.get(keyOf(skid, device)) ?? 0);
    return this.calibrations(skid, instrument).filter((each) => (this.#order.get(each) ?? 0) >= since);
  }

  /** Null of a device that has never said who it is. */
  identity(skid: SkidName, device: string): KnownIdentity | null {
    return this.#identities.get(keyOf(skid, device)) ?? null;
  }

  /** Every batch that ran on the skid, in the order in which they began. */
  uses(skid: SkidName): readonly Use[] {
    return this.#uses.get(skid) ?? [];
  }

  /** Every calibration that found an instrument out of tolerance. */
  failedCalibrations(): readonly Calibration[] {
    return [...this.#calibrations.values()].flat().filter(({ asFoundWithin }) => !asFoundWithin);
  }

  /** The digest of what was done under this id; null where nothing was. */
  digestOf(commandId: string): string | null {
    return this.#done.get(commandId) ?? null;
  }

  /** Entries of the record that should say something, and cannot be read. */
  get unreadable(): readonly string[] {
    return this.#unreadable;
  }
}

const doubted = (state: Cleaning): Cleaning => ({
  ...state,
  use: 'to be cleaned',
  found: 'An entry of its record cannot be read.',
});

const keyOf = (skid: SkidName, instrument: string): string => `${skid}/${instrument}`;
