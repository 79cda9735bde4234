import { Component, type ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/states.tsx';

/** Keeps the failure of one panel in that panel. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <ErrorNotice
        message={common.panelFailed}
        actions={<Button onPress={() => this.setState({ failed: false })}>{common.tryAgain}</Button>}
      />
    );
  }
}
