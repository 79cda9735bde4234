import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { findWords } from '../../messages/reader.ts';
import { Tool } from '../../ui/button.tsx';
import type { Find } from './use-find.ts';

/** The field that finds words in the open document. Enter goes on, Shift Enter back, Escape closes it. */
export function FindBar({ find, asked, onClose }: { find: Find; asked: number; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  const { words, matches, at, failure } = find;
  return (
    <div className="tools find-bar" role="search" aria-label={findWords.field}>
      <div className="field grow">
        <input
          ref={field}
          type="text"
          aria-label={findWords.field}
          placeholder={findWords.field}
          value={words}
          onChange={(change) => find.setWords(change.target.value)}
          onKeyDown={(press) => {
            if (press.nativeEvent.isComposing) return;
            if (press.key === 'Enter') find.step(press.shiftKey ? -1 : 1);
            else if (press.key === 'Escape') onClose();
            else return;
            press.preventDefault();
          }}
        />
      </div>
      <span className="num dim" role="status">
        {failure ?? (words.trim() === '' ? '' : findWords.place(at + 1, matches.length))}
      </span>
      <Tool icon={ChevronUp} name={findWords.previous} keys="Shift+Enter" onPress={() => find.step(-1)} />
      <Tool icon={ChevronDown} name={findWords.next} keys="Enter" onPress={() => find.step(1)} />
      <Tool icon={X} name={findWords.close} keys="Escape" onPress={onClose} />
    </div>
  );
}
