/** The values of one unit: value, range, set point, and how to set it or draw it over time. */
import { useState } from 'preact/hooks';
import type { SkidAnswer, TagView } from '../../../api/answers.ts';
import { rangeText, valueText } from '../format.ts';
import { tagNow } from '../live/stream.ts';
import { writeBlock } from '../maintenance/blocks.tsx';
import { Link } from '../router.tsx';
import { session } from '../session.ts';
import { blocked } from '../ui/command.ts';
import { TagValueCell } from '../ui/tag-value.tsx';
import { WriteDialog } from './write-dialog.tsx';

type Props = Readonly<{
  skid: SkidAnswer;
  unit: SkidAnswer['units'][number];
  shown: readonly string[];
  onTrend: (tag: string) => void;
}>;

export function TagTable({ skid, unit, shown, onTrend }: Props) {
  const tags = skid.tags.filter(({ unitName }) => unitName === unit.name);
  const [writing, setWriting] = useState<TagView | null>(null);
  return (
    <section class="panel" aria-label={unit.title}>
      <header>
        <h2>
          {unit.title} <small>{unit.name}</small>
        </h2>
      </header>
      <table class="rows tags">
        <thead>
          <tr>
            <th scope="col">Tag</th>
            <th scope="col">Value</th>
            <th scope="col">Set point</th>
            <th scope="col">Range</th>
            <th scope="col">
              <span class="unseen">Commands</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tags.map((tag) => (
            <tr key={tag.name}>
              <th scope="row" title={tag.name}>
                {tag.title} <small>{tag.name.slice(unit.name.length + 1)}</small>
                {tag.analysis !== null && (
                  <small>
                    {' '}
                    <Link to={`/spectra/${skid.name}`} testid={`spectra-of-${tag.name}`}>
                      Spectra
                    </Link>
                  </small>
                )}
              </th>
              <td>
                <TagValueCell skid={skid.name} tag={tag} bar />
              </td>
              <td class="number">
                <Setpoint skid={skid.name} tag={tag} />
              </td>
              <td class="faint number">{rangeText(tag)}</td>
              <td class="row-buttons">
                {tag.writableBy !== null && (
                  <button
                    type="button"
                    disabled={refusal(skid.name, tag) !== null}
                    title={refusal(skid.name, tag) ?? `Set ${tag.title}`}
                    onClick={() => setWriting(tag)}
                    data-testid={`write-${skid.name}/${tag.name}`}
                  >
                    Set
                  </button>
                )}
                <button
                  type="button"
                  aria-pressed={shown.includes(tag.name)}
                  title={`Show ${tag.title} in the trend`}
                  aria-label={`${tag.title} in the trend`}
                  onClick={() => onTrend(tag.name)}
                >
                  ∿
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {writing !== null && <WriteDialog skid={skid.name} tag={writing} onClose={() => setWriting(null)} />}
    </section>
  );
}

function Setpoint({ skid, tag }: Readonly<{ skid: string; tag: TagView }>) {
  if (tag.setpoint === null) return null;
  const sample = tagNow(skid, tag.setpoint).value;
  return <>{sample === null ? '–' : valueText(sample[0], tag)}</>;
}

function refusal(skid: string, { writableBy, device }: TagView): string | null {
  const mine = session.value?.person.roles ?? [];
  const refused = blocked('write set point');
  if (refused !== null) return refused;
  if (writableBy !== null && !writableBy.some((role) => mine.includes(role))) {
    return `Only ${writableBy.join(' or ')} may set it.`;
  }
  return writeBlock(skid, device);
}
