import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { common } from '../messages/common.ts';
import { Tool } from './button.tsx';
import { FocusBack } from './focus-back.tsx';

/** A dialog over the screen. It closes by Esc, by the pointer outside of it, and by its own button. */
export function Dialog({
  title,
  wide = false,
  alert = false,
  onClose,
  children,
  actions,
}: {
  title: string;
  wide?: boolean;
  /** True for what cannot be undone: a press outside does not close it. */
  alert?: boolean;
  onClose: () => void;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <>
      <ModalOverlay
        className="scrim"
        isOpen
        isDismissable={!alert}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
      >
        <Modal className={wide ? 'dialog wide' : 'dialog'}>
          <AriaDialog className="dialog-in" role={alert ? 'alertdialog' : 'dialog'}>
            <div className="dialog-head">
              <Heading slot="title" level={2}>
                {title}
              </Heading>
              <Tool icon={X} name={common.close} onPress={onClose} />
            </div>
            <div className="dialog-body">{children}</div>
            {actions === undefined ? null : <div className="dialog-foot">{actions}</div>}
          </AriaDialog>
        </Modal>
      </ModalOverlay>
      <FocusBack />
    </>
  );
}
