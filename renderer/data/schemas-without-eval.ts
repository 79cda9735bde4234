import { z } from 'zod';

/**
 * Schemas of the contract are walked here, never compiled: the content security policy refuses `new Function`, and a try alone is
 * reported as a violation. zod tries when the first schema is made, so that this module comes before every import of the contract.
 */
z.config({ jitless: true });
