import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findInflux } from '../../historian/index.ts';
import { temporaryFolder } from './world.ts';

function folderWith(mode: number): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'influxd'), '#!/bin/sh\n');
  chmodSync(join(folder, 'influxd'), mode);
  return folder;
}

describe('the choice of a store', () => {
  it('is the server at INFLUX_URL where that is set', () => {
    const env = { INFLUX_URL: 'http://history.example:8086', PATH: folderWith(0o755) };
    expect(findInflux(env)).toEqual({ url: 'http://history.example:8086' });
  });

  it('is an influxd on the path where there is one', () => {
    const folder = folderWith(0o755);
    expect(findInflux({ PATH: `/nowhere:${folder}` })).toEqual({ spawn: join(folder, 'influxd') });
  });

  it('is the embedded store where there is neither', () => {
    const asFolder = temporaryFolder();
    mkdirSync(join(asFolder, 'influxd'));
    expect(findInflux({ PATH: `${folderWith(0o644)}:${asFolder}`, INFLUX_URL: '' })).toBe('embedded');
    expect(findInflux({})).toBe('embedded');
  });

  it.each(['history.example', 'ftp://history.example', 'qd:secret@nowhere'])('is refused for INFLUX_URL %s', (url) => {
    const refused = expect.objectContaining({
      code: 'influx-url-invalid',
      message: expect.not.stringContaining('secret'),
    });
    expect(() => findInflux({ INFLUX_URL: url })).toThrow(refused);
  });
});
