/** Reads one request of a plan and takes its points into the image. */
import type { Clock } from '../../plant/clock.ts';
import type { FieldImage } from '../scan/field-image.ts';
import { decodeFrom } from './codec.ts';
import type { ModbusLink } from './link.ts';
import { isBits, type ReadRequest } from './read-plan.ts';

export type ReadTarget = Readonly<{ link: ModbusLink; image: FieldImage; device: string; clock: Clock }>;

/** @throws MesolineError as `ModbusLink` */
export async function readInto(request: ReadRequest, { link, image, device, clock }: ReadTarget): Promise<void> {
  const { area, address, length, points } = request;
  const data = isBits(area)
    ? await link.readBits(area, address, length)
    : await link.readRegisters(area, address, length);
  const [utc, at] = [clock.utc(), clock.monotonic()];
  for (const point of points) {
    image.take(device, point.name, decodeFrom(point, data, point.address - address), utc, utc, at);
  }
}
