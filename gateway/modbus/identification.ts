/** What a device says of itself by 43/14 (MODBUS Application Protocol V1.1b3, 6.21): its objects, page by page. */
import { linkFault } from './link-errors.ts';

/** Texts by object id: 0 vendor, 1 product code, 2 revision. */
export type Identification = ReadonlyMap<number, string>;

/** Basic identification takes one page where its texts are short; no device has need of more than these. */
const mostPages = 8;

/** A page's bytes after unit and function: 14, access, conformity, more follows, next object, count, objects. */
const [levelAt, moreAt, nextAt, objectsAt] = [2, 3, 4, 6];

/** How much of its identification a device has, and whether object by object too. */
const levels: readonly number[] = [0x01, 0x02, 0x03, 0x81, 0x82, 0x83];
/** Vendor, product code, revision: what basic identification consists of. */
const lastBasic = 2;

/**
 * @param page asks for the page that begins with this object
 * @throws MesolineError `link-malformed` where the objects are not those that were asked, do not rise, or there is no end to
 *   them; and whatever `page` throws
 */
export async function identificationFrom(
  page: (object: number) => Promise<readonly number[]>,
  where: string,
): Promise<Identification> {
  const texts = new Map<number, string>();
  let last = -1;
  for (let [object, pages] = [0, 0]; pages < mostPages; pages += 1) {
    const bytes = await page(object);
    const [level = 0, next = 0] = [bytes[levelAt], bytes[nextAt]];
    if (!levels.includes(level)) throw malformed(where, `a conformity of ${level}`);
    for (let at = objectsAt; at < bytes.length;) {
      const [id = 0, length = 0] = bytes.slice(at, at + 2);
      if (id <= last) throw malformed(where, `object ${id} after object ${last}`);
      if (id < object || id > lastBasic)
        throw malformed(where, `object ${id} where those from ${object} on were asked`);
      last = id;
      texts.set(id, textOf(bytes.slice(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    if (bytes[moreAt] !== 0xff) {
      if (next !== 0) throw malformed(where, `object ${next} to come next where no more follow`);
      return texts;
    }
    object = next;
    if (object <= last) throw malformed(where, `object ${object} to come after object ${last}`);
  }
  throw malformed(where, `more than ${mostPages} pages`);
}

/** What is no character of ASCII is shown as `?`: a name is for people. */
const textOf = (bytes: readonly number[]): string =>
  bytes
    .map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '?'))
    .join('')
    .trim();

const malformed = (where: string, what: string): Error =>
  linkFault('link-malformed', where, `Its identification has ${what}.`, 'See the manual of the device.');
