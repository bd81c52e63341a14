/**
 * Importing a version: pasted or of a file, checked while it is edited, with what it was made from. It becomes a draft; nothing
 * runs by it before others have signed it. What was typed stays where it is refused.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RecipeFinding, RecipeHeadView, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type {
  RecipeCheckAnswer,
  RecipeCheckRequest,
  RecipeImportRequest,
  RecipeRefusalAnswer,
} from '../../../api/recipe-requests.ts';
import { commandId, post } from '../api.ts';
import { SubmitOnEnter } from '../batch/submit-on-enter.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { Findings } from './findings.tsx';
import { basedOnRefusal, isShipped, lineSpan, mostBytes } from './recipe-text.ts';

type Props = Readonly<{
  heads: readonly RecipeHeadView[];
  /** A text to begin with, and the digest of the version it is of; nothing: an empty one. */
  begin?: Readonly<{ text: string; basedOn: string | null }>;
  onDone: (version: RecipeVersionView) => void;
  onClose: () => void;
}>;

const newName = 'new';

export function ImportDialog({ heads, begin, onDone, onClose }: Props) {
  const [text, setText] = useState(begin?.text ?? '');
  const [basedOn, setBasedOn] = useState(begin === undefined ? '' : (begin.basedOn ?? newName));
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [id, setId] = useState(commandId);
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { findings, setFindings } = useFindings(text);
  const errors = (findings ?? []).filter(({ severity }) => severity === 'error').length;
  const base = basedOn === newName || basedOn === '' ? null : basedOn;
  const refusedBy =
    blocked('import recipe') ??
    (sending ? 'It has been sent.' : null) ??
    (text.trim() === '' ? 'Paste the text, or choose a file.' : null) ??
    (basedOn === '' ? 'Say what it was made from.' : basedOnRefusal(text, base, heads)) ??
    (findings === null ? 'It is being checked.' : null) ??
    (errors > 0 ? `It has ${errors} ${errors === 1 ? 'error' : 'errors'}; see above.` : null) ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null);

  const toLine = (line: number): void => {
    const span = lineSpan(text, line);
    if (span === null || field.current === null) return;
    // A browser brings what is selected into sight when the field takes the focus, and not before.
    field.current.setSelectionRange(...span);
    field.current.blur();
    field.current.focus();
  };

  const readFile = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > mostBytes) {
      setProblem(`${file.name} has ${file.size} bytes, more than ${mostBytes}.`);
      return;
    }
    try {
      setText(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
      setProblem(null);
    } catch {
      setProblem(`${file.name} is no text in UTF-8.`);
    }
  };

  const send = async (): Promise<void> => {
    setSending(true);
    setProblem(null);
    const request: RecipeImportRequest = { commandId: id, text, basedOn: base, reason: reason.trim() };
    const answer = await post<Readonly<{ version: RecipeVersionView }>>('/api/recipes/import', request);
    setSending(false);
    if (answer.ok) {
      const { version } = answer.value;
      tell(true, `${version.name} v${version.version} is imported as a ${version.status}.`);
      onDone(version);
      onClose();
      return;
    }
    if (answer.problem.status !== 0) setId(commandId());
    const { findings: refusing = [] } = answer.problem as Partial<RecipeRefusalAnswer>;
    if (refusing.length > 0) setFindings(refusing);
    setProblem(answer.problem.message);
  };

  return (
    <Dialog title="Import a recipe" onClose={onClose} wide>
      <form
        class="form touch"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void send();
        }}
      >
        <label>
          File
          <input
            type="file"
            accept=".yaml,.yml,.txt"
            onChange={(event) => void readFile(event.currentTarget.files?.[0])}
            data-testid="import-file"
          />
        </label>
        <label>
          Text
          <textarea
            ref={field}
            class="recipe-text"
            rows={16}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            data-testid="import-text"
          />
        </label>
        {findings !== null && text.trim() !== '' && (
          <section aria-label="Findings">
            <p role="status" data-testid="import-checked">
              {findings.length === 0 ? '✓ Nothing was found against it.' : `${findings.length} found against it.`}
            </p>
            <Findings findings={findings} onLine={toLine} />
          </section>
        )}
        <label>
          Made from
          <select
            value={basedOn}
            onChange={(event) => setBasedOn(event.currentTarget.value)}
            data-testid="import-based-on"
          >
            <option value="">…</option>
            <option value={newName}>no version: the name is new here</option>
            {heads
              .filter(({ newest }) => !isShipped(newest))
              .map(({ name, newest }) => (
                <option key={name} value={newest.digest}>
                  {name} v{newest.version}, {newest.status}, imported by {newest.importedBy}
                </option>
              ))}
          </select>
        </label>
        <label>
          Reason
          <input
            value={reason}
            maxLength={1000}
            onInput={(event) => setReason(event.currentTarget.value)}
            data-testid="import-reason"
          />
        </label>
        <SubmitOnEnter refused={refusedBy !== null} />
      </form>
      {problem !== null && (
        <p class="problem" role="alert" data-testid="import-problem">
          {problem}
        </p>
      )}
      <div class="touch">
        <DialogButtons
          confirm="Import as a draft"
          refusedBy={refusedBy}
          onPress={() => void send()}
          testid="import-confirm"
          onClose={onClose}
        />
      </div>
    </Dialog>
  );
}

const settleMs = 600;

/** Asked when somebody has stopped typing; null while it is not known. */
function useFindings(text: string) {
  const [findings, setFindings] = useState<readonly RecipeFinding[] | null>(null);
  useEffect(() => {
    setFindings(null);
    if (text.trim() === '' || blocked('import recipe') !== null) return;
    let stopped = false;
    const check = async (): Promise<void> => {
      const request: RecipeCheckRequest = { text };
      const answer = await post<RecipeCheckAnswer>('/api/recipes/check', request);
      if (stopped) return;
      setFindings(answer.ok ? answer.value.findings : [unchecked(answer.problem.message)]);
    };
    const timer = setTimeout(() => void check(), settleMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [text]);
  return { findings, setFindings };
}

const unchecked = (problem: string): RecipeFinding => ({
  severity: 'error',
  where: 'text',
  problem,
  remedy: 'Change it, and it is checked again.',
});
