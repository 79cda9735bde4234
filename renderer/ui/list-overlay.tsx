import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { createStore, useStore } from '../data/store.ts';
import { common } from '../messages/common.ts';

const narrow = window.matchMedia('(max-width: 1119px)');

function watchWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

/** True where a window has no room for a list beside its main pane. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watchWidth, () => narrow.matches);
}

const place = createStore<'none' | 'folded' | 'over'>('none');

/** Where the list pane of the screen is when the window is narrow: `none` where it stands beside, or there is none. */
export const listPlace = place;

/** Shows the folded list over the screen, or folds it again. */
export function toggleList(): void {
  place.set((now) => (now === 'none' ? now : now === 'folded' ? 'over' : 'folded'));
}

/** The list pane of a narrow window: over the screen while it is asked for, gone once something was chosen in it. */
export function ListOverlay({ children }: { children: ReactNode }) {
  const now = useStore(place);
  useEffect(() => {
    const fold = () => place.set('folded');
    fold();
    window.addEventListener('hashchange', fold);
    return () => {
      window.removeEventListener('hashchange', fold);
      place.set('none');
    };
  }, []);
  return (
    <ModalOverlay
      className="list-scrim"
      isOpen={now === 'over'}
      isDismissable
      onOpenChange={(open) => place.set(open ? 'over' : 'folded')}
    >
      <Modal className="list-overlay">
        <Dialog className="pane list-pane" aria-label={common.listPane}>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
