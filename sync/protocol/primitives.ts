import { z } from 'zod';
import type { Json } from '../../db/catalogue/types.ts';

/** The shapes that every message is made of. */

export const jsonSchema = z.json() as unknown as z.ZodType<Json>;
export const stampSchema = z.string().regex(/^[0-9a-f]{32}$/);
export const idSchema = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A 64-bit number as decimal text: JSON's numbers end at 2^53. */
export const sequenceSchema = z.string().regex(/^(0|[1-9]\d{0,17})$/);

/** What the name of a scope looks like. */
export const scopePattern = /^(tenant|(user|project|session):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** `tenant`, or a kind and the id of the user, the project or the session. */
export const scopeSchema = z.string().regex(scopePattern);

/** First half of the SHA-256 of a row's state. A scope's digest joins the first halves of these by exclusive or. */
export const rowHashSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** What makes the hash of one version of a row unguessable: 96 random bits in base64url. */
export const rowSaltSchema = z.string().regex(/^[\w-]{16}$/);

/** A cell's name: a column's number, `number/key` for a key of a map, `@` for life. */
export const cellNameSchema = z.string().regex(/^(@|[1-9]\d{0,4}(\/[^]*)?)$/);
