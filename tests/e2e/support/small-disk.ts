/** A small disk in memory, where the machine lets us mount one, which can be filled to the last byte. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export class SmallDisk {
  readonly path: string;
  readonly mounted: boolean;

  constructor(path: string, megabytes: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.mounted = mount(path, megabytes);
  }

  /** Takes all room there is. */
  fill(): void {
    const file = openSync(join(this.path, 'filler'), 'a');
    for (let size = 1 << 20; size >= 1;) {
      try {
        if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
      } catch {
        size >>= 1;
      }
    }
    closeSync(file);
  }

  free(): void {
    rmSync(join(this.path, 'filler'), { force: true });
  }

  unmount(): void {
    if (this.mounted) execFileSync('umount', ['--lazy', this.path]);
  }
}

function mount(path: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('skipped: no small disk can be mounted here (it takes root and the mount command)');
    return false;
  }
}
