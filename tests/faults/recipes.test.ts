import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rehearse } from './recipes.ts';

/** At length by every shipped recipe: `npm run campaign -- recipes`. */
describe('a batch on three skids', () => {
  it('comes to its end with every section of its record', async () => {
    const recipes = join(process.cwd(), 'tests/e2e/recipes');
    const asked = { recipe: 'CdSe-short', type: 'cdse-two-stage', skids: 3, timeScale: 20, withinMs: 240_000, recipes };
    const { view, wrong } = await rehearse(asked);
    expect([view.state, view.units.map(({ state }) => state)]).toEqual(['Complete', Array(3).fill('Complete')]);
    expect(wrong).toEqual([]);
    expect(view.collectedMl).toBeGreaterThan(140);
    expect(view.collectedMl).toBeLessThan(200);
    // Whoever comes last may find the batch full.
    const each = view.units.map((unit) => unit.collectedMl);
    expect(each.reduce((sum, ml) => sum + ml, 0)).toBeCloseTo(view.collectedMl, 3);
    expect(each.filter((ml) => ml > 0).length).toBeGreaterThan(0);
  }, 300_000);
});
