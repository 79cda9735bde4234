/** Why a model is not there or cannot be used. `message` is a sentence for a person; the application goes on with text search. */
export class ModelError extends Error {
  readonly code: 'model-missing' | 'model-damaged' | 'model-refused';
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ModelError['code'], message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ModelError';
    this.code = code;
    this.details = details;
  }
}
