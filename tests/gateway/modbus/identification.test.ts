import { describe, expect, it } from 'vitest';
import { identificationFrom } from '../../../gateway/modbus/identification.ts';

type Page = Readonly<{ objects: Readonly<Record<number, string>>; next?: number }>;

/** A page's bytes after unit and function. */
const bytesOf = ({ objects, next }: Page): readonly number[] => [
  14,
  1,
  0x81,
  next === undefined ? 0 : 0xff,
  next ?? 0,
  Object.keys(objects).length,
  ...Object.entries(objects).flatMap(([id, text]) => [Number(id), text.length, ...Buffer.from(text, 'latin1')]),
];

const said = (pages: Readonly<Record<number, Page>>) =>
  identificationFrom((object) => Promise.resolve(bytesOf(pages[object]!)), 'QD-1/TC-1');

describe('the identification of a device', () => {
  it('is put together page by page', async () => {
    const pages = { 0: { objects: { 0: 'Eurotherm ' }, next: 1 }, 1: { objects: { 1: 'EPC3016', 2: 'V4.01' } } };
    expect(await said(pages)).toEqual(
      new Map([
        [0, 'Eurotherm'],
        [1, 'EPC3016'],
        [2, 'V4.01'],
      ]),
    );
  });

  it('shows what is no ASCII as a question mark', async () => {
    expect((await said({ 0: { objects: { 0: 'B\u00fcrkert\u0007' } } })).get(0)).toBe('B?rkert?');
  });

  it.each<[string, Readonly<Record<number, Page>>]>([
    ['objects that do not rise', { 0: { objects: { 0: 'a' }, next: 1 }, 1: { objects: { 0: 'a', 1: 'b' } } }],
    ['a next page that was had already', { 0: { objects: { 0: 'a', 1: 'b' }, next: 1 } }],
    ['objects that are none of the basic ones', { 0: { objects: { 0: 'a', 3: 'b' } } }],
    ['objects before the one that was asked', { 0: { objects: {}, next: 2 }, 2: { objects: { 1: 'b' } } }],
    ['an empty page that points to itself', { 0: { objects: {}, next: 0 } }],
  ])('is refused for %s', async (_, pages) => {
    await expect(said(pages)).rejects.toMatchObject({ code: 'link-malformed' });
  });

  it('ends, however much a device has to say', async () => {
    const endless = identificationFrom(
      (object) => Promise.resolve(bytesOf({ objects: {}, next: object + 1 })),
      'QD-1/TC-1',
    );
    await expect(endless).rejects.toThrow(/more than 8 pages/u);
  });
});
