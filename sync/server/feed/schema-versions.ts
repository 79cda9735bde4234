/** The oldest and the newest schema of a laptop that this server gives rows to. Rows carry what a laptop does not know yet. */
export const schemaMinimum = 1;
export const schemaCurrent = 1;
