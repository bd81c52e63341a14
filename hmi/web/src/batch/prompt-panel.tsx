/** What a unit asks of people, and what was answered: every answer stays, the first one first. */
import { useState } from 'preact/hooks';
import type { BatchView, PromptView, UnitView } from '../../../../plant/batch-view.ts';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import type { PromptAnswerRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { timeText } from '../zone.ts';
import { answerNeeds, confirmed, isAsked, limitsText, sentValue } from './prompt-answer.ts';
import { SignedDialog } from './signed-dialog.tsx';

type Props = Readonly<{ batch: BatchView; unit: UnitView; outline: RecipeOutlineAnswer | null }>;

export function PromptPanel({ batch, unit, outline }: Props) {
  const [asked, setAsked] = useState<PromptView | null>(null);
  // An answer is taken before the page has read it back: until then it is not offered to be given again.
  const [given, setGiven] = useState<readonly string[]>([]);
  const open = unit.prompts.filter((prompt) => isAsked(prompt) && !given.includes(prompt.id));
  const past = unit.prompts.filter((prompt) => !isAsked(prompt));
  if (unit.prompts.length === 0) return null;
  return (
    <section class="prompts touch" aria-label={`Asked on ${unit.skid}`} data-testid={`prompts-${unit.skid}`}>
      {open.map((prompt) => (
        <div key={prompt.id} class="prompt" role="status" data-testid={`prompt-${prompt.id}`}>
          <div>
            <b>{prompt.title}</b> {prompt.unit !== null && <>in {prompt.unit}</>}{' '}
            {limitsText(prompt) !== '' && <>({limitsText(prompt)})</>}
            <br />
            <small>
              {prompt.path} · {prompt.done}
              {prompt.checked === null ? '' : `, checked by ${prompt.checked}`} · asked{' '}
              {spanText(serverTime.value - prompt.askedAt)} ago
            </small>
          </div>
          <Press
            strong
            refusedBy={blocked('command batch')}
            onPress={() => setAsked(prompt)}
            testid={`answer-${prompt.id}`}
          >
            {prompt.kind === 'confirm' ? 'Confirm …' : 'Answer …'}
          </Press>
        </div>
      ))}
      {past.length > 0 && (
        <details>
          <summary>
            {past.length} answered or withdrawn{open.length > 0 ? '' : '; nothing is asked now'}
          </summary>
          <ul class="answers">
            {past.map((prompt) => (
              <Answered key={prompt.id} prompt={prompt} onCorrect={() => setAsked(prompt)} />
            ))}
          </ul>
        </details>
      )}
      {asked !== null && (
        <AnswerDialog
          batch={batch}
          prompt={unit.prompts.find(({ id }) => id === asked.id) ?? asked}
          outline={outline}
          onDone={() => setGiven([...given, asked.id])}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function Answered({ prompt, onCorrect }: Readonly<{ prompt: PromptView; onCorrect: () => void }>) {
  return (
    <li>
      <b>{prompt.title}</b> <small>{prompt.path}</small>
      <AnswerList prompt={prompt} />
      {prompt.withdrawn !== null ? (
        <small>not asked any more: {prompt.withdrawn}</small>
      ) : (
        <Press refusedBy={blocked('command batch')} hideReason onPress={onCorrect} testid={`correct-${prompt.id}`}>
          Correct …
        </Press>
      )}
    </li>
  );
}

const AnswerList = ({ prompt }: Readonly<{ prompt: PromptView }>) => (
  <ol>
    {prompt.answers.map((answer, index) => (
      <li key={index} class={answer.outside ? 'abnormal' : ''}>
        {answer.value} {answer.outside && '△ outside the limits'}{' '}
        <small>
          {index === 0 ? 'first, ' : 'corrected, '}
          {answer.by}
          {answer.checkedBy === null ? '' : `, checked by ${answer.checkedBy}`}, {timeText(answer.at, serverTime.value)}
          {answer.reason === null ? '' : `: ${answer.reason}`}
        </small>
      </li>
    ))}
  </ol>
);

type DialogProps = Readonly<{
  batch: BatchView;
  prompt: PromptView;
  outline: RecipeOutlineAnswer | null;
  onDone: () => void;
  onClose: () => void;
}>;

function AnswerDialog({ batch, prompt, outline, onDone, onClose }: DialogProps) {
  const [text, setText] = useState(prompt.kind === 'confirm' ? confirmed : '');
  const needs = answerNeeds(prompt, text, outline?.signatures ?? null);
  return (
    <SignedDialog
      title={`${prompt.title}, on ${prompt.skid}`}
      permission="command batch"
      confirm={needs.roles.length > 0 ? 'Sign and answer' : 'Answer'}
      testid="answer"
      roles={needs.roles}
      {...(needs.reason === 'optional' ? { reason: 'optional' } : {})}
      missing={needs.missing}
      send={({ signers, ...signing }) => {
        const { skid, id } = prompt;
        const value = sentValue(prompt, text);
        const request: PromptAnswerRequest = { ...signing, skid, prompt: id, value, signers };
        return post(`/api/batches/${encodeURIComponent(batch.id)}/answers`, request);
      }}
      done={`${prompt.title}: answered.`}
      onDone={onDone}
      onClose={onClose}
    >
      {prompt.answers.length > 0 && (
        <>
          <p>It was answered before. The first answer stays, and yours is recorded beside it.</p>
          <AnswerList prompt={prompt} />
        </>
      )}
      {prompt.kind === 'confirm' ? (
        <p>Confirm only what you have seen to be so.</p>
      ) : (
        <label>
          {prompt.kind === 'number' ? 'Number' : 'Answer'}
          {prompt.unit === null ? '' : `, ${prompt.unit}`} {limitsText(prompt) !== '' && `(${limitsText(prompt)})`}
          <input
            value={text}
            maxLength={500}
            autofocus
            inputMode={prompt.kind === 'number' ? 'decimal' : undefined}
            onInput={(event) => setText(event.currentTarget.value)}
            data-testid="answer-value"
          />
        </label>
      )}
      {needs.outside && (
        <p class="abnormal" role="status" data-testid="answer-outside">
          △ Outside the limits: it is recorded as an exception, with your reason and a second signature.
        </p>
      )}
    </SignedDialog>
  );
}
