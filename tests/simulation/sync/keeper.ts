/** Whoever has the server's state beside the model: does there what is done to the model. */
export interface ServerKeeper {
  /** The state as it is now is the one to go back to. */
  kept(): Promise<void>;
  /** The server goes back to it, under a new epoch. */
  restored(epoch: string): Promise<void>;
}
