/**
 * What the answer to a request must look like (MODBUS Application Protocol V1.1b3, 6), whatever carries it. A body is the
 * unit and the PDU. Pure.
 */

/** The shortest answer, an exception: unit, function, code. */
export const exceptionLength = 3;

/** How long the body of the answer is where it is no exception; null where only the answer itself says so. */
export function answerLength(request: Buffer): number | null {
  switch (request[1]) {
    case 1:
    case 2:
      return 3 + Math.ceil(request.readUInt16BE(4) / 8);
    case 3:
    case 4:
    case 23:
      return 3 + 2 * request.readUInt16BE(4);
    case 5:
    case 6:
    case 15:
    case 16:
      return 6;
    case 22:
      return 8;
    default:
      return null;
  }
}

/** What is wrong with a whole body as the answer to `request`, or null. */
export function answerFault(request: Buffer, body: Buffer): string | null {
  const code = request[1] ?? 0;
  if (body[0] !== request[0]) return `unit ${body[0] ?? 0} where ${request[0] ?? 0} was asked`;
  if (body[1] === (code | 0x80)) return exceptionFault(body);
  if (body[1] !== code) return `function ${body[1] ?? 0} where ${code} was asked`;
  if (code === 43) return identificationFault(request, body);
  const length = answerLength(request);
  if (length === null) return `function ${code}, which is not used here`;
  if (body.length !== length) return `${body.length} bytes where ${length} are due`;
  switch (code) {
    case 5:
    case 6:
    case 15:
    case 16:
      return body.equals(request.subarray(0, 6)) ? null : anotherEcho;
    case 22:
      return body.equals(request.subarray(0, 8)) ? null : anotherEcho;
    default:
      if (body[2] !== length - 3) return `a byte count of ${body[2] ?? 0} where ${length - 3} was asked`;
      return code <= 2 ? paddingFault(request, body) : null;
  }
}

function exceptionFault(body: Buffer): string | null {
  if (body.length !== exceptionLength) return `an exception of ${body.length} bytes`;
  return body[2] === 0 ? 'an exception without a code' : null;
}

/** Bits are filled up to whole bytes with zeros (6.1, 6.2): others are no answer to so many. */
function paddingFault(request: Buffer, body: Buffer): string | null {
  const over = request.readUInt16BE(4) % 8;
  return over === 0 || (body.at(-1) ?? 0) >>> over === 0 ? null : 'bits beyond those that were asked';
}

const anotherEcho = 'an echo that is not of what was written';

/** Unit, function, kind of interface, kind of access, conformity, whether more follows, the next object, how many. */
export const identificationHead = 8;

/**
 * Where the body of an answer to 43/14 ends, as far as its bytes say so; null while they do not yet. It has no length
 * field of its own, so that a serial line finds its end by its objects.
 */
export function identificationEnd(bytes: Buffer): number | null {
  const count = bytes[identificationHead - 1];
  if (count === undefined) return null;
  let end = identificationHead;
  for (let i = 0; i < count; i += 1) {
    const length = bytes[end + 1];
    if (length === undefined) return null;
    end += 2 + length;
  }
  return end;
}

function identificationFault(request: Buffer, body: Buffer): string | null {
  if (body[2] !== 14) return `an interface of kind ${body[2] ?? 0} where 14 was asked`;
  if (body[3] !== request[3]) return `an access of kind ${body[3] ?? 0} where ${request[3] ?? 0} was asked`;
  const more = body[5] ?? 0;
  if (more !== 0 && more !== 0xff) return `${more} where 0 or 255 says whether more follows`;
  const end = identificationEnd(body);
  return end === body.length ? null : 'objects that do not fill their frame';
}
