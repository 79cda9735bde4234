import { Copy, Columns2, EyeOff, History } from 'lucide-react';
import { showHistory } from '../features/history/history-dialog.tsx';
import { showHiding } from '../features/sync/hide-dialog.tsx';
import { common } from '../messages/common.ts';
import { historyWords } from '../messages/history.ts';
import { leavingWords } from '../messages/leaving.ts';
import type { Verb } from '../ui/row-menu.tsx';
import { copyLink, type LinkKind, linkKinds } from './links.ts';
import { goBeside } from './location.ts';

/** The verbs that every object has: open it beside, copy its link, show its history, hide what it says from others. */
export function objectVerbs(kind: LinkKind, id: string, name: string, address?: string): readonly Verb[] {
  const beside: Verb = {
    id: 'beside',
    title: common.openBeside,
    icon: Columns2,
    keys: '$mod+Enter',
    run: () => goBeside(address ?? `link/${kind}/${id}`),
  };
  return [
    beside,
    { id: 'copy-link', title: common.copyLink, icon: Copy, run: () => copyLink(kind, id) },
    {
      id: 'history',
      title: historyWords.verb,
      icon: History,
      run: () => showHistory({ entity: linkKinds[kind], id, name }),
    },
    {
      id: 'hide',
      title: leavingWords.hide,
      icon: EyeOff,
      run: () => showHiding({ entity: linkKinds[kind], id, name }),
    },
  ];
}
