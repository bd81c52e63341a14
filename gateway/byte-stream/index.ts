/** The stream to a device, by how the site says it is reached. */
import type { DeviceLink } from '../../plant/skid/definition.ts';
import type { ByteStream } from './byte-stream.ts';
import { SerialStream } from './serial-stream.ts';
import { TcpStream } from './tcp-stream.ts';

export type { ByteStream, StreamListener } from './byte-stream.ts';

/** A new stream, not open yet; null where the link carries no bare bytes. */
export function streamTo(link: DeviceLink): ByteStream | null {
  switch (link.protocol) {
    case 'tcp':
    case 'modbus-rtu-tcp':
      return new TcpStream(link);
    case 'serial':
    case 'modbus-rtu':
      return new SerialStream(link.path, link.line);
    default:
      return null;
  }
}
