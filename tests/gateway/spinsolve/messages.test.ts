import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderHere } from '../../../gateway/spinsolve/data-folder.ts';
import { longestMessage, MessageStream } from '../../../gateway/spinsolve/message-stream.ts';
import { readMessage, startRequest } from '../../../gateway/spinsolve/messages.ts';
import { faultOfMeasurement, faultOfSoftware } from '../../../gateway/spinsolve/start-check.ts';
import { parseXml, type XmlElement } from '../../../gateway/spinsolve/xml.ts';
import { readRequest } from '../../../twin/instruments/spinsolve-requests.ts';
import { strictlyXml, type Tree } from './strict-xml.ts';

const status = (body: string): string => `<Message><StatusNotification>${body}</StatusNotification></Message>`;
const samples: readonly string[] = [
  '<?xml version="1.0" encoding="utf-8"?>\n<Message><HardwareResponse><ConnectedToHardware>true</ConnectedToHardware><SpinsolveSoftware>1.18.1.3062</SpinsolveSoftware><SpinsolveType>Spinsolve 80</SpinsolveType></HardwareResponse></Message>',
  status('<State protocol="1D PHOSPHORUS" status="Ready" dataFolder="C:\\Data\\a &amp; b"/>'),
  status("<Progress protocol='SHIM' percentage='50' secondsRemaining='12' />"),
  status('<Error protocol="SHIM" error="&lt;busy&gt; &#x41;&#66;"/>'),
  '<Message><AvailableProtocolOptionsResponse><Protocol protocol="A"><Option name="n"><Value>1</Value><Value>2</Value></Option></Protocol></AvailableProtocolOptionsResponse></Message>',
];

const same = (ours: XmlElement, strict: Tree): boolean => {
  const trees = strict.inside.filter((part) => typeof part !== 'string');
  const text = strict.inside.filter((part) => typeof part === 'string').join('');
  const entries = Object.entries(strict.attributes);
  return (
    ours.name === strict.name &&
    ours.text === text.trim() &&
    ours.attributes.size === entries.length &&
    entries.every(([key, value]) => ours.attributes.get(key) === value) &&
    ours.children.length === trees.length &&
    ours.children.every((child, i) => same(child, trees[i]!))
  );
};

