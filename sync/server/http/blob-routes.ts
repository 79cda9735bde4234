import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sha256Schema } from '../../protocol/primitives.ts';
import { type Blobs, partBytes } from '../blobs/blobs.ts';
import { ServerError } from '../errors.ts';
import type { Identity } from '../identity/context.ts';
import { parse } from './answer.ts';
import { readerOf } from './reader.ts';

const named = z.strictObject({ sha: sha256Schema });
const part = z.strictObject({ sha: sha256Schema, part: z.coerce.number().int().min(0).max(100_000) });
const sized = z.strictObject({ size: z.coerce.number().int().min(0) });

/**
 * Files in parts: `GET /v1/blob/:sha/state` says what need not be sent again, `PUT /v1/blob/:sha/:part?size=` keeps a part of 4 MiB,
 * `POST /v1/blob/:sha/commit?size=` puts them together and checks the hash, `GET /v1/blob/:sha` reads, by ranges too.
 */
export function addBlobRoutes(app: FastifyInstance, identity: Identity, blobs: Blobs): void {
  void app.register(async (routes) => {
    routes.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });
    routes.get('/v1/blob/:sha/state', async (request) => {
      const { sha } = parse(named, request.params);
      return blobs.state(await readerOf(identity, request, 'read'), sha);
    });
    routes.put('/v1/blob/:sha/:part', { bodyLimit: partBytes }, async (request, reply) => {
      const { sha, part: at } = parse(part, request.params);
      const { size } = parse(sized, request.query);
      if (!Buffer.isBuffer(request.body))
        throw new ServerError('BAD_REQUEST', 'A part is sent as plain bytes.');
      await blobs.put(await readerOf(identity, request, 'write'), sha, at, size, request.body);
      return reply.status(204).send();
    });
    routes.post('/v1/blob/:sha/commit', async (request, reply) => {
      const { sha } = parse(named, request.params);
      const { size } = parse(sized, request.query);
      await blobs.commit(await readerOf(identity, request, 'write'), sha, size);
      return reply.status(204).send();
    });
    routes.get('/v1/blob/:sha', async (request, reply) => {
      const { sha } = parse(named, request.params);
      const asked = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(request.headers.range ?? '');
      const last = asked?.[2] === undefined || asked[2] === '' ? null : Number(asked[2]);
      const reader = await readerOf(identity, request, 'read');
      const { stream, start, end, size } = await blobs.read(reader, sha, Number(asked?.[1] ?? 0), last);
      void reply
        .status(asked === null ? 200 : 206)
        .type('application/octet-stream')
        .header('accept-ranges', 'bytes')
        .header('content-length', String(size === 0 ? 0 : end - start + 1));
      if (asked !== null) void reply.header('content-range', `bytes ${start}-${end}/${size}`);
      return reply.send(stream);
    });
    return Promise.resolve();
  });
}
