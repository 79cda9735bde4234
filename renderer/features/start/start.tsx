import { Check, Circle, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { go } from '../../app/location.ts';
import { useCache } from '../../data/query.ts';
import { startWords } from '../../messages/start.ts';
import { Button, Tool } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useAddItems } from '../session/capture-surface.tsx';
import { type Step, steps, useSteps } from './steps.ts';

const places: Readonly<Record<Exclude<Step, 'document'>, string>> = {
  passage: 'search',
  quote: 'sessions',
  claim: 'claims',
  export: 'sessions',
};

/** Five steps from a document to a report. Each is ticked by what is there; all of them go away once they are done, or when asked to. */
export function Start() {
  const cache = useCache();
  const taken = useSteps();
  const picker = useRef<HTMLInputElement>(null);
  const add = useAddItems(null);
  // An export changes no row, so nothing told of it.
  useEffect(() => cache.invalidate(new Set(['settings'])), [cache]);
  if (taken === null || taken.size === steps.length) return null;
  const next = steps.find((step) => !taken.has(step));
  const act = (step: Step): void => {
    if (step === 'document') picker.current?.click();
    else go(places[step]);
  };
  return (
    <section className="overview-part start" aria-label={startWords.title}>
      <div className="row">
        <h2 className="section-title grow">
          {startWords.title} <span className="num dimmer">{startWords.done(taken.size, steps.length)}</span>
        </h2>
        <Tool
          icon={X}
          name={startWords.dismiss}
          onPress={() =>
            void cache.host.client.settings
              .set({ startDismissed: true })
              .then(() => cache.invalidate(new Set(['settings'])))
          }
        />
      </div>
      <ol>
        {steps.map((step) => {
          const isDone = taken.has(step);
          return (
            <li key={step} className={isDone ? 'start-step done' : 'start-step'}>
              <Icon of={isDone ? Check : Circle} size="small" />
              <span className="start-name">
                {startWords.steps[step].title}
                {isDone ? <span className="visually-hidden">{startWords.isDone}</span> : null}
              </span>
              <span className="grow dim">{isDone ? null : startWords.steps[step].hint}</span>
              {step === next ? (
                <Button look="primary" onPress={() => act(step)}>
                  {startWords.steps[step].verb}
                </Button>
              ) : null}
            </li>
          );
        })}
      </ol>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={startWords.steps.document.verb}
        onChange={(change) => {
          const files = [...(change.target.files ?? [])];
          change.target.value = '';
          void add({ files, urls: [], texts: [] });
        }}
      />
    </section>
  );
}
