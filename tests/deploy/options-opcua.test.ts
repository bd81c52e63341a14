import { describe, expect, it } from 'vitest';
import { readOptions } from '../../deploy/options.ts';

const read = (...args: string[]) => readOptions(args, {}, '/');

describe('the options of OPC UA', () => {
  it('are safe where nothing is said', () => {
    expect(read()).toMatchObject({ opcuaNone: false, opcuaTrustUnknown: false, opcuaReverse: [] });
  });

  it('open doors for trials on loopback, and are refused elsewhere', () => {
    expect(read('--opcua-none', '--opcua-trust-unknown')).toMatchObject({ opcuaNone: true, opcuaTrustUnknown: true });
    for (const flag of ['--opcua-none', '--opcua-trust-unknown'])
      expect(() => read(flag, '--host', '0.0.0.0')).toThrow(new RegExp(`${flag}.*0\\.0\\.0\\.0`));
    expect(() => readOptions([], { MESOLINE_OPCUA_NONE: 'yes', MESOLINE_HOST: '0.0.0.0' }, '/')).toThrow(/opcua-none/);
    expect(readOptions([], { MESOLINE_OPCUA_NONE: '' }, '/').opcuaNone).toBe(false);
  });

  it('name every client that is dialled', () => {
    const urls = ['opc.tcp://client:4841', 'opc.tcp://[::1]:4842'];
    expect(read('--opcua-reverse', urls[0]!, '--opcua-reverse', urls[1]!).opcuaReverse).toEqual(urls);
    expect(readOptions([], { MESOLINE_OPCUA_REVERSE: urls.join(', ') }, '/').opcuaReverse).toEqual(urls);
    for (const wrong of ['client:4841', 'http://client:4841', 'opc.tcp://client', 'opc.tcp://a b:1'])
      expect(() => read('--opcua-reverse', wrong)).toThrow(/opc\.tcp:\/\/client:4841/);
  });
});
