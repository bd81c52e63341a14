/** Starts rooms in order and stops them in the order given, within a bound that names the room which passes it. */
import { mesolineError, messageOf } from '../plant/errors.ts';
import type { Clock } from '../plant/clock.ts';
import type { Log } from '../plant/log.ts';
import type { Room, RoomHealth } from '../plant/ports/room.ts';

export type Stopped = Readonly<{ clean: boolean; late: string | null }>;

export class Lifecycle {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #started: Room[] = [];
  #ready = false;
  #stopping = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** @throws whatever the room's start throws; rooms already started stay for `stop` to end. */
  async start(room: Room): Promise<void> {
    if (this.#stopping) {
      throw mesolineError('stopping', room.name, 'The service is being stopped while it starts.', 'Start it again.');
    }
    const begin = this.#clock.monotonic();
    this.#started.push(room);
    await room.start();
    this.#log.info({ room: room.name, ms: Math.round(this.#clock.monotonic() - begin) }, `${room.name} is ready`);
  }

  /** Called once all rooms have started. */
  ready(): void {
    this.#ready = true;
  }

  health(): Readonly<{ ready: boolean; stopping: boolean; rooms: Readonly<Record<string, RoomHealth>> }> {
    const rooms = Object.fromEntries(this.#started.map((room) => [room.name, room.health()]));
    const failed = Object.values(rooms).some((room) => room.state === 'failed');
    return { ready: this.#ready && !this.#stopping && !failed, stopping: this.#stopping, rooms };
  }

  /** Stops what was started, in `order` (rooms it does not name come last). Goes on past a room that fails. */
  async stop(order: readonly Room[], withinMs: number): Promise<Stopped> {
    this.#stopping = true;
    const end = this.#clock.monotonic() + withinMs;
    const rooms = [...order.filter((room) => this.#started.includes(room))];
    rooms.push(...this.#started.filter((room) => !order.includes(room)).reverse());
    let clean = true;
    for (const room of rooms) {
      const begin = this.#clock.monotonic();
      const outcome = await Promise.race([
        room.stop().then(
          () => 'stopped' as const,
          (thrown: unknown) => {
            this.#log.error({ room: room.name, error: messageOf(thrown) }, `${room.name} did not stop cleanly`);
            return 'failed' as const;
          },
        ),
        deadline(Math.max(0, end - begin)),
      ]);
      if (outcome === 'late') {
        this.#log.error(
          { room: room.name },
          `stopping passed ${withinMs / 1000} s in ${room.name}: the service ends now`,
        );
        return { clean: false, late: room.name };
      }
      if (outcome === 'failed') clean = false;
      this.#log.debug({ room: room.name, ms: Math.round(this.#clock.monotonic() - begin) }, `${room.name} has stopped`);
    }
    return { clean, late: null };
  }
}

const deadline = (ms: number): Promise<'late'> =>
  new Promise((settle) => {
    setTimeout(() => settle('late'), ms).unref();
  });