describe('the XML of a message', () => {
  it('however it was changed on the way, is taken only where a strict reader takes it, and as it reads it', () => {
    const letters = [
      ...Array.from('<>/="\'& ;#x1aM!?-[]:\n\t'),
      '\0',
      '\u0001',
      'é',
      '&amp;',
      '&#0;',
      '&#x110000;',
      '<!--',
      '<![CDATA[',
      '<?',
      ']]>',
      '<!DOCTYPE a>',
      'status="x"',
      '<a/>',
      '</Message>',
    ];
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), fc.constantFrom(...letters)), {
          maxLength: 4,
        }),
        (sample, changes) => {
          let text = sample;
          for (const [where, cut, put] of changes) {
            const at = Math.floor(where * text.length);
            text = text.slice(0, at) + put + text.slice(at + cut);
          }
          const [ours, strict] = [parseXml(text), strictlyXml(text)];
          if (ours === null) return;
          taken += 1;
          expect(strict, text).not.toBeNull();
          expect(same(ours, strict!), text).toBe(true);
        },
      ),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(2000);
  });

  it.each([
    ['an entity of its own', '<!DOCTYPE m [<!ENTITY x "y">]><Message>&x;</Message>'],
    ['an entity nobody declared', '<Message>&x;</Message>'],
    ['an attribute twice', '<Message a="1" a="2"/>'],
    ['elements that overlap', '<Message><a><b></a></b></Message>'],
    ['elements in elements without end', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`],
    ['two documents', '<Message/><Message/>'],
    ['text outside', '<Message/>x'],
  ])('is refused with %s', (_, text) => {
    expect(parseXml(text)).toBeNull();
  });
});

describe('the stream of messages', () => {
  it('is cut in the same places however it comes', () => {
    const whole = Buffer.from(samples.join('\r\n'));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const stream = new MessageStream();
        const ends = [...new Set([...cuts, whole.length])].sort((one, other) => one - other);
        const texts = ends.flatMap((end, i) => stream.take(whole.subarray(ends[i - 1] ?? 0, end))!);
        expect(texts.map((text) => text.trim())).toEqual(samples);
      }),
    );
  });

  it('ends at bytes that are no text, and at a message that has no end', () => {
    expect(new MessageStream().take(Buffer.from('<Message>\xff</Message>', 'latin1'))).toBeNull();
    expect(new MessageStream().take(Buffer.alloc(longestMessage + 1, 'a'))).toBeNull();
    const stream = new MessageStream();
    for (let i = 0; i < 64; i += 1) expect(stream.take(Buffer.alloc(longestMessage / 64, 'a'))).toEqual([]);
    expect(stream.take(Buffer.from('a'))).toBeNull();
  });
});

describe('a message', () => {
  it.each([
    [samples[0]!, { kind: 'hardware', connected: true, software: '1.18.1.3062', type: 'Spinsolve 80', serial: null }],
    [
      samples[1]!,
      { kind: 'state', protocol: '1D PHOSPHORUS', status: 'Ready', dataFolder: 'C:\\Data\\a & b', error: null },
    ],
    [samples[2]!, { kind: 'progress', protocol: 'SHIM', percent: 50, secondsRemaining: 12 }],
    [samples[3]!, { kind: 'error', protocol: 'SHIM', error: '<busy> AB' }],
    [status('<Completed protocol="A" completed="true" successful="false"/>'), { kind: 'completed', successful: false }],
    ['<Message><CheckShimResponse><LineWidth>0.5</LineWidth></CheckShimResponse></Message>', { kind: 'other' }],
  ])('%s is read', (text, message) => {
    expect(readMessage(text)).toMatchObject(message);
  });

  it.each([
    '<Message/>',
    '<Message><HardwareResponse/></Message>',
    '<Message><HardwareResponse><ConnectedToHardware>maybe</ConnectedToHardware><SpinsolveSoftware>1</SpinsolveSoftware></HardwareResponse></Message>',
    status(''),
    status('<State protocol="A"/>'),
    status('<Progress protocol="A" percentage="120"/>'),
    status('<Progress protocol="A" percentage="1e1"/>'),
    status('<Progress protocol="A" percentage="50" secondsRemaining="soon"/>'),
    status('<State status="Ready"/>'),
    status('<Progress percentage="20"/>'),
    status('<Completed protocol="A" completed="true"/>'),
    status('<Completed protocol="A" completed="true" successful="flase"/>'),
    '<Message><HardwareResponse><ConnectedToHardware>true</ConnectedToHardware><ConnectedToHardware>false</ConnectedToHardware><SpinsolveSoftware>1.18.1.3062</SpinsolveSoftware></HardwareResponse></Message>',
    '<Message><GetResponse><Solvent>D2<Part/>O</Solvent></GetResponse></Message>',
    '<?xml version="1.0" encoding="utf-16"?><Message><CheckShimResponse/></Message>',
    '<?xml version="1.0"encoding="utf-8"?><Message><CheckShimResponse/></Message>',
    '<Message>\f<CheckShimResponse/></Message>',
    '<Message><CheckShimResponse\u00a0a="b"/></Message>',
    status('<State status="Ready"/><State status="Running"/>'),
    '<Note><State status="Ready"/></Note>',
  ])('%s is none', (text) => {
    expect(readMessage(text)).toBeNull();
  });

  it('of a start says the protocol and its options, whatever letters they hold', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), (value) => {
        // Spaces at the ends, which an attribute keeps, the other side's reader takes off.
        const plain = value.trim() === '' ? 'x' : value.trim();
        const request = readRequest(startRequest('1D "P" & <more>', { Comment: plain }));
        expect(request).toEqual({ kind: 'start', protocol: '1D "P" & <more>', options: { Comment: plain } });
      }),
    );
  });
});

it.each([
  ['1.18.1.3062', null],
  ['1.18.1.3061', /older/u],
  ['1.17.9.9999', /older/u],
  ['1.18', /older/u],
  ['2.0', null],
  ['1.19.0.1', null],
  ['unknown', /none/u],
])('software %s', (software, fault) => {
  if (fault === null) expect(faultOfSoftware(software)).toBeNull();
  else expect(faultOfSoftware(software)).toMatch(fault);
});

describe('a measurement', () => {
  const protocols = new Map([
    [
      '1D PHOSPHORUS',
      new Map([
        ['Number', ['1', '4']],
        ['Comment', []],
      ]),
    ],
  ]);
  it.each([
    ['1D PHOSPHORUS', { Number: '4', Comment: 'anything' }, null],
    ['1D CARBON', {}, /no protocol "1D CARBON"; it has 1D PHOSPHORUS/u],
    ['1D PHOSPHORUS', { Scans: '4' }, /no option "Scans"; it has Number, Comment/u],
    ['1D PHOSPHORUS', { Number: '5' }, /takes 1, 4, not 5/u],
  ])('%s with %o', (protocolName, options, fault) => {
    const found = faultOfMeasurement({ protocolName, options: options }, protocols);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });
});

describe('a folder of the instrument', () => {
  const folders = [{ theirs: 'C:\\Data\\', ours: '/srv/nmr' }];
  it.each([
    ['C:\\Data\\2026\\0001', '/srv/nmr/2026/0001'],
    ['c:/data/x', '/srv/nmr/x'],
    ['C:\\Data', '/srv/nmr'],
    ['C:\\Database\\x', null],
    ['C:\\Data\\..\\Secret', null],
    ['/etc', null],
  ])('%s lies here at %s', (theirs, ours) => {
    expect(folderHere(theirs, folders)).toBe(ours);
  });
});
