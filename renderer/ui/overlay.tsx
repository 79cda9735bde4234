/** The parts of a floating surface, for the palette, which has no title bar of its own. */
export { Dialog, Modal, ModalOverlay } from 'react-aria-components';
